"""What goes wrong with Odoo: rows that make no sense, answers that are none, people who were quicker."""

from __future__ import annotations

import dataclasses
import json
import logging
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from station.erp import port
from station.erp.odoo.connector import OdooConnector
from station.erp.odoo.goods import PARTNER
from station.exchange import documents as erp
from tests.station.erp.odoo.conftest import WORDS, Shop, setup_of
from tests.station.erp.odoo.server import KEY, Fault, user_error
from tests.station.erp.odoo.test_walk import AT, adjusted, received, shipped
from tests.station.erp.paging import read_all

RECORDED = Path(__file__).parent / "recorded"

# --- reading ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"default_code": False}, "E-ERP-95"),
        ({"default_code": "T" * 41}, "E-ERP-95"),
        ({"default_code": "A\u202eB"}, "E-ERP-95"),
        ({"name": False}, "E-ERP-95"),
        ({"weight": "heavy"}, "E-ERP-95"),
        ({"barcode": "x" * 300}, "E-ERP-95"),
        ({"expiration_time": -5, "use_expiration_date": True}, "E-ERP-95"),
        ({"uom_id": "new"}, "E-ERP-92"),
    ],
)
def test_a_bad_article_is_told_and_stops_no_other(
    shop: Shop, connector: OdooConnector, values: dict[str, Any], code: str
) -> None:
    if values.get("uom_id"):
        values = {"uom_id": shop.books.add("uom.uom", name="托盘")}
    shop.goods("BAD", **values)
    items, _ = read_all(connector, "products")
    assert [one.code for one in items] == ["", "", code]
    assert items[2].doc is None
    assert items[2].doc_no


def test_units_are_made_pieces_and_halves_are_refused(shop: Shop, connector: OdooConnector) -> None:
    shop.goods("CASE", uom_id=shop.at["box"], weight=6.0, barcode="111")
    whole, half = shop.outgoing({"CASE": 2.5}), shop.outgoing({"CASE": 2.55})
    items = {one.doc_no: one for one in read_all(connector, "orders")[0]}
    assert items[shop.name(whole)].doc.lines[0].qty_each == 30
    assert items[shop.name(half)].code == "E-ERP-95"
    found = {one.doc_no: one.doc for one in read_all(connector, "products")[0]}["CASE"]
    assert (found.gross_g, found.barcodes) == (500, (erp.ProductBarcode(code="111", level="CASE", qty=12),))


def test_weights_are_exact(shop: Shop, connector: OdooConnector) -> None:
    for grams in (1, 7, 333, 1234, 9999):
        shop.goods(f"W{grams}", weight=float(Decimal(grams) / 1000))
    found = {one.doc_no: one.doc for one in read_all(connector, "products")[0]}
    assert all(found[f"W{grams}"].gross_g == grams for grams in (1, 7, 333, 1234, 9999))


def test_a_carrier_nobody_translated_waits_and_is_read_again(shop: Shop, connector: OdooConnector) -> None:
    order = shop.outgoing({"TEA": 1.0}, carrier_id=shop.books.add("delivery.carrier", name="中通"))
    bare = shop.outgoing({"TEA": 1.0}, carrier_id=False)
    items, _ = read_all(connector, "orders")
    assert [one.unmapped for one in items] == [("carrier", "中通"), ("carrier", "-")]
    words = dataclasses.replace(WORDS, ours={("carrier", "中通"): ("YTO", 1), ("carrier", "-"): ("SF", 1)})
    again = OdooConnector(setup_of(shop.odoo, words=words))
    for number, code in ((order, "YTO"), (bare, "SF")):
        found = again.order(shop.name(number))
        assert found is not None
        assert found.doc.carrier_code == code
    again.close()


def test_a_note_is_read_as_words(shop: Shop, connector: OdooConnector) -> None:
    shop.outgoing({"TEA": 1.0}, note="<p>请 &lt;小心&gt;</p><p>[station:SHIP-1]</p><script>x</script>")
    ((item,), _) = read_all(connector, "orders")
    assert item.doc.seller_note == "请 <小心> x"


