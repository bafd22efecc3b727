"""What the station does in Odoo while people there are quicker."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime

import pytest

from station.erp import port
from station.erp.odoo.connector import OdooConnector
from station.exchange import documents as erp
from tests.station.erp.odoo.conftest import WORDS, Shop, setup_of
from tests.station.erp.odoo.test_walk import AT, adjusted, received, shipped
from tests.station.erp.paging import read_all


def test_a_shipment_of_less_leaves_an_order_for_the_rest(shop: Shop, connector: OdooConnector) -> None:
    shop.books.quant(shop.at["stock"], shop.at["TEA"], False, 50.0)
    order = shop.outgoing({"TEA": 5.0})
    key = shop.key(order)
    connector.deliver(shipped(shop, order, 2))
    assert shop.stock("TEA") == 48
    ((left,), _) = read_all(connector, "orders")
    assert left.doc.lines == (erp.OrderDocumentLine(line_key=key, sku_code="TEA", qty_each=3),)
    assert left.doc_no != shop.name(order)


def test_a_question_for_a_back_order_is_answered(shop: Shop, connector: OdooConnector) -> None:
    shop.books.ask_for_back_order = True
    order = shop.outgoing({"TEA": 5.0})
    assert connector.deliver(shipped(shop, order, 2)) == shop.name(order)
    assert ("stock.backorder.confirmation", "process") in shop.odoo.calls


def test_a_shipment_done_by_somebody_else_is_refused(shop: Shop, connector: OdooConnector) -> None:
    order = shop.outgoing({"TEA": 2.0})
    shop.books.put("stock.picking", order, state="done", carrier_tracking_ref="OTHER")
    with pytest.raises(port.Declined, match="OTHER"):
        connector.deliver(shipped(shop, order))


@pytest.mark.parametrize(
    ("state", "error"), [("cancel", port.Declined), ("draft", port.Stale), ("waiting", port.Stale)]
)
def test_a_picking_in_another_state_is_left_alone(
    shop: Shop, connector: OdooConnector, state: str, error: type[Exception]
) -> None:
    order = shop.outgoing({"TEA": 2.0})
    shop.books.put("stock.picking", order, state=state)
    with pytest.raises(error):
        connector.deliver(shipped(shop, order))
    assert ("stock.picking", "write") not in shop.odoo.calls


def test_what_is_not_wanted_any_more_is_refused(shop: Shop, connector: OdooConnector) -> None:
    order = shop.outgoing({"TEA": 2.0})
    doc = shipped(shop, order, 3)
    with pytest.raises(port.Declined, match="1 × TEA"):
        connector.deliver(doc)
    with pytest.raises(port.Declined, match="no delivery"):
        connector.deliver(dataclasses.replace(doc, erp_no="WH/OUT/99999"))


def test_what_somebody_reserved_or_began_is_replaced(shop: Shop, connector: OdooConnector) -> None:
    """A reservation of another lot, half picked, must not be shipped beside ours."""
    shop.books.quant(shop.at["stock"], shop.at["MILK"], False, 0.0)
    lots = {
        name: shop.books.add(
            "stock.lot", name=name, product_id=shop.at["MILK"], company_id=shop.at["company"]
        )
        for name in ("OLD", "NEW")
    }
    for lot in lots.values():
        shop.books.quant(shop.at["stock"], shop.at["MILK"], lot, 10.0)
    order = shop.outgoing({"MILK": 4.0})
    (line,) = shop.books.find("stock.move.line", [["picking_id", "=", order]])
    shop.books.put("stock.move.line", line["id"], lot_id=lots["OLD"], picked=True)
    sent = dataclasses.replace(shipped(shop, order, 4).lines[0], sku_code="MILK", lot="NEW")
    connector.deliver(dataclasses.replace(shipped(shop, order, 4), lines=(sent,)))
    left = {
        row["lot_id"]: row["quantity"]
        for row in shop.books.find("stock.quant", [["location_id", "=", shop.at["stock"]]])
    }
    assert (left[lots["OLD"]], left[lots["NEW"]]) == (10, 6)


def test_a_lot_that_odoo_does_not_know_cannot_be_shipped(shop: Shop, connector: OdooConnector) -> None:
    order = shop.outgoing({"MILK": 4.0})
    sent = dataclasses.replace(shipped(shop, order, 4).lines[0], sku_code="MILK", lot="NONE")
    with pytest.raises(port.Declined, match="NONE"):
        connector.deliver(dataclasses.replace(shipped(shop, order, 4), lines=(sent,)))
    assert shop.books.find("stock.lot", []) == []


def test_pieces_leave_under_their_own_numbers(shop: Shop, connector: OdooConnector) -> None:
    """What Odoo tracks by serial number is told piece by piece; other goods with numbers by their lot."""
    shop.books.put("product.product", shop.at["MILK"], tracking="serial")
    pieces = {
        name: shop.books.add(
            "stock.lot", name=name, product_id=shop.at["MILK"], company_id=shop.at["company"]
        )
        for name in ("N1", "N2", "N3")
    }
    for piece in pieces.values():
        shop.books.quant(shop.at["stock"], shop.at["MILK"], piece, 1.0)
    order = shop.outgoing({"MILK": 2.0})
    sent = dataclasses.replace(shipped(shop, order).lines[0], sku_code="MILK", serials=("N1", "N3"))
    connector.deliver(dataclasses.replace(shipped(shop, order), lines=(sent,)))
    lines = shop.books.find("stock.move.line", [["picking_id", "=", order]])
    assert {(line["lot_id"], line["quantity"]) for line in lines} == {(pieces["N1"], 1), (pieces["N3"], 1)}


def test_lots_bear_their_last_day(shop: Shop, connector: OdooConnector) -> None:
    connector.deliver(received(shop, shop.incoming({"MILK": 10.0}), "GR-1", 10))
    (lot,) = shop.books.find("stock.lot", [])
    assert lot["expiration_date"].date() == date(2026, 10, 1)
    again = received(shop, shop.incoming({"MILK": 10.0}), "GR-2", 10)
    connector.deliver(again)
    assert len(shop.books.find("stock.lot", [])) == 1


def test_a_key_that_is_the_beginning_of_another_is_another(shop: Shop, connector: OdooConnector) -> None:
    first, second = shop.incoming({"MILK": 10.0}), shop.incoming({"MILK": 10.0})
    connector.deliver(received(shop, first, "GR-10", 10))
    connector.deliver(received(shop, second, "GR-1", 10))
    assert shop.stock("MILK") == 20


def test_notes_of_people_survive_and_marks_do_not_pile_up(shop: Shop, connector: OdooConnector) -> None:
    notice = shop.incoming({"MILK": 10.0}, note="<p>小心</p>")
    connector.deliver(received(shop, notice, "GR-1", 3))
    connector.deliver(received(shop, notice, "GR-2", 3))
    connector.deliver(received(shop, notice, "GR-3", 3))
    notes = [row["note"] for row in shop.books.find("stock.picking", [])]
    assert notes[2] == "<p>小心</p><p>[station:GR-3]</p>"
    assert shop.stock("MILK") == 9
    connector.deliver(received(shop, notice, "GR-1", 3))
    assert shop.stock("MILK") == 9


def test_more_than_expected_and_unannounced_goods_are_taken_in(shop: Shop, connector: OdooConnector) -> None:
    notice = shop.incoming({"MILK": 10.0})
    doc = received(shop, notice, "GR-1", 12)
    extra = dataclasses.replace(doc.lines[0], sku_code="TEA", line_key="", lot="", qty_good=2)
    connector.deliver(dataclasses.replace(doc, lines=(*doc.lines, extra)))
    assert (shop.stock("MILK"), shop.stock("TEA")) == (12, 2)
    assert shop.row("stock.picking", notice)["state"] == "done"


def test_a_slip_of_rejected_goods_only_moves_nothing(shop: Shop, connector: OdooConnector) -> None:
    notice = shop.incoming({"MILK": 10.0})
    assert connector.deliver(received(shop, notice, "GR-1", 0, 10)) == shop.name(notice)
    assert shop.row("stock.picking", notice)["state"] == "assigned"


def test_a_receipt_of_what_is_not_expected_any_more_is_refused(shop: Shop, connector: OdooConnector) -> None:
    notice = shop.incoming({"MILK": 10.0})
    connector.deliver(received(shop, notice, "GR-1", 10))
    with pytest.raises(port.Declined, match="nothing is expected"):
        connector.deliver(received(shop, notice, "GR-2", 1))


def test_a_notice_that_is_called_off_is_told(shop: Shop, connector: OdooConnector) -> None:
    notice = shop.incoming({"MILK": 10.0})
    _, cursor = read_all(connector, "notices")
    connector.deliver(received(shop, notice, "GR-1", 4))
    shop.books.tick()
    (left,) = shop.books.find("stock.picking", [["state", "=", "assigned"]])
    shop.books.put("stock.picking", left["id"], state="cancel")
    items, _ = read_all(connector, "notices", cursor)
    assert [(one.doc_type, one.doc_no) for one in items] == [("cancel_notice", shop.name(notice))]


def test_an_adjustment_goes_between_the_places_of_its_statuses(shop: Shop) -> None:
    shop.books.quant(shop.at["stock"], shop.at["TEA"], False, 50.0)
    words = dataclasses.replace(WORDS, ours={("status", "WH/次品"): ("DEFECT", 1)})
    connector = OdooConnector(setup_of(shop.odoo, words=words))
    line = adjusted().lines[0]
    lines = (
        line,
        dataclasses.replace(line, delta_each=5),
        dataclasses.replace(line, status_to="DEFECT", delta_each=4),
    )
    names = connector.deliver(dataclasses.replace(adjusted(), lines=lines))
    assert connector.deliver(dataclasses.replace(adjusted(), lines=lines)) == names
    assert sorted((one.status, one.qty_each) for one in connector.stock()) == [("DEFECT", 4), ("GOOD", 48)]
    with pytest.raises(port.Unmapped):
        connector.deliver(
            dataclasses.replace(
                adjusted(), event_key="A2", lines=(dataclasses.replace(line, status_to="HOLD"),)
            )
        )
    connector.close()


def test_somebody_ships_while_we_look(shop: Shop, connector: OdooConnector) -> None:
    """The picking is done between our look and our deed: nothing is moved twice."""
    shop.books.quant(shop.at["stock"], shop.at["TEA"], False, 50.0)
    order = shop.outgoing({"TEA": 2.0})
    doc = shipped(shop, order)

    def ship(model: str, method: str) -> None:
        if method == "button_validate" and shop.row("stock.picking", order)["state"] != "done":
            shop.books.done(order)

    shop.odoo.before = ship
    connector.deliver(doc)
    assert shop.stock("TEA") == 48


def test_what_odoo_is_not_told_of_is_refused(connector: OdooConnector) -> None:
    state = erp.OrderStateDocument(
        event_key="x", erp_no="x", order_no="x", state="PICK", at=AT, operator="li"
    )
    with pytest.raises(port.Declined):
        connector.deliver(state)


def test_shipped_counts_from_the_beginning_of_the_day_here(shop: Shop, connector: OdooConnector) -> None:
    early, late = shop.outgoing({"TEA": 1.0}), shop.outgoing({"TEA": 1.0})
    at = {early: datetime(2026, 5, 1, 15, 59, tzinfo=UTC), late: datetime(2026, 5, 1, 16, 0, tzinfo=UTC)}
    for number, done in at.items():
        shop.books.put(
            "stock.picking", number, state="done", carrier_tracking_ref=f"T{number}", date_done=done
        )
    assert connector.shipped(date(2026, 5, 2)) == {shop.name(late): f"T{late}"}
