"""Tryton's office and ours: cancels, amended sales, counts, access."""

from __future__ import annotations

from typing import Any

import pytest

from station.erp import port
from station.erp.tryton.connector import TrytonConnector
from station.exchange import documents as erp
from tests.station.erp.tryton.conftest import SMALL, Books
from tests.station.erp.tryton.proxy import always
from tests.station.erp.tryton.walking import (
    AT,
    Ear,
    every_answer_lost,
    fields_of,
    insist,
    levels,
    orders_of,
    taken,
    without_lots,
)


@pytest.mark.in_stock
def test_cancels_are_heard_and_told(books: Books, connector: TrytonConnector) -> None:
    ear = Ear(connector)
    theirs, ours, byhand, *_ = without_lots(ear.heard)
    books.press("stock.shipment.out", "cancel", theirs.erp_no)
    (cancel,) = ear.news("orders")
    assert (cancel.doc_type, cancel.doc_no) == ("cancel", theirs.erp_no)
    for order in (theirs, ours):
        state = erp.OrderStateDocument(
            event_key=f"CANCEL-{order.erp_no}", erp_no=order.erp_no, order_no="DO1", state="CANCELED", at=AT, operator="",
        )  # fmt: skip
        books.proxy.rule = every_answer_lost()
        assert insist(connector, state) == order.erp_no
        books.proxy.rule = always
        assert books.row("stock.shipment.out", order.erp_no, "state")["state"] == "cancelled"
    assert {theirs.erp_no, ours.erp_no}.isdisjoint({one.doc_no for one in connector.open_orders()})
    for button in ("assign_try", "pick", "pack", "do"):
        books.press("stock.shipment.out", button, byhand.erp_no)
    again = connector.order(byhand.erp_no)
    assert again is not None
    assert again.doc_type == "cancel"


def test_an_amended_sale_leaves_no_trace_but_in_the_open_set(
    books: Books, connector: TrytonConnector
) -> None:
    order = orders_of(taken(connector))[0]
    sale, _ = books.told["sales"][0]
    assert order.erp_no == books.told["sales"][0][1]
    line = int(order.lines[0].line_key.partition(",")[2])
    (head,) = books.rows("sale.sale", [["number", "=", sale]])
    amendment = {
        "sale": head["id"], "date": AT.date(),
        "lines": [["create", [{"action": "line", "line": line, "product": books.told["products"][order.lines[0].sku_code],
                               "quantity": 7, "unit": 1, "unit_price": _price()}]]],
    }  # fmt: skip
    (number,) = books.office.call("sale.amendment.create", [amendment])
    books.office.call("sale.amendment.validate_amendment", [number])
    opened = {one.doc_no for one in connector.open_orders()}
    assert order.erp_no not in opened
    assert connector.order(order.erp_no) is None
    assert len(opened) == SMALL["sales"]


def _price() -> Any:
    from decimal import Decimal

    return Decimal("9.90")


@pytest.mark.in_stock
def test_a_count_is_booked_by_lot_and_once(books: Books, connector: TrytonConnector) -> None:
    there = levels(connector)
    lotted = next(
        (code, lot) for code, lots in there.items() for lot, each in lots.items() if lot and each > 3
    )
    plain = next(code for code, lots in there.items() if "" in lots and lots[""] > 3)
    lines = (
        erp.AdjustmentLine(sku_code=lotted[0], lot=lotted[1], expires_on=None, status_from="GOOD", status_to="GOOD", delta_each=-2),
        erp.AdjustmentLine(sku_code=plain, lot="L1", expires_on=None, status_from="GOOD", status_to="GOOD", delta_each=3),
        erp.AdjustmentLine(sku_code=plain, lot="L1", expires_on=None, status_from="GOOD", status_to="DEFECT", delta_each=1),
    )  # fmt: skip
    doc = erp.StockAdjustment(
        event_key="ADJ-1", adjustment_no="ADJ-1", adjustment_type="COUNT", at=AT, operator="chen", reason="count", lines=lines
    )  # fmt: skip
    books.proxy.rule = every_answer_lost()
    told = insist(connector, doc)
    books.proxy.rule = always
    assert connector.deliver(doc) == told
    after = levels(connector)
    assert after[lotted[0]][lotted[1]] == there[lotted[0]][lotted[1]] - 2
    assert after[plain][""] == there[plain][""] + 3 - 1
    assert [(line.sku_code, line.qty_each) for line in connector.stock() if line.status == "DEFECT"] == [
        (plain, 1)
    ]
    too_many = erp.AdjustmentLine(**{**fields_of(lines[0]), "delta_each": -1000})
    with pytest.raises(port.Stale):
        connector.deliver(
            erp.StockAdjustment(**{**fields_of(doc), "event_key": "ADJ-2", "lines": (too_many,)})
        )
    unknown = erp.AdjustmentLine(**{**fields_of(lines[2]), "status_to": "HOLD"})
    other = erp.StockAdjustment(**{**fields_of(doc), "event_key": "ADJ-3", "lines": (unknown,)})
    with pytest.raises(port.Unmapped):
        connector.deliver(other)


# --- the line --------------------------------------------------------------------------------------


def test_access(books: Books, connector: TrytonConnector) -> None:
    wrong = TrytonConnector(books.setup(password="guess"))
    with pytest.raises(port.NoAccess):
        wrong.open_orders()
    elsewhere = TrytonConnector(books.setup(warehouse="XX"))
    assert not elsewhere.probe().ok
    nowhere = TrytonConnector(books.setup(database="nothing"))
    with pytest.raises(port.ErpError):
        nowhere.open_orders()
    before = len(connector.open_orders())
    books.restart()
    assert len(connector.open_orders()) == before
    connector._wire._token = "bm9ib2R5OjE6eA=="  # a session that is over
    assert len(connector.open_orders()) == before
    books.server.kill()
    with pytest.raises(port.Down):
        connector.open_orders()
    books.start()
    for one in (wrong, elsewhere, nowhere):
        one.close()