def test_other_warehouses_returns_and_drop_shipping_are_none_of_ours(
    shop: Shop, connector: OdooConnector
) -> None:
    other = shop.books.add("stock.warehouse", name="B", code="B", company_id=shop.at["company"])
    kind = shop.books.add("stock.picking.type", name="OUT", code="outgoing", warehouse_id=other)
    shop.outgoing({"TEA": 1.0}, picking_type_id=kind)
    shop.outgoing({"TEA": 1.0}, location_dest_id=shop.at["vendors"])
    shop.incoming({"TEA": 1.0}, location_id=shop.at["customers"])
    assert read_all(connector, "orders")[0] == read_all(connector, "notices")[0] == []


# --- answers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (500, port.Down), (503, port.Down), (302, port.Down), (429, port.Limited), (401, port.NoAccess), (403, port.NoAccess),
        (Fault("odoo.exceptions.AccessError", "You are not allowed to access", 403), port.NoAccess),
        (Fault("odoo.exceptions.AccessDenied", "Access Denied", 403), port.NoAccess),
        (Fault("odoo.exceptions.MissingError", "Record does not exist", 404), port.Stale),
        (Fault("odoo.exceptions.LockError", "locked", 409), port.Stale),
        (Fault("odoo.exceptions.ValidationError", "no", 422), port.Declined),
        (Fault("psycopg2.errors.SerializationFailure", "could not serialize", 500), port.Down),
        (Fault("builtins.KeyError", "'x'", 500), port.Stale),
        (user_error("no"), port.Declined),
    ],
)  # fmt: skip
def test_what_an_answer_means(
    shop: Shop, connector: OdooConnector, fault: Any, error: type[Exception]
) -> None:
    assert connector.open_orders() == []
    shop.odoo.fail = [fault]
    with pytest.raises(error) as caught:
        connector.open_orders()
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("api", ["json2", "jsonrpc"])
def test_a_wrong_key_has_no_access_and_is_never_told(
    shop: Shop, api: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    connector = OdooConnector(setup_of(shop.odoo, api, api_key="geheim"))
    with pytest.raises(port.NoAccess) as caught:
        connector.open_orders()
    gone = OdooConnector(setup_of(shop.odoo, api, url="http://127.0.0.1:9", api_key="geheim"))
    with pytest.raises(port.Down) as down:
        gone.open_orders()
    assert "geheim" not in f"{caught.value} {down.value} {caplog.text}"
    connector.close()
    gone.close()


@pytest.mark.parametrize(
    "values",
    [
        {"url": "odoo.example"},
        {"url": "https://me:pw@odoo.example"},
        {"api": "soap"},
        {"api_key": "钥匙"},
        {"api_key": "a\nb"},
    ],
)
def test_settings_that_make_no_sense_are_refused(shop: Shop, values: dict[str, str]) -> None:
    with pytest.raises(port.NoAccess, match="setting"):
        OdooConnector(setup_of(shop.odoo, "json2", WORDS, **values))


def test_a_warehouse_that_is_not_there_is_found_by_the_probe(shop: Shop) -> None:
    for values in ({"warehouse": "XX"}, {"company": "别家"}):
        connector = OdooConnector(setup_of(shop.odoo, "json2", WORDS, **values))
        report = connector.probe()
        assert [one.what for one in report.findings if one.ok is False] == ["warehouse"]
        connector.close()


@pytest.mark.parametrize(
    ("name", "interface", "error", "told"),
    [
        ("json2_401.json", "json2", port.NoAccess, "Invalid apikey"),
        ("json2_access_403.json", "json2", port.NoAccess, "not allowed to access"),
        ("json2_user_error_422.json", "json2", port.Declined, "批次/序列号: [MILK] 牛奶"),
        ("jsonrpc_user_error_200.json", "jsonrpc", port.Declined, "此调拨已取消"),
        ("jsonrpc_access_denied_200.json", "jsonrpc", port.NoAccess, "Access Denied"),
        ("proxy_502.html", "json2", port.Down, "502"),
        ("proxy_502.html", "jsonrpc", port.Down, "502"),
    ],
)
def test_recorded_answers(shop: Shop, name: str, interface: str, error: type[Exception], told: str) -> None:
    connector = OdooConnector(setup_of(shop.odoo, interface))
    assert connector.open_orders() == []
    body = (RECORDED / name).read_bytes().replace(b'"id": 0', b'"id": %d' % (connector._wire._number + 1))
    status = re.search(r"_([0-9]{3})", name)
    assert status
    shop.odoo.fail = [(int(status[1]), body)]
    with pytest.raises(error, match=re.escape(told)) as caught:
        connector.open_orders()
    assert "\n" not in str(caught.value)
    assert "Traceback" not in str(caught.value)
    connector.close()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[1]",
        b"{}",
        b"[{}]",
        b"[NaN]",
        b"[" * 100_000,
        b'[{"id": 1}',
        b"\xff",
        b'[{"id": 1e999999999}]',
    ],
)
def test_answers_that_are_none(shop: Shop, body: bytes) -> None:
    connector = OdooConnector(setup_of(shop.odoo))
    assert connector.open_orders() == []
    shop.odoo.fail = [(200, body)]
    with pytest.raises(port.Down):
        connector.changes("suppliers", {"began": "2026-05-01T00:00:00+00:00"})
    connector.close()


