"""Pushing documents: once per version, whatever comes twice, late, wrong or before its time."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from station.erp.models import ApiReply, InboxProblem
from station.erp.rest.intake import Intake
from station.erp.sync import Sync
from station.exchange import documents as erp
from station.outbound.orders.models import DeliveryOrder, OrderLine
from station.practice.demo import goods
from tests.patience import PATIENCE_S, beside
from tests.station.erp.rest.conftest import Shop, order_of


def count(shop: Shop, model: type) -> int:
    with shop.floor.hub.db.read() as tx:
        return tx.scalar(select(func.count()).select_from(model)) or 0


def order(shop: Shop, erp_no: str) -> DeliveryOrder:
    with shop.floor.hub.db.read() as tx:
        return tx.scalars(select(DeliveryOrder).where(DeliveryOrder.erp_no == erp_no)).one()


@pytest.fixture
def ready(shop: Shop) -> Shop:
    """The articles are known."""
    assert shop.push(*goods.products(4)) == ["TAKEN"] * 4
    return shop


def test_an_order_is_pushed_and_seen(ready: Shop) -> None:
    doc = order_of(1, ("S0001", 3), ("S0002", 1))
    answer = ready.push_one(doc)
    assert answer.status_code == 200
    assert answer.json == {"kind": "order", "number": "SO-1", "version": 1, "result": "NEW"}
    shown = ready.get("/orders/SO-1")
    assert (shown["state"], shown["version"], shown["carrier_code"], shown["problem"]) == (
        "NEW",
        1,
        "ZTO",
        None,
    )
    assert [(line["sku_code"], line["qty_each"], line["qty_shipped"]) for line in shown["lines"]] == [
        ("S0001", 3, 0), ("S0002", 1, 0),
    ]  # fmt: skip


def test_versions_count_and_an_older_one_changes_nothing(ready: Shop) -> None:
    doc = order_of(1, ("S0001", 3))
    newer = replace(doc, version=3, lines=(replace(doc.lines[0], qty_each=5),))
    assert ready.push(replace(doc, version=2), newer) == ["NEW", "REPLACED"]
    assert ready.push(newer, replace(doc, version=2), doc) == ["OLD", "OLD", "OLD"]
    assert ready.get("/orders/SO-1")["lines"][0]["qty_each"] == 5


def test_a_cancel_that_comes_first_wins(ready: Shop) -> None:
    assert ready.push(erp.CancelOrder(erp_no="SO-1")) == ["UNKNOWN"]
    assert ready.push(order_of(1, ("S0001", 3))) == ["CANCELLED"]
    assert ready.get("/orders/SO-1")["state"] == "CANCELLED"


def test_what_refers_to_something_unknown_is_kept_and_tells_why(ready: Shop) -> None:
    answer = ready.push_one(order_of(1, ("S0099", 1)))
    assert answer.status_code == 202
    assert answer.json["result"] == "PROBLEM"
    assert answer.json["problem"]["code"] == "E-ERP-93"
    assert "S0099" in answer.json["problem"]["message"]["zh"]
    assert count(ready, InboxProblem) == 1
    shown = ready.get("/orders/SO-1")
    assert (shown["state"], shown["problem"]["code"]) == (None, "E-ERP-93")


def test_an_order_that_waited_for_an_article_is_taken_when_it_arrives(ready: Shop, vault) -> None:
    """Nobody sends the order again."""
    hub = ready.floor.hub
    assert ready.push(order_of(1, ("S0005", 1))) == ["PROBLEM"]
    assert ready.push(goods.products(5)[4]) == ["TAKEN"]
    sync = Sync(hub.db, hub.clock, vault, hub.settings)
    sync.run_once("shop")
    sync.close()
    shown = ready.get("/orders/SO-1")
    assert (shown["state"], shown["problem"]) == ("NEW", None)
    assert count(ready, DeliveryOrder) == 1


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"colour": "red"}, "unknown_field", "colour"),
        ({"is_paid": 1}, "wrong_type", "is_paid"),
        ({"version": True}, "wrong_type", "version"),
        ({"version": 0}, "E-ERP-09", "version"),
        ({"version": 10**30}, "E-ERP-09", "version"),
        ({"paid_at": "2026-05-01T09:30:00"}, "E-ERP-11", "paid_at"),
        ({"paid_at": "2026-04-31T09:30:00Z"}, "E-ERP-11", "paid_at"),
        ({"paid_at": 5}, "wrong_type", "paid_at"),
        ({"min_left_days": 1.5}, "wrong_type", "min_left_days"),
        ({"lines": []}, "E-ERP-19", "lines"),
        ({"lines": {}}, "wrong_type", "lines"),
        ({"lines": [{"line_key": "1", "sku_code": "S0001", "qty_each": "2"}]}, "wrong_type", "lines[0].qty_each"),
        ({"lines": [{"line_key": "1", "sku_code": "S0001"}]}, "missing_field", "lines[0].qty_each"),
        ({"receiver": {"name": "", "phone": "1", "address": "a"}}, "E-ERP-07", "receiver.name"),
        ({"receiver": None}, "wrong_type", "receiver"),
        ({"order_type": "X"}, "E-ERP-20", "order_type"),
        ({"buyer_note": "\u0000"}, "E-ERP-14", "buyer_note"),
        ({"buyer_note": "\ud800"}, "E-ERP-14", "buyer_note"),
        ({"erp_no": "SO-2"}, "wrong_number", "erp_no"),
    ],
)  # fmt: skip
def test_a_wrong_shape_is_refused_by_its_place_and_nothing_is_kept(ready: Shop, change, code, field) -> None:
    data = erp.to_data(order_of(1, ("S0001", 3))) | change
    answer = ready.call("PUT", "/orders/SO-1", data, key="k1")
    assert answer.status_code == 422
    assert (answer.json["error"]["code"], answer.json["error"]["field"]) == (code, field)
    assert set(answer.json["error"]["message"]) == {"zh", "en"}
    assert (count(ready, DeliveryOrder), count(ready, InboxProblem), count(ready, ApiReply)) == (0, 0, 0)


def test_a_version_must_be_said(ready: Shop) -> None:
    answer = ready.call("PUT", "/suppliers/V1", {"name": "远山茶厂"})
    assert (answer.status_code, answer.json["error"]["field"]) == (422, "version")
    answer = ready.call("PUT", "/suppliers/V1", {"name": "远山茶厂", "version": 1})
    assert (answer.status_code, answer.json["number"]) == (200, "V1")


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b'{"version": NaN}', b'{"a": 1, "a": 2}', b"\xff", b"[" * 100_000, b'{"version": ' + b"9" * 5000 + b"}"],
)  # fmt: skip
def test_what_is_no_json_is_refused(shop: Shop, body: bytes) -> None:
    answer: Any = shop.client.put(
        "/api/v1/suppliers/V1", data=body, content_type="application/json",
        headers={"Authorization": f"Bearer {shop.token}"},
    )  # fmt: skip
    assert (answer.status_code, answer.json["error"]["code"]) == (400, "bad_json")


@pytest.mark.parametrize("body", [[], "text", 5, None, True])
def test_json_that_is_no_object_is_refused(shop: Shop, body) -> None:
    for method, path in (("PUT", "/suppliers/V1"), ("POST", "/suppliers")):
        answer: Any = shop.client.open(
            f"/api/v1{path}", method=method, data=json.dumps(body), content_type="application/json",
            headers={"Authorization": f"Bearer {shop.token}", "Idempotency-Key": "k"},
        )  # fmt: skip
        assert answer.status_code == 422, (method, answer.text)


def test_numbers_with_a_slash_come_through(ready: Shop) -> None:
    doc = replace(order_of(1, ("S0001", 1)), erp_no="WH/OUT/0001")
    assert ready.push(doc) == ["NEW"]
    assert ready.call("GET", "/orders/WH%2FOUT%2F0001").json["state"] == "NEW"
    label = ready.call("PUT", "/orders/WH/OUT/0001/label", {"version": 1})
    assert label.json["error"]["field"] == "waybill_no"
    assert ready.push(erp.CancelOrder(erp_no="WH/OUT/0001")) == ["CANCELLED"]


# --- idempotency keys ----------------------------------------------------------------------------


def test_the_same_key_and_body_get_the_same_answer(ready: Shop) -> None:
    doc = order_of(1, ("S0001", 3))
    first = ready.push_one(doc, key="push-1")
    again = ready.push_one(doc, key="push-1")
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (again.status_code, again.json) == (first.status_code, first.json)
    assert again.json["result"] == "NEW"


def test_a_kept_problem_is_replayed_as_such(ready: Shop) -> None:
    doc = order_of(1, ("S0099", 1))
    first, again = (ready.push_one(doc, key="push-1") for _ in range(2))
    assert (first.status_code, again.status_code) == (202, 202)
    assert again.headers["Idempotent-Replayed"] == "true"


def test_the_same_key_with_other_words_is_refused(ready: Shop) -> None:
    doc = order_of(1, ("S0001", 3))
    ready.push_one(doc, key="push-1")
    answers = [
        ready.push_one(replace(doc, version=2), key="push-1"),
        ready.push_one(order_of(2, ("S0001", 3)), key="push-1"),
        ready.push_one(erp.CancelOrder(erp_no="SO-1"), key="push-1"),
    ]
    assert [(answer.status_code, answer.json["error"]["code"]) for answer in answers] == [
        (422, "key_reused")
    ] * 3
    assert (order(ready, "SO-1").version, order(ready, "SO-1").state) == (1, "NEW")
    assert count(ready, DeliveryOrder) == 1


def test_keys_of_two_systems_are_two_keys(ready: Shop, other: Shop) -> None:
    ready.push_one(order_of(1, ("S0001", 1)), key="push-1")
    assert other.push_one(order_of(2, ("S0001", 1)), key="push-1").json["result"] == "NEW"


@pytest.mark.parametrize("path", ["/orders/SO-1/cancel", "/notices/N1/cancel", "/orders", "/cancels"])
def test_a_post_of_documents_needs_a_key(ready: Shop, path: str) -> None:
    answer = ready.call("POST", path, {"version": 1})
    assert (answer.status_code, answer.json["error"]["code"]) == (422, "key_missing")


@pytest.mark.parametrize("key", ["", "a b", "钥", "x" * 121])
def test_a_key_is_visible_ascii(ready: Shop, key: str) -> None:
    answer = ready.call("POST", "/orders/SO-1/cancel", {"version": 1}, key=key)
    assert (answer.status_code, answer.json["error"]["code"]) == (422, "bad_key")


def test_a_key_that_is_being_worked_on_is_not_worked_on_twice(ready: Shop) -> None:
    intake: Intake = ready.client.application.extensions["station-intake"]
    doc = order_of(1, ("S0001", 3))
    with intake._desk.hold(ready.connection_id, "one"):
        answer = ready.push_one(doc, key="one")
        assert (answer.status_code, answer.json["error"]["code"]) == (409, "in_flight")
        assert answer.headers["Retry-After"] == "1"
        assert ready.push_one(order_of(2, ("S0001", 1)), key="two").status_code == 200
    assert ready.push_one(doc, key="one").json["result"] == "NEW"


@pytest.mark.both_databases
def test_many_at_once_with_one_key_have_one_effect(ready: Shop) -> None:
    """Answers are the first one's, a replay of it, or "being worked on"."""
    data = erp.to_data(order_of(1, ("S0001", 3)))
    start = threading.Barrier(8)

    def push() -> Any:
        client = ready.client.application.test_client()
        start.wait(PATIENCE_S)
        headers = {"Authorization": f"Bearer {ready.token}", "Idempotency-Key": "one"}
        return client.put("/api/v1/orders/SO-1", json=data, headers=headers)

    answers = beside(*[push] * 8)
    done = [answer for answer in answers if answer.status_code == 200]
    assert {answer.json["result"] for answer in done} == {"NEW"}
    assert len([answer for answer in done if "Idempotent-Replayed" not in answer.headers]) == 1
    assert {answer.json["error"]["code"] for answer in answers if answer not in done} <= {"in_flight"}
    assert (count(ready, DeliveryOrder), count(ready, OrderLine), count(ready, ApiReply)) == (1, 1, 1)
