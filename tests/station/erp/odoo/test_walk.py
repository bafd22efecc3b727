"""A day with Odoo: articles, a delivery in two parts, an order out, a cancellation. By both interfaces."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from station.erp import port
from station.erp.inward import validate
from station.erp.odoo.connector import OdooConnector
from station.exchange import documents as erp
from tests.station.erp.odoo.conftest import Shop
from tests.station.erp.paging import read_all

AT = datetime(2026, 5, 2, 9, 0, tzinfo=UTC)


def received(
    shop: Shop, picking: int, key: str, good: int, rejected: int = 0, lot: str = "L1"
) -> erp.ReceiptConfirmation:
    line = erp.ReceiptConfirmationLine(
        sku_code="MILK", line_key=shop.key(picking), lot=lot, produced_on=None, expires_on=date(2026, 10, 1),
        qty_good=good, qty_rejected=rejected,
    )  # fmt: skip
    name = shop.name(picking)
    return erp.ReceiptConfirmation(
        event_key=key, grn_no=key, asn_no=name, supplier_code="SUP-01", posted_at=AT, lines=(line,)
    )


def shipped(shop: Shop, picking: int, qty: int = 2, waybill: str = "SF100") -> erp.ShipmentConfirmation:
    line = erp.ShipmentConfirmationLine(
        line_key=shop.key(picking), sku_code="TEA", lot="OUR-1", expires_on=None, qty_each=qty
    )
    return erp.ShipmentConfirmation(
        event_key="SHIP-PC1", erp_no=shop.name(picking), order_no="DO1", carrier_code="SF", waybill_no=waybill,
        shipped_at=AT, weight_g=300, operator="li", lines=(line,),
    )  # fmt: skip


def test_a_day(shop: Shop, connector: OdooConnector) -> None:
    notice, order = shop.incoming({"MILK": 10.0}), shop.outgoing({"TEA": 2.0})
    shop.books.quant(shop.at["stock"], shop.at["TEA"], False, 50.0)
    found: dict[str, Any] = {}
    cursors: dict[str, Any] = {}
    for feed in connector.feeds():
        items, cursors[feed.name] = read_all(connector, feed.name)
        assert {one.doc_type for one in items} <= set(feed.doc_types)
        found |= {one.doc_no: one.doc for one in items}
    assert all(doc is not None and validate.problems(doc) == [] for doc in found.values())
    tea, milk = found["TEA"], found["MILK"]
    assert (tea.gross_g, [item.code for item in tea.barcodes], tea.unit) == (256, ["6901234567892"], "件")
    assert (milk.is_lot, milk.shelf_life_n, milk.lockup_days, milk.advent_days) == (True, 180, 30, 60)
    assert found["SUP-01"] == erp.Supplier(code="SUP-01", name="康源食品", version=0)
    assert found["WH/IN/00001"].warehouse == "MAIN"
    assert found["WH/IN/00001"].lines == (
        erp.NoticeLine(line_key=shop.key(notice), sku_code="MILK", qty_each=10),
    )
    told = found["WH/OUT/00002"]
    assert (told.carrier_code, told.receiver.province, told.receiver.address) == (
        "SF",
        "浙江省",
        "文一路 1 号 2 单元",
    )
    assert told.lines == (erp.OrderDocumentLine(line_key=shop.key(order), sku_code="TEA", qty_each=2),)

    assert connector.deliver(received(shop, notice, "GR-1", 6, 1)) == "WH/IN/00001"
    assert shop.stock("MILK") == 6
    again, cursors["notices"] = read_all(connector, "notices", cursors["notices"])
    assert {one.doc for one in again} == {found["WH/IN/00001"]}, "a back order is the same notice"
    assert connector.deliver(received(shop, notice, "GR-2", 4, lot="L2")) == "WH/IN/00003"
    assert shop.stock("MILK") == 10

    assert connector.deliver(shipped(shop, order)) == "WH/OUT/00002"
    assert shop.row("stock.picking", order)["carrier_tracking_ref"] == "SF100"
    assert connector.open_orders() == []
    assert connector.shipped(date(2026, 5, 1)) == {"WH/OUT/00002": "SF100"}
    assert sorted((line.sku_code, line.lot, line.qty_each) for line in connector.stock()) == [
        ("MILK", "L1", 6), ("MILK", "L2", 4), ("TEA", "", 48),
    ]  # fmt: skip

    shop.books.tick()
    late = shop.outgoing({"TEA": 1.0})
    items, cursors["orders"] = read_all(connector, "orders", cursors["orders"])
    assert "WH/OUT/00004" in {one.doc_no for one in items if one.doc_type == "order"}
    shop.books.tick()
    shop.books.put("stock.picking", late, state="cancel")
    items, _ = read_all(connector, "orders", cursors["orders"])
    assert ("cancel", "WH/OUT/00004") in {(one.doc_type, one.doc_no) for one in items}
    assert connector.open_orders() == []
    gone = connector.order("WH/OUT/00004")
    assert gone is not None
    assert gone.doc == erp.CancelOrder(erp_no="WH/OUT/00004", version=0, reason="cancelled in Odoo")


def test_the_probe_changes_nothing_and_shows_documents(shop: Shop, connector: OdooConnector) -> None:
    shop.incoming({"MILK": 10.0})
    shop.outgoing({"TEA": 2.0})
    report = connector.probe()
    assert report.ok, report
    assert {type(doc).__name__ for doc in report.samples} == {"Product", "NoticeDocument", "OrderDocument"}
    writes = {method for _, method in shop.odoo.calls} & {
        "create",
        "write",
        "button_validate",
        "action_confirm",
    }
    assert writes == set()


@pytest.mark.parametrize("method", ["write", "button_validate", "create", "read"])
@pytest.mark.parametrize("what", ["receipt", "shipment", "adjustment"])
def test_an_answer_that_is_lost_makes_no_second_effect(
    shop: Shop, connector: OdooConnector, method: str, what: str
) -> None:
    shop.books.quant(shop.at["stock"], shop.at["TEA"], False, 50.0)
    make: dict[str, Any] = {
        "receipt": lambda: received(shop, shop.incoming({"MILK": 10.0}), "GR-1", 6),
        "shipment": lambda: shipped(shop, shop.outgoing({"TEA": 2.0})),
        "adjustment": adjusted,
    }
    doc = make[what]()
    shop.odoo.swallow.append(method)
    try:
        connector.deliver(doc)
    except port.Down:
        connector.deliver(doc)
    connector.deliver(doc)
    expected = {"receipt": (6, 50), "shipment": (0, 48), "adjustment": (0, 47)}[what]
    assert [shop.stock("MILK"), shop.stock("TEA")] == list(expected)
    assert len(shop.books.find("stock.lot", [])) == (1 if what == "receipt" else 0)


def adjusted() -> erp.StockAdjustment:
    line = erp.AdjustmentLine(
        sku_code="TEA", lot="", expires_on=None, status_from="GOOD", status_to="GOOD", delta_each=-3
    )
    return erp.StockAdjustment(
        event_key="ADJ-1",
        adjustment_no="AJ1",
        adjustment_type="COUNT",
        at=AT,
        operator="li",
        reason="",
        lines=(line,),
    )
