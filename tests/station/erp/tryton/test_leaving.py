"""What leaves: told to Tryton once, in parts, or later."""

from __future__ import annotations

from datetime import date

import pytest

from station.erp import port
from station.erp.tryton.connector import TrytonConnector
from station.exchange import documents as erp
from tests.station.erp.tryton.conftest import Books
from tests.station.erp.tryton.proxy import PASS, always
from tests.station.erp.tryton.walking import (
    Ear,
    every_answer_lost,
    fields_of,
    insist,
    levels,
    orders_of,
    receive_all,
    received,
    shipped,
    taken,
    without_lots,
)


@pytest.mark.in_stock
def test_a_parcel_leaves_once_though_every_answer_is_lost(books: Books, connector: TrytonConnector) -> None:
    found = taken(connector)
    for order in orders_of(found)[:4]:
        doc = shipped(connector, order)
        books.proxy.rule = every_answer_lost(2)
        assert insist(connector, doc) == order.erp_no
        books.proxy.rule = always
        assert connector.deliver(doc) == order.erp_no
        head = books.row("stock.shipment.out", order.erp_no, "state", "shipping_reference", "reference")
        assert (head["state"], head["shipping_reference"], head["reference"]) == (
            "done",
            doc.waybill_no,
            doc.event_key,
        )
        moves = books.rows("stock.move", [["shipment", "=", f"stock.shipment.out,{head['id']}"], ["to_location.type", "=", "customer"]], "quantity", "lot.number", "origin", "state")  # fmt: skip
        told = sorted((line.line_key, line.qty_each) for line in doc.lines)
        assert sorted((row["origin"], int(row["quantity"])) for row in moves) == told
    assert connector.shipped(date(2026, 1, 1)) == {
        order.erp_no: f"ZT{order.erp_no}" for order in orders_of(found)[:4]
    }
    other = erp.ShipmentConfirmation(**{**fields_of(doc), "event_key": "SHIP-X", "waybill_no": "ZT999"})
    with pytest.raises(port.Declined):
        connector.deliver(other)


@pytest.mark.long
def test_two_lots_of_one_line_leave(books: Books, connector: TrytonConnector) -> None:
    found = taken(connector)
    for (kind, number), doc in found.items():
        if kind == "notice":
            for key in "ab":
                connector.deliver(received(connector, doc, f"GR-{number}{key}", share=2, lot=key))
    there = levels(connector)
    order = next(
        doc for doc in orders_of(found)
        for line in doc.lines if line.qty_each > 1 and len([lot for lot in there[line.sku_code] if lot]) > 1
    )  # fmt: skip
    lines = []
    for line in order.lines:
        lots = [lot for lot in there[line.sku_code] if lot] or ["L000001"]
        for at, lot in enumerate(lots[:2] if line.qty_each > 1 else lots[:1]):
            each = (
                line.qty_each - 1
                if at == 0 and len(lots) > 1 and line.qty_each > 1
                else 1
                if at
                else line.qty_each
            )
            lines.append(
                erp.ShipmentConfirmationLine(line_key=line.line_key, sku_code=line.sku_code, lot=lot, expires_on=None, qty_each=each)
            )  # fmt: skip
    doc = erp.ShipmentConfirmation(**{**fields_of(shipped(connector, order)), "lines": tuple(lines)})
    connector.deliver(doc)
    head = books.row("stock.shipment.out", order.erp_no)
    moves = books.rows("stock.move", [["shipment", "=", f"stock.shipment.out,{head['id']}"], ["to_location.type", "=", "customer"], ["lot", "!=", None]], "quantity", "lot.number")  # fmt: skip
    told = sorted((line.lot, line.qty_each) for line in lines if line.lot != "L000001")
    assert sorted((row["lot."]["number"], int(row["quantity"])) for row in moves) == told


