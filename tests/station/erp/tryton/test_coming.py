"""What comes from Tryton: once, in small pages, with its changes and parts."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from station.erp.tryton.connector import TrytonConnector
from station.exchange import documents as erp
from tests.station.erp.tryton.conftest import Books
from tests.station.erp.tryton.proxy import always
from tests.station.erp.tryton.walking import (
    Ear,
    every_answer_lost,
    fields_of,
    insist,
    levels,
    received,
    taken,
)


def test_everything_flows_in_once(books: Books, connector: TrytonConnector) -> None:
    found = taken(connector)
    kinds: dict[str, int] = defaultdict(int)
    for kind, _ in found:
        kinds[kind] += 1
    assert dict(kinds) == {"product": 13, "supplier": 3, "notice": 6, "order": 24}
    notices = [doc for (kind, _), doc in found.items() if kind == "notice"]
    assert {doc.asn_no for doc in notices} == {"1", "2", "3", "PO-4", "PO-5", "PO-6"}
    planned = [line for doc in notices for line in doc.lines if line.lot]
    assert planned
    assert all(line.expires_on is not None for line in planned)
    ear = Ear(connector)
    for feed in connector.feeds():
        assert ear.news(feed.name) == []
    report = connector.probe()
    assert report.ok, report.findings
    assert [type(doc).__name__ for doc in report.samples][:3] == [
        "Product",
        "NoticeDocument",
        "NoticeDocument",
    ]


def test_small_pages_lose_nothing(connector: TrytonConnector) -> None:
    connector._page = 5  # all rows of the seed bear one time stamp
    assert len(taken(connector)) == 13 + 3 + 6 + 24


def test_changes_of_parts_are_heard(books: Books, connector: TrytonConnector) -> None:
    ear = Ear(connector)
    product = books.told["products"]["S0002"]
    books.office.call(
        "product.identifier.create", [{"product": product, "type": "ean", "code": "6901234567892"}]
    )
    (template,) = books.rows("product.product", [["id", "=", product]], "template")
    books.office.call("product.template.write", [template["template"]], {"name": "新名字"})
    head = books.row("stock.shipment.out", "3")
    (move, *_) = books.rows("stock.move", [["shipment", "=", f"stock.shipment.out,{head['id']}"], ["to_location.type", "=", "customer"]])  # fmt: skip
    books.office.call("stock.move.write", [move["id"]], {"quantity": 9})
    (barcode,) = ear.news("barcodes")
    assert "6901234567892" in [code.code for code in barcode.doc.barcodes]
    assert barcode.doc.name_zh == "新名字"
    books.office.call("product.template.write", [template["template"]], {"name": "更新的名字"})
    assert [one.doc.name_zh for one in ear.news("templates")] == ["更新的名字"]
    (changed,) = ear.news("order_moves")
    assert (changed.doc_no, changed.doc.lines[0].qty_each) == ("3", 9)
    assert changed.mark in {one.mark for one in connector.open_orders()}


def test_an_announced_delivery_comes_in_two_parts(books: Books, connector: TrytonConnector) -> None:
    ear = Ear(connector)
    notice = ear.heard["notice", "1"]
    first = received(connector, notice, "GR-A", share=2)
    books.proxy.rule = every_answer_lost()
    assert insist(connector, first) == "1"
    books.proxy.rule = always
    assert connector.deliver(first) == "1"
    assert books.row("stock.shipment.in", "1", "state", "reference") | {"id": 0} == {
        "id": 0, "state": "done", "reference": "DN-1 GR-A",
    }  # fmt: skip
    (rest,) = ear.news("purchases")
    assert rest.doc_no == "PO-1"
    want = {line.line_key: line.qty_each - max(1, line.qty_each // 2) for line in notice.lines}
    assert {line.line_key: line.qty_each for line in rest.doc.lines} == {k: v for k, v in want.items() if v}
    second = received(connector, rest.doc, "GR-B")
    number = connector.deliver(erp.ReceiptConfirmation(**{**fields_of(second), "asn_no": "1"}))
    assert books.row("stock.shipment.in", number, "reference")["reference"] == "1 GR-B"
    (gone,) = ear.news("purchases")
    assert (gone.doc_type, gone.doc_no) == ("cancel_notice", "PO-1")
    there = levels(connector)
    assert {line.sku_code: sum(there[line.sku_code].values()) for line in notice.lines} == {
        line.sku_code: line.qty_each for line in notice.lines
    }
    notes = books.rows("ir.note", [], "resource", "message")
    assert len({(row["resource"], row["message"]) for row in notes}) == len(notes)


def test_a_purchase_received_by_parts_keeps_its_notice_whole(
    books: Books, connector: TrytonConnector
) -> None:
    ear = Ear(connector)
    notice = ear.heard["notice", "PO-5"]
    books.proxy.rule = every_answer_lost()
    number = insist(connector, received(connector, notice, "GR-C", share=2))
    books.proxy.rule = always
    assert books.row("stock.shipment.in", number, "reference", "state") | {"id": 0} == {
        "id": 0, "reference": "PO-5 GR-C", "state": "done",
    }  # fmt: skip
    assert len(books.rows("stock.shipment.in", [["reference", "like", "%GR-C"]])) == 1
    assert {one.doc_no for one in ear.news("purchases")} <= {"PO-5"}  # lots that came are told, no more
    again = ear.heard["notice", "PO-5"]
    assert {line.line_key: line.qty_each for line in again.lines} == {
        line.line_key: line.qty_each for line in notice.lines
    }


def test_a_lot_that_is_known_keeps_its_dates(books: Books, connector: TrytonConnector) -> None:
    found = taken(connector)
    (number, planned) = next(
        (doc, line)
        for doc in found.values()
        if isinstance(doc, erp.NoticeDocument)
        for line in doc.lines
        if line.lot
    )
    read = received(connector, number, "GR-D")
    assert planned.expires_on is not None
    other = planned.expires_on - timedelta(days=3)
    lines = [
        line if line.line_key != planned.line_key else erp.ReceiptConfirmationLine(**{**fields_of(line), "expires_on": other})
        for line in read.lines
    ]  # fmt: skip
    connector.deliver(erp.ReceiptConfirmation(**{**fields_of(read), "lines": tuple(lines)}))
    (lot,) = books.rows("stock.lot", [["number", "=", planned.lot]], "expiration_date")
    assert lot["expiration_date"] == planned.expires_on
    notes = books.rows("ir.note", [["resource", "=", f"stock.lot,{lot['id']}"]], "message")
    assert f"expiry_at_the_dock={other.isoformat()}" in {row["message"] for row in notes}
