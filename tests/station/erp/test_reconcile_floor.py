"""A day on the floor, compared: an ERP that heard every confirmation agrees, one that heard none has reasons."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from sqlalchemy import select, update

from station.erp import port
from station.erp.compare import reconcile, standing
from station.erp.compare.comparison import Key
from station.erp.compare.models import Difference, Reconciliation
from station.erp.outward import stocklevel
from station.exchange import documents
from station.exchange.models import OutboxMessage
from station.outbound.orders.models import DeliveryOrder
from station.practice.demo import goods
from tests.floor import Floor
from tests.station.erp.compare.twin import Twin
from tests.station.scenarios.conftest import order_of


@pytest.fixture
def day(floor: Floor) -> Floor:
    """Four articles, their notice, and two orders."""
    articles = goods.products(4)
    need = {item.code: 24 for item in articles}
    (notice,) = goods.notices(articles, need, "WH1", floor.hub.clock.today())
    floor.erp(*articles, notice, order_of(1, ("S0001", 3), ("S0002", 1)), order_of(2, ("S0003", 2)))
    floor.notice = notice  # type: ignore[attr-defined]
    return floor


def lines(floor: Floor) -> list[tuple[str, int, int, str]]:
    articles = {item.code: item for item in goods.products(4)}
    notice: documents.NoticeDocument = floor.notice  # type: ignore[attr-defined]
    return [
        (
            articles[line.sku_code].barcodes[0].code,
            line.qty_each // 12,
            0,
            "20260401" if articles[line.sku_code].is_shelf_life else "",
        )
        for line in notice.lines
    ]


def heard(floor: Floor) -> tuple[Counter[Key], dict[str, str]]:
    """What an ERP has that applied every confirmation: its stock, and what it counts as shipped."""
    stock: Counter[Key] = Counter()
    shipped: dict[str, str] = {}
    with floor.hub.db.read() as tx:
        for row in tx.scalars(select(OutboxMessage).order_by(OutboxMessage.id)):
            doc = documents.from_data(row.kind, row.payload)
            for key, delta in standing.changes(doc):
                stock[key] += delta
            if row.kind == "shipment_confirmation":
                shipped[doc.erp_no] = doc.waybill_no
    return stock, shipped


def compare(floor: Floor, twin: Twin) -> tuple[Reconciliation, list[Difference]]:
    connector: Any = twin
    run_id = reconcile.run(floor.hub.db, floor.hub.clock, "folder", connector, asked_by="night")
    with floor.hub.db.read() as tx:
        query = select(Difference).where(Difference.gone_at.is_(None)).order_by(Difference.key)
        return tx.get_one(Reconciliation, run_id), list(tx.scalars(query))


def told(stock: Counter[Key]) -> list[port.StockLine]:
    return [port.StockLine(sku, lot, status, qty) for (sku, status, lot), qty in stock.items()]


def work(floor: Floor) -> None:
    """Receive, pick, pack and hand over everything."""
    floor.receive(floor.notice.asn_no, lines(floor))  # type: ignore[attr-defined]
    floor.release()
    bills: list[str] = []
    while floor.look("1005", "pick")["facts"].get("hint"):
        floor.pick_next()
        bills += floor.pack_tote()
    floor.dispatch("ZTO", bills)


def test_an_erp_that_heard_everything_agrees(day: Floor) -> None:
    work(day)
    done = update(OutboxMessage).values(state="DONE", done_at=day.hub.clock.now())
    day.hub.db.write(lambda tx: tx.execute(done))
    stock, shipped = heard(day)
    run, rows = compare(day, Twin(lines=told(stock), orders=set(), sent=shipped))
    assert [(row.key, row.ours, row.theirs) for row in rows] == []
    assert (run.state, run.error, run.compared) == ("DONE", "", 6)


def test_an_erp_that_heard_nothing_has_a_reason_for_each(day: Floor) -> None:
    work(day)
    run, rows = compare(day, Twin(lines=[], orders={"SO-1", "SO-2"}, sent={}))
    assert run.differences == len(rows) == 6
    assert {row.key: row.explained for row in rows} == {
        "S0001|GOOD": "receipt_confirmation=1 shipment_confirmation=1",
        "S0002|GOOD": "receipt_confirmation=1 shipment_confirmation=1",
        "S0003|GOOD": "receipt_confirmation=1 shipment_confirmation=1",
        "S0004|GOOD": "receipt_confirmation=1",
        "SO-1": "shipment_confirmation=1",
        "SO-2": "shipment_confirmation=1",
    }


def test_goods_that_are_not_signed_for_are_none_of_the_erp_yet(day: Floor) -> None:
    receipt = day.arrive(day.notice.asn_no, 8)  # type: ignore[attr-defined]
    day.count(receipt, lines(day))
    day.inspect(receipt)
    with day.hub.db.read() as tx:
        assert standing.read(tx, "folder", day.hub.clock.now()).stock == {}
    run, rows = compare(day, Twin(lines=[], orders={"SO-1", "SO-2"}, sent={}))
    assert (run.differences, rows) == (0, [])
    day.sign(receipt)
    _run, rows = compare(day, Twin(lines=[], orders={"SO-1", "SO-2"}, sent={}))
    assert [(row.ours, row.explained) for row in rows] == [("24", "receipt_confirmation=1")] * 4


def test_levels_follow_the_floor(day: Floor) -> None:
    """A reservation has no movement of its own: it is told with the next one of the article."""
    from tests.station.erp.arrivals import connect

    connect(day.hub, "shop", "店铺")
    work(day)
    now, today = day.hub.clock.now(), day.hub.clock.today()
    while day.hub.db.write(lambda tx: stocklevel.publish(tx, now=now, today=today)):
        pass
    with day.hub.db.read() as tx:
        rows = tx.scalars(
            select(OutboxMessage).where(OutboxMessage.kind == "stock_change").order_by(OutboxMessage.id)
        )
        last = {row.payload["sku_code"]: row.payload["lines"] for row in rows}
        assert set(tx.scalars(select(DeliveryOrder.state))) == {"SHIPPED"}
    assert last == {
        code: [{"status": "GOOD", "qty_each": qty, "free_each": qty}]
        for code, qty in (("S0001", 21), ("S0002", 23), ("S0003", 22), ("S0004", 24))
    }
