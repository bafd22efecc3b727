"""Older and newer versions of Odoo, and modules that are or are not there."""

from __future__ import annotations

import dataclasses
import json
from datetime import date

import pytest

from station.erp import port
from station.erp.odoo.connector import OdooConnector
from tests.station.erp.odoo.conftest import WORDS, Shop, setup_of
from tests.station.erp.odoo.test_walk import adjusted, received, shipped
from tests.station.erp.paging import read_all


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
