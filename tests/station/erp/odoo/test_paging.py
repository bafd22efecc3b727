"""Reading by `write_date`: told to the second, kept to the microsecond, changed while it is read."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from station.erp import makeup, port
from station.erp.odoo.connector import OdooConnector
from tests.station.erp.odoo.books import Books
from tests.station.erp.odoo.conftest import Shop, furnish, setup_of
from tests.station.erp.paging import read_all


@pytest.fixture
def reader(shop: Shop) -> Iterator[OdooConnector]:
    found = OdooConnector(setup_of(shop.odoo))
    found._page = 5
    yield found
    found.close()


def names(items: list[port.Item]) -> dict[str, str]:
    return {one.doc_no: one.doc.name_zh for one in items}


def test_many_rows_of_one_second_lose_nothing_and_end(shop: Shop, reader: OdooConnector) -> None:
    """An import writes hundreds of rows in one transaction: one time for all of them."""
    shop.books.tick(0.2)
    for number in range(23):
        shop.goods(f"S{number:02}")
    shop.books.tick(0.5)
    for number in range(23, 30):
        shop.goods(f"S{number:02}")
    items, cursor = read_all(reader, "products")
    assert len(items) == 32
    assert len(names(items)) == 32
    shop.books.tick(900)
    for _ in range(2):  # the clock of an answer is known with the next one
        _, cursor = read_all(reader, "products", cursor)
    calls = len(shop.odoo.calls)
    items, cursor = read_all(reader, "products", cursor)
    assert len(shop.odoo.calls) - calls <= 8


def test_a_first_reading_tells_how_many_there_are(shop: Shop, reader: OdooConnector) -> None:
    for number in range(10):
        shop.goods(f"S{number}")
    page = reader.changes("products", {})
    assert (page.total, page.more) == (12, True)
    assert reader.changes("products", page.cursor).total is None


def test_a_row_committed_late_is_seen(shop: Shop, reader: OdooConnector) -> None:
    """Its transaction began before the last look and ended after it."""
    began = shop.books.now
    shop.books.tick(60)
    shop.goods("NEW")
    _, cursor = read_all(reader, "products")
    late = shop.goods("LATE")
    shop.row("product.product", late)["write_date"] = began
    items, _ = read_all(reader, "products", cursor)
    assert "LATE" in names(items)


def test_what_is_closed_while_the_first_reading_lasts_is_told_later(
    shop: Shop, reader: OdooConnector
) -> None:
    pickings = [shop.outgoing({"TEA": 1.0}) for _ in range(12)]
    for number in pickings:
        shop.books.tick()
        shop.books.put("stock.picking", number)
    page = reader.changes("orders", {})
    assert len(page.items) == 4
    shop.books.tick()
    shop.books.put("stock.picking", pickings[0], state="cancel")
    shop.books.tick(3600)  # a long import
    shop.books.put("stock.picking", pickings[-1])
    _, cursor = read_all(reader, "orders", page.cursor)
    items, _ = read_all(reader, "orders", cursor)
    assert ("cancel", shop.name(pickings[0])) in {(one.doc_type, one.doc_no) for one in items}


def test_closed_history_is_not_imported(shop: Shop, reader: OdooConnector) -> None:
    for state in ("done", "cancel", "draft"):
        for make in (shop.incoming, shop.outgoing):
            shop.books.put("stock.picking", make({"TEA": 1.0}), state=state)
    for feed in ("orders", "notices", "order_moves", "notice_moves"):
        assert read_all(reader, feed)[0] == []


def test_a_changed_quantity_is_seen_though_the_picking_is_not_touched(
    shop: Shop, reader: OdooConnector
) -> None:
    order, notice = shop.outgoing({"TEA": 2.0}), shop.incoming({"MILK": 10.0})
    cursors = {feed.name: read_all(reader, feed.name)[1] for feed in reader.feeds()}
    (mark,) = [one.mark for one in reader.open_orders()]
    shop.books.tick(30)
    shop.books.put("stock.move", shop.books.moves(order)[0]["id"], product_uom_qty=5.0)
    shop.books.put("stock.move", shop.books.moves(notice)[0]["id"], product_uom_qty=12.0)
    found = {feed: read_all(reader, feed, cursor)[0] for feed, cursor in cursors.items()}
    assert found["packs"] == []
    assert [one.doc.lines[0].qty_each for one in found["order_moves"]] == [5]
    assert [one.doc.lines[0].qty_each for one in found["notice_moves"]] == [12]
    (changed,) = reader.open_orders()
    assert changed.mark != mark
    again = reader.order(changed.doc_no)
    assert again is not None
    assert again.mark == changed.mark


def test_a_quantity_changed_while_the_first_reading_lasts_is_seen(shop: Shop, reader: OdooConnector) -> None:
    notices = [shop.incoming({"MILK": 10.0}) for _ in range(8)]
    _, cursor = read_all(reader, "notice_moves")
    page = reader.changes("notices", {})
    shop.books.tick(7)
    shop.books.put("stock.move", shop.books.moves(notices[0])[0]["id"], product_uom_qty=12.0)
    shop.books.tick(7000)
    read_all(reader, "notices", page.cursor)
    items, _ = read_all(reader, "notice_moves", cursor)
    assert {one.doc_no: one.doc.lines[0].qty_each for one in items}[shop.name(notices[0])] == 12


def test_a_deleted_order_is_missed_by_the_open_set_and_gone(shop: Shop, reader: OdooConnector) -> None:
    order = shop.outgoing({"TEA": 2.0})
    name = shop.name(order)
    assert [one.doc_no for one in reader.open_orders()] == [name]
    del shop.books.rows["stock.picking"][order]
    assert reader.open_orders() == []
    assert reader.order(name) is None


def test_a_new_barcode_of_a_pack_brings_its_article_again(shop: Shop, reader: OdooConnector) -> None:
    _, cursor = read_all(reader, "packs")
    shop.books.tick()
    shop.books.add("product.packaging", product_id=shop.at["TEA"], barcode="16901234567899", qty=24.0)
    items, _ = read_all(reader, "packs", cursor)
    (doc,) = [one.doc for one in items]
    assert [(code.code, code.level, code.qty) for code in doc.barcodes] == [
        ("6901234567892", "EACH", 1), ("16901234567899", "CASE", 24),
    ]  # fmt: skip
    assert doc.case_qty == 24


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_written_between_two_pages_is_known_in_the_end(shop: Shop, data: st.DataObject) -> None:
    """Rows are written at any fraction of a second, some of them behind the last look."""
    shop.odoo.books = Books()
    furnish(shop)
    reader = OdooConnector(setup_of(shop.odoo))
    reader._page = data.draw(st.integers(1, 4))
    cursor: Any = {}
    known: dict[str, str] = {}
    busy = data.draw(st.integers(0, 15))
    quiet = 0
    ids = [shop.goods(f"S{number}") for number in range(data.draw(st.integers(0, 9)))]
    for turn in range(400):
        if turn < busy:
            shop.books.tick(data.draw(st.sampled_from([0, 0.1, 0.5, 1, 1.5])))
            if len(ids) > 0 and data.draw(st.booleans()):
                shop.books.put("product.product", data.draw(st.sampled_from(ids)), name=f"名 {turn}")
            else:
                ids.append(shop.goods(f"T{turn}"))
            if data.draw(st.booleans()):
                row = shop.row("product.product", ids[-1])
                row["write_date"] -= timedelta(seconds=data.draw(st.sampled_from([0.3, 1, 20])))
        page = reader.changes("products", cursor)
        known |= names(list(page.items))
        cursor = dict(page.cursor)
        if not page.more:
            shop.books.tick(2)
            quiet += turn >= busy
            if quiet >= 2:
                break
    reader.close()
    assert known == {row["default_code"]: row["name"] for row in shop.books.rows["product.product"].values()}


def test_an_article_put_away_is_told_as_inactive(shop: Shop, reader: OdooConnector) -> None:
    _, cursor = read_all(reader, "products")
    shop.books.tick()
    shop.books.put("product.product", shop.at["TEA"], active=False)
    items, _ = read_all(reader, "products", cursor)
    assert [one.doc.is_active for one in items if one.doc_no == "TEA"] == [False]


def test_the_words_may_be_replaced(shop: Shop) -> None:
    """A new mapping makes a new connector; nothing of the old one is kept elsewhere."""
    setup = setup_of(shop.odoo)
    shop.outgoing({"TEA": 1.0})
    for word in ("SF", "YTO"):
        words = makeup.Words(ours={("carrier", "顺丰标快"): (word, 1)})
        connector = OdooConnector(dataclasses.replace(setup, words=words))
        ((item,), _) = read_all(connector, "orders")
        assert item.doc.carrier_code == word
        connector.close()