@pytest.mark.parametrize("stamp", [False, "yesterday", "9999-12-31 23:59:59", "0001-01-01 00:00:00"])
def test_a_time_that_makes_no_sense_is_no_place_to_go_on(shop: Shop, stamp: Any) -> None:
    connector = OdooConnector(setup_of(shop.odoo))
    fields = connector._model.known("res.partner", [*PARTNER, "write_date"])
    row = dict.fromkeys(fields, "x") | {"id": 1, "write_date": stamp}
    shop.odoo.fail = [(200, json.dumps([row]).encode())]
    with pytest.raises(port.Down):
        connector.changes("suppliers", {"began": "2026-05-01T00:00:00+00:00"})
    connector.close()


def test_patience_is_as_long_as_odoo_says(shop: Shop, connector: OdooConnector) -> None:
    shop.odoo.fail = [429]
    with pytest.raises(port.Limited) as caught:
        connector.open_orders()
    assert caught.value.wait_s == 60


def test_back_orders_that_go_round_in_a_ring_end(shop: Shop, connector: OdooConnector) -> None:
    one = shop.incoming({"MILK": 1.0})
    two = shop.incoming({"MILK": 1.0}, backorder_id=one)
    shop.books.put("stock.picking", one, backorder_id=two)
    assert len(read_all(connector, "notices")[0]) == 2


def test_a_question_only_a_person_can_answer_is_told(shop: Shop, connector: OdooConnector) -> None:
    """Expired lots: Odoo asks, nothing is done, and somebody has to decide."""
    order = shop.outgoing({"TEA": 2.0})
    asked = json.loads((RECORDED / "expired_lots_wizard.json").read_bytes())
    shop.odoo.asks = asked
    with pytest.raises(port.Declined, match=r"expiry\.picking\.confirmation"):
        connector.deliver(shipped(shop, order))
    assert shop.row("stock.picking", order)["state"] == "assigned"


# --- deeds -----------------------------------------------------------------------------------------


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


# --- versions and modules ----------------------------------------------------------------------------