@pytest.mark.in_stock
def test_what_is_short_comes_back_as_a_shipment_of_its_own(books: Books, connector: TrytonConnector) -> None:
    found = taken(connector)
    order = next(doc for doc in orders_of(found) if doc.lines[0].qty_each > 1)
    ear = Ear(connector)
    connector.deliver(shipped(connector, order, **{order.lines[0].sku_code: 1}))
    (rest,) = ear.news("orders")
    assert [(line.line_key, line.qty_each) for line in rest.doc.lines] == [
        (order.lines[0].line_key, order.lines[0].qty_each - 1)
    ]


@pytest.mark.long
def test_without_stock_it_is_tried_again_later(books: Books, connector: TrytonConnector) -> None:
    found = taken(connector)
    order = orders_of(found)[0]
    line = order.lines[0]
    doc = shipped(connector, order)
    lines = (erp.ShipmentConfirmationLine(line_key=line.line_key, sku_code=line.sku_code, lot=f"L{line.sku_code}", expires_on=None, qty_each=line.qty_each),)  # fmt: skip
    doc = erp.ShipmentConfirmation(**{**fields_of(doc), "lines": lines})
    with pytest.raises(port.Stale):
        connector.deliver(doc)
    receive_all(connector)
    doc = shipped(connector, order)
    assert connector.deliver(doc) == order.erp_no


@pytest.mark.in_stock
def test_the_office_went_ahead(books: Books, connector: TrytonConnector) -> None:
    found = taken(connector)
    assigned, picked, wrong, cancelled, *_ = without_lots(found)
    docs = {order.erp_no: shipped(connector, order) for order in (assigned, picked, wrong, cancelled)}
    books.press("stock.shipment.out", "assign_try", assigned.erp_no)
    assert connector.deliver(docs[assigned.erp_no]) == assigned.erp_no
    docs[picked.erp_no] = shipped(connector, picked)
    for order in (picked, wrong):
        books.press("stock.shipment.out", "assign_try", order.erp_no)
        books.press("stock.shipment.out", "pick", order.erp_no)
    head = books.row("stock.shipment.out", picked.erp_no)
    moves = books.rows("stock.move", [["shipment", "=", f"stock.shipment.out,{head['id']}"], ["to_location.type", "=", "customer"]], "lot.number", "origin", "quantity", "product.code")  # fmt: skip
    lines = tuple(
        erp.ShipmentConfirmationLine(
            line_key=row["origin"], sku_code=row["product."]["code"], expires_on=None, qty_each=int(row["quantity"]),
            lot=row["lot."]["number"] if row["lot."] else "L1",
        )
        for row in moves
    )  # fmt: skip
    same = erp.ShipmentConfirmation(**{**fields_of(docs[picked.erp_no]), "lines": lines})
    assert connector.deliver(same) == picked.erp_no
    fewer = docs[wrong.erp_no].lines[0]
    less = erp.ShipmentConfirmationLine(**{**fields_of(fewer), "qty_each": fewer.qty_each + 1})
    with pytest.raises(port.Declined):
        connector.deliver(erp.ShipmentConfirmation(**{**fields_of(docs[wrong.erp_no]), "lines": (less,)}))
    books.press("stock.shipment.out", "cancel", cancelled.erp_no)
    with pytest.raises(port.Declined):
        connector.deliver(docs[cancelled.erp_no])


@pytest.mark.in_stock
def test_somebody_writes_in_between(books: Books, connector: TrytonConnector) -> None:
    order = orders_of(taken(connector))[0]
    doc = shipped(connector, order)
    head = books.row("stock.shipment.out", order.erp_no)

    def meddle(method: str) -> str:
        if method == "model.stock.shipment.out.write":
            books.proxy.rule = always
            books.office.call("stock.shipment.out.write", [head["id"]], {"planned_date": date(2030, 1, 1)})
        return PASS

    books.proxy.rule = meddle
    with pytest.raises(port.Stale):
        connector.deliver(doc)
    assert connector.deliver(doc) == order.erp_no
