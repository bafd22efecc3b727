"""Single deeds beside a real Tryton: goods in by parts, parcels out, corrections, and an office at work."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from station.erp import port
from station.erp.inward import validate
from station.erp.tryton.connector import TrytonConnector
from station.exchange import documents as erp
from tests.station.erp.paging import read_all
from tests.station.erp.tryton.conftest import SMALL, Books
from tests.station.erp.tryton.proxy import PASS, SWALLOW, Rule, always

AT = datetime.now(UTC)
LAST_DAY = AT.date() + timedelta(days=300)


def every_answer_lost(times: int = 1) -> Rule:
    """Each call that changes something has its effect, and its first answers do not arrive."""
    seen: dict[str, int] = defaultdict(int)

    def fate(method: str) -> str:
        if method.rpartition(".")[2] in {
            "search_read",
            "login",
            "get_preferences",
            "fields_get",
            "get_access",
        }:
            return PASS
        seen[method] += 1
        return SWALLOW if seen[method] <= times else PASS

    return fate


def insist(connector: TrytonConnector, doc: Any) -> str:
    """Deliver as the courier does: again while nobody knows what happened."""
    for _ in range(20):
        try:
            return connector.deliver(doc)
        except port.Down:
            continue
    raise AssertionError("it never came through")


def taken(connector: TrytonConnector) -> dict[tuple[str, str], Any]:
    """Everything Tryton says, by type and number."""
    found = {}
    for feed in connector.feeds():
        for one in read_all(connector, feed.name)[0]:
            assert one.doc is not None, (one.doc_no, one.why)
            assert validate.problems(one.doc) == []
            found[one.doc_type, one.doc_no] = one.doc
    return found


def received(
    connector: TrytonConnector, notice: erp.NoticeDocument, key: str, *, share: int = 1, lot: str = "L"
) -> erp.ReceiptConfirmation:
    """One part in `share` of every line, at least one piece of it."""
    return erp.ReceiptConfirmation(
        event_key=key, grn_no=key, asn_no=notice.asn_no, supplier_code=notice.supplier_code, posted_at=AT,
        lines=tuple(
            erp.ReceiptConfirmationLine(
                sku_code=line.sku_code, line_key=line.line_key, lot=line.lot or f"{lot}{line.sku_code}",
                produced_on=AT.date() - timedelta(days=5), expires_on=line.expires_on or LAST_DAY,
                qty_good=max(1, line.qty_each // share), qty_rejected=0,
            )
            for line in notice.lines
        ),
    )  # fmt: skip


def receive_all(connector: TrytonConnector) -> dict[tuple[str, str], Any]:
    found = taken(connector)
    for (kind, number), doc in found.items():
        if kind == "notice":
            connector.deliver(received(connector, doc, f"GR-{number}"))
    return found


def levels(connector: TrytonConnector) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for line in connector.stock():
        if line.status == "GOOD":
            found[line.sku_code][line.lot] = line.qty_each
    return found


def shipped(connector: TrytonConnector, order: erp.OrderDocument, **short: int) -> erp.ShipmentConfirmation:
    """What leaves: of each article the lots that are there; `short` by article."""
    there, lines = levels(connector), []
    for line in order.lines:
        left = short.get(line.sku_code, line.qty_each)
        for lot in sorted(there[line.sku_code]):
            part = min(left, there[line.sku_code][lot])
            there[line.sku_code][lot] -= part
            left -= part
            if part:
                lines.append(
                    erp.ShipmentConfirmationLine(
                        line_key=line.line_key, sku_code=line.sku_code, lot=lot or "L000001", expires_on=None,
                        qty_each=part,
                    )
                )  # fmt: skip
    return erp.ShipmentConfirmation(
        event_key=f"SHIP-{order.erp_no}", erp_no=order.erp_no, order_no=f"DO{order.erp_no}", carrier_code="ZTO",
        waybill_no=f"ZT{order.erp_no}", shipped_at=AT, weight_g=500, operator="qian", lines=tuple(lines),
    )  # fmt: skip


def without_lots(found: dict[tuple[str, str], Any]) -> list[erp.OrderDocument]:
    """Orders that the office can pick without saying lots."""
    return [
        order
        for order in orders_of(found)
        if not any(found["product", line.sku_code].is_lot for line in order.lines)
    ]


def orders_of(found: dict[tuple[str, str], Any]) -> list[erp.OrderDocument]:
    return [doc for (kind, _), doc in found.items() if kind == "order" and doc.lines[0].sku_code != "S9001"]


class Ear:
    """What a connector tells that it did not tell before: looks overlap, so much is told again."""

    def __init__(self, connector: TrytonConnector) -> None:
        self.connector = connector
        self.cursors: dict[str, Any] = {}
        self.heard: dict[tuple[str, str], Any] = {}
        for feed in connector.feeds():
            self.news(feed.name)

    def news(self, feed: str) -> list[port.Item]:
        items, self.cursors[feed] = read_all(self.connector, feed, self.cursors.get(feed))
        found = [one for one in items if self.heard.get((one.doc_type, one.doc_no)) != one.doc]
        self.heard |= {(one.doc_type, one.doc_no): one.doc for one in items}
        return found


# --- in ----------------------------------------------------------------------------------------------


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
    number = connector.deliver(erp.ReceiptConfirmation(**{**_fields(second), "asn_no": "1"}))
    assert books.row("stock.shipment.in", number, "reference")["reference"] == "1 GR-B"
    (gone,) = ear.news("purchases")
    assert (gone.doc_type, gone.doc_no) == ("cancel_notice", "PO-1")
    there = levels(connector)
    assert {line.sku_code: sum(there[line.sku_code].values()) for line in notice.lines} == {
        line.sku_code: line.qty_each for line in notice.lines
    }
    notes = books.rows("ir.note", [], "resource", "message")
    assert len({(row["resource"], row["message"]) for row in notes}) == len(notes)


def _fields(doc: Any) -> dict[str, Any]:
    return {name: getattr(doc, name) for name in doc.__dataclass_fields__}


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
        line if line.line_key != planned.line_key else erp.ReceiptConfirmationLine(**{**_fields(line), "expires_on": other})
        for line in read.lines
    ]  # fmt: skip
    connector.deliver(erp.ReceiptConfirmation(**{**_fields(read), "lines": tuple(lines)}))
    (lot,) = books.rows("stock.lot", [["number", "=", planned.lot]], "expiration_date")
    assert lot["expiration_date"] == planned.expires_on
    notes = books.rows("ir.note", [["resource", "=", f"stock.lot,{lot['id']}"]], "message")
    assert f"expiry_at_the_dock={other.isoformat()}" in {row["message"] for row in notes}


# --- out ---------------------------------------------------------------------------------------------


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
    other = erp.ShipmentConfirmation(**{**_fields(doc), "event_key": "SHIP-X", "waybill_no": "ZT999"})
    with pytest.raises(port.Declined):
        connector.deliver(other)


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
    doc = erp.ShipmentConfirmation(**{**_fields(shipped(connector, order)), "lines": tuple(lines)})
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


def test_without_stock_it_is_tried_again_later(books: Books, connector: TrytonConnector) -> None:
    found = taken(connector)
    order = orders_of(found)[0]
    line = order.lines[0]
    doc = shipped(connector, order)
    lines = (erp.ShipmentConfirmationLine(line_key=line.line_key, sku_code=line.sku_code, lot=f"L{line.sku_code}", expires_on=None, qty_each=line.qty_each),)  # fmt: skip
    doc = erp.ShipmentConfirmation(**{**_fields(doc), "lines": lines})
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
    same = erp.ShipmentConfirmation(**{**_fields(docs[picked.erp_no]), "lines": lines})
    assert connector.deliver(same) == picked.erp_no
    fewer = docs[wrong.erp_no].lines[0]
    less = erp.ShipmentConfirmationLine(**{**_fields(fewer), "qty_each": fewer.qty_each + 1})
    with pytest.raises(port.Declined):
        connector.deliver(erp.ShipmentConfirmation(**{**_fields(docs[wrong.erp_no]), "lines": (less,)}))
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


# --- the office --------------------------------------------------------------------------------------


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
    too_many = erp.AdjustmentLine(**{**_fields(lines[0]), "delta_each": -1000})
    with pytest.raises(port.Stale):
        connector.deliver(erp.StockAdjustment(**{**_fields(doc), "event_key": "ADJ-2", "lines": (too_many,)}))
    unknown = erp.AdjustmentLine(**{**_fields(lines[2]), "status_to": "HOLD"})
    other = erp.StockAdjustment(**{**_fields(doc), "event_key": "ADJ-3", "lines": (unknown,)})
    with pytest.raises(port.Unmapped):
        connector.deliver(other)


# --- the line ----------------------------------------------------------------------------------------


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
