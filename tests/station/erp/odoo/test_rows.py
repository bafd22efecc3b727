"""Rows of Odoo that make no sense, and rows that are none of ours."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import Any

import pytest

from station.erp.odoo.connector import OdooConnector
from station.exchange import documents as erp
from tests.station.erp.odoo.conftest import WORDS, Shop, setup_of
from tests.station.erp.paging import read_all


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
