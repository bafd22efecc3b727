"""The description is valid, says what the API does, and is made from the same tables."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import pytest
from flask import Flask
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from station.erp.rest import answers, guide, openapi, shapes
from station.erp.rest.endpoints import ENDPOINTS, ROOT
from station.exchange import documents as erp
from station.practice.demo import goods
from tests.station.erp.rest.conftest import Shop, order_of
from tests.station.erp.rest.test_fetching import tell

DOCUMENT = openapi.document()


def judge(name: str) -> Any:
    """A validator of one schema of the description."""
    return OAS31Validator(answers.ref(name) | {"components": DOCUMENT["components"]})


def test_it_is_valid_and_everybody_may_read_it(shop: Shop) -> None:
    answer = shop.client.get(f"{ROOT}/openapi.json")
    assert answer.status_code == 200
    OpenAPIV31SpecValidator(answer.json).validate()  # type: ignore[arg-type]
    assert answer.json == DOCUMENT


def test_every_route_is_described_and_nothing_else(app: Flask) -> None:
    routes = set()
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(ROOT):
            path = re.sub(r"<path:(\w+)>", r"{\1}", rule.rule.removeprefix(ROOT))
            routes |= {(method, path) for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}
    assert {(item.method, item.path) for item in ENDPOINTS} == routes


def test_every_document_is_described_field_by_field() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    for cls in erp.DOC_TYPES.values():
        schema = schemas[erp.schema_name(cls)]
        assert set(schema["properties"]) == {item.name for item in dataclasses.fields(cls)}
        assert schema["additionalProperties"] is False
        assert schema["description"]
    assert schemas["DeliveryOrder"]["required"] == ["carrier_code", "lines", "receiver", "version"]
    assert schemas["OrderLine"]["properties"]["qty_each"]["minimum"] == 1
    assert schemas["Product"]["properties"]["item_type"]["enum"] == ["GIFT", "NORMAL", "PACKAGING"]
    assert set(DOCUMENT["webhooks"]) == set(erp.OUTGOING)


@pytest.mark.parametrize("doc_type", erp.INCOMING)
def test_the_examples_can_be_pushed_and_fit_their_schema(doc_type: str) -> None:
    data = guide.example(doc_type)
    assert shapes.read(doc_type, data) == dataclasses.replace(
        guide.EXAMPLES[doc_type], version=data["version"]
    )
    judge(erp.schema_name(erp.DOC_TYPES[doc_type])).validate(data)


@pytest.mark.parametrize(
    "change",
    [{"colour": 1}, {"version": 0}, {"lines": 5}, {"order_type": "X"}, {"erp_no": ""}, {"is_paid": "yes"},
     {"paid_at": 5}, {"receiver": None}, {"buyer_note": "x" * 401}],
)  # fmt: skip
def test_what_the_api_refuses_the_description_refuses_too(change: dict[str, Any]) -> None:
    data = guide.example("order") | change
    assert not judge("DeliveryOrder").is_valid(data)
    with pytest.raises(shapes.BadShape):
        shapes.read("order", data)


def test_answers_fit_their_description(stocked: Shop) -> None:
    order = order_of(1, ("S0001", 3))
    pushed = stocked.push_one(order).json
    judge("Pushed").validate(pushed)
    judge("Pushed").validate(stocked.push_one(order_of(2, ("S0099", 1))).json)
    judge("Error").validate(stocked.call("GET", "/orders/none").json)
    documents = [erp.to_data(goods.products(1)[0]), {}]
    many = stocked.call("POST", "/products", {"documents": documents}, key="k").json
    judge("PushedMany").validate(many)
    judge("OrderNow").validate(stocked.get("/orders/SO-1"))
    judge("OrderNow").validate(stocked.get("/orders/SO-2"))
    (asn_no,) = {
        row["document"]["asn_no"]
        for row in stocked.get("/confirmations")["confirmations"]
        if "asn_no" in row["document"]
    }
    judge("NoticeNow").validate(stocked.get(f"/notices/{asn_no}"))
    judge("StockPage").validate(stocked.get("/stock?limit=1"))
    tell(stocked, "E1")
    judge("ConfirmationPage").validate(stocked.get("/confirmations?limit=1"))
    judge("Heartbeat").validate(stocked.call("POST", "/heartbeat").json)
    judge("Acknowledged").validate(stocked.call("POST", "/confirmations/E1/ack").json)