def test_an_older_odoo_without_delivery_and_expiry(shop: Shop) -> None:
    """`qty_done` instead of `quantity`; no tracking number, so the mark in the note tells a shipment."""
    shop.books.age()
    shop.books.quant(shop.at["stock"], shop.at["TEA"], False, 50.0)
    words = dataclasses.replace(WORDS, ours={("carrier", "-"): ("SF", 1)})
    connector = OdooConnector(setup_of(shop.odoo, "jsonrpc", words))
    order, notice = shop.outgoing({"TEA": 5.0}), shop.incoming({"MILK": 10.0})
    for feed in connector.feeds():
        items, _ = read_all(connector, feed.name)
        assert [one.why for one in items if one.doc is None] == []
    for doc in (shipped(shop, order, 2), received(shop, notice, "GR-1", 6)):
        assert connector.deliver(doc) == connector.deliver(doc)
    assert (shop.stock("TEA"), shop.stock("MILK")) == (48, 6)
    assert connector.shipped(date(2026, 5, 1)) == {shop.name(order): ""}
    report = connector.probe()
    assert report.ok
    assert [one.what for one in report.findings if one.ok is None][:2] == [
        "stock.picking.carrier_tracking_ref", "stock.lot.expiration_date",
    ]  # fmt: skip
    connector.close()


def test_a_newer_odoo_that_calls_units_otherwise(shop: Shop, connector: OdooConnector) -> None:
    shop.books.renamed |= {
        ("stock.move.line", "product_uom_id"): "uom_id",
        ("stock.move", "product_uom"): "uom_id",
    }
    shop.books.quant(shop.at["stock"], shop.at["TEA"], False, 50.0)
    connector.deliver(shipped(shop, shop.outgoing({"TEA": 2.0})))
    connector.deliver(adjusted())
    assert shop.stock("TEA") == 45


def test_the_parts_of_a_kit_are_lines_of_their_own(shop: Shop, connector: OdooConnector) -> None:
    """One line of the sale, two articles; one of them is short and comes as an order of its own."""
    order = shop.outgoing({"TEA": 2.0})
    sale_line = shop.books.moves(order)[0]["sale_line_id"]
    shop.goods("CUP")
    ends = {"location_id": shop.at["stock"], "location_dest_id": shop.at["customers"]}
    shop.books.add(
        "stock.move", picking_id=order, product_id=shop.at["CUP"], product_uom_qty=4.0, sale_line_id=sale_line, state="assigned", **ends
    )  # fmt: skip
    ((item,), _) = read_all(connector, "orders")
    assert [(line.sku_code, line.qty_each) for line in item.doc.lines] == [("TEA", 2), ("CUP", 4)]
    sent = shipped(shop, order).lines[0]
    cups = dataclasses.replace(sent, line_key=item.doc.lines[1].line_key, sku_code="CUP", qty_each=3)
    connector.deliver(dataclasses.replace(shipped(shop, order), lines=(sent, cups)))
    assert (shop.stock("TEA"), shop.stock("CUP")) == (-2, -3)
    ((left,), _) = read_all(connector, "orders")
    assert [(line.line_key, line.qty_each) for line in left.doc.lines] == [(cups.line_key, 1)]


def test_packs_are_units_with_a_barcode_since_19(shop: Shop, connector: OdooConnector) -> None:
    shop.books.hidden.add(("product.packaging", ""))
    shop.books.add("product.uom", product_id=shop.at["TEA"], barcode="111", uom_id=shop.at["box"])
    shop.books.add(
        "product.uom",
        product_id=shop.at["MILK"],
        barcode="222",
        uom_id=shop.books.add("uom.uom", name="托盘"),
    )
    tea, milk = read_all(connector, "products")[0]
    assert [(code.code, code.qty) for code in tea.doc.barcodes] == [("6901234567892", 1), ("111", 12)]
    assert milk.unmapped == ("unit", "托盘")


def test_an_article_we_may_not_see_is_told(shop: Shop, connector: OdooConnector) -> None:
    order = shop.outgoing({"TEA": 2.0})
    doc = shipped(shop, order)
    del shop.books.rows["product.product"][shop.at["TEA"]]
    shop.books.rows["product.product"][shop.at["TEA"]] = shop.row("product.product", shop.at["MILK"])
    ((item,), _) = read_all(connector, "orders")
    assert item.code == "E-ERP-95"
    assert json.loads(json.dumps(item.raw))["moves"][0]["product_qty"] == "2.0"
    with pytest.raises(port.Declined):
        connector.deliver(doc)
