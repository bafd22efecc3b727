"""Many documents at once: each has its own answer, and a request that was cut off goes on."""

from __future__ import annotations

from dataclasses import is_dataclass, replace
from typing import Any

import pytest
from sqlalchemy import func, select

from station.erp.inward import applying
from station.erp.models import ApiReply, InboxProblem
from station.erp.rest.intake import Intake
from station.exchange import documents as erp
from station.outbound.orders.models import DeliveryOrder
from station.practice.demo import goods
from tests.station.erp.rest.conftest import Shop, order_of


def bulk(shop: Shop, word: str, documents: list[Any], key: str = "bulk-1") -> Any:
    data = [erp.to_data(doc) if is_dataclass(doc) else doc for doc in documents]
    return shop.call("POST", f"/{word}", {"documents": data}, key=key)


def results(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [row["result"] for row in answer.json["results"]]


def intake(shop: Shop) -> Intake:
    return shop.client.application.extensions["station-intake"]  # type: ignore[no-any-return]


def count(shop: Shop, model: type) -> int:
    with shop.floor.hub.db.read() as tx:
        return tx.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture
def ready(shop: Shop) -> Shop:
    assert results(bulk(shop, "products", list(goods.products(4)), "first")) == ["TAKEN"] * 4
    return shop


def test_one_bad_document_does_not_stop_the_others(ready: Shop) -> None:
    wrong = erp.to_data(order_of(2, ("S0001", 1))) | {"colour": "red"}
    answer = bulk(
        ready,
        "orders",
        [order_of(1, ("S0001", 1)), wrong, 5, order_of(3, ("S0099", 1)), order_of(4, ("S0002", 1))],
    )
    assert results(answer) == ["NEW", "INVALID", "INVALID", "PROBLEM", "NEW"]
    rows = answer.json["results"]
    assert [row["index"] for row in rows] == [0, 1, 2, 3, 4]
    assert [row["status"] for row in rows] == [200, 422, 422, 202, 200]
    assert rows[1]["error"]["field"] == "colour"
    assert (rows[1]["number"], rows[2]["number"]) == ("SO-2", "")
    assert rows[3]["problem"]["code"] == "E-ERP-93"
    assert (count(ready, DeliveryOrder), count(ready, InboxProblem)) == (2, 1)


def test_the_same_document_twice_in_a_list_is_taken_once(ready: Shop) -> None:
    doc = order_of(1, ("S0001", 1))
    newer = replace(doc, version=2, lines=(replace(doc.lines[0], qty_each=4),))
    assert results(bulk(ready, "orders", [doc, doc, newer, doc])) == ["NEW", "OLD", "REPLACED", "OLD"]
    assert ready.get("/orders/SO-1")["lines"][0]["qty_each"] == 4


def test_a_list_is_replayed_as_a_whole(ready: Shop) -> None:
    documents = [order_of(at, ("S0001", 1)) for at in range(1, 8)]
    intake(ready).chunk = 3
    first, again = (bulk(ready, "orders", list(documents)) for _ in range(2))
    assert results(first) == ["NEW"] * 7
    assert "Idempotent-Replayed" not in first.headers
    assert (again.json, again.headers["Idempotent-Replayed"]) == (first.json, "true")


def test_a_list_that_was_cut_off_goes_on_where_it_stopped(ready: Shop, monkeypatch) -> None:
    """The process dies between two chunks; the client sends the same again."""
    documents = [order_of(at, ("S0001", 1)) for at in range(1, 8)]
    door = intake(ready)
    door.chunk = 3
    unit, calls = door._unit, []

    def dies(*args: Any, **kwargs: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return unit(*args, **kwargs)

    monkeypatch.setattr(door, "_unit", dies)
    with pytest.raises(KeyboardInterrupt):
        bulk(ready, "orders", list(documents))
    assert count(ready, DeliveryOrder) == 3
    answer = bulk(ready, "orders", list(documents))
    assert results(answer) == ["NEW"] * 7
    assert (count(ready, DeliveryOrder), count(ready, ApiReply)) == (7, 2)


def test_a_document_that_breaks_the_taking_over_is_set_aside_alone(ready: Shop, monkeypatch) -> None:
    """A fault of ours, not of the document: the others go through, a person looks at this one."""
    apply = applying._APPLY["order"]

    def breaks(turn: applying.Turn, documents: Any) -> Any:
        if any(doc.erp_no == "SO-2" for doc in documents):
            raise ZeroDivisionError
        return apply(turn, documents)

    monkeypatch.setitem(applying._APPLY, "order", breaks)
    answer = bulk(ready, "orders", [order_of(at, ("S0001", 1)) for at in (1, 2, 3)])
    assert results(answer) == ["NEW", "PROBLEM", "NEW"]
    assert ready.push_one(order_of(2, ("S0001", 1))).status_code == 202
    assert (count(ready, DeliveryOrder), count(ready, InboxProblem)) == (2, 1)


@pytest.mark.parametrize(
    ("data", "field"),
    [({}, "documents"), ({"documents": {}}, "documents"), ({"documents": []}, "documents"),
     ({"documents": [1] * 501}, "documents"), ({"documents": [1], "x": 1}, "documents")],
)  # fmt: skip
def test_the_list_itself_must_be_right(shop: Shop, data: Any, field: str) -> None:
    answer = shop.call("POST", "/orders", data, key="k")
    assert (answer.status_code, answer.json["error"]["field"]) == (422, field)


def test_cancels_and_labels_come_in_lists_too(ready: Shop) -> None:
    ready.push(order_of(1, ("S0001", 1)))
    label = erp.CarrierLabel(erp_no="SO-2", waybill_no="1", label_format="ZPL", label_data="XlhBXlha")
    assert results(bulk(ready, "labels", [label], "b")) == ["PROBLEM"]
    assert results(bulk(ready, "cancels", [erp.CancelOrder(erp_no="SO-1")], "c")) == ["CANCELLED"]
    assert results(bulk(ready, "notice-cancels", [erp.CancelNotice(asn_no="N1")], "d")) == ["UNKNOWN"]
    assert results(bulk(ready, "suppliers", [erp.Supplier(code="V1", name="茶")], "e")) == ["TAKEN"]
