"""Levels told to the ERP: what changed, once, zero first, nothing lost between two writers."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from station.clock import MovableClock
from station.erp.models import StockLevel
from station.erp.outward import courier, stocklevel
from station.exchange import outbox
from station.exchange.documents import StockChange, from_data
from station.exchange.models import ErpConnection, OutboxMessage
from station.ground.db import Database
from station.outbound.orders import free
from station.outbound.orders.models import OrderLine
from station.stock import ledger
from station.stock.ledger import Place
from station.stock.models import Location, LocationKind, Movement
from tests.station.erp.yard import DAY, Yard


@pytest.fixture
def yard(db: Database, clock: MovableClock) -> Yard:
    found = Yard(db, clock)
    found.connect("shop", is_main=True)
    return found


def publish(yard: Yard, today: date = DAY) -> int:
    now = yard.clock.now()
    return yard.db.write(lambda tx: stocklevel.publish(tx, now=now, today=today))


def publish_all(yard: Yard) -> int:
    units = 0
    while publish(yard):
        units += 1
        assert units < 1000
    return units


def told(yard: Yard) -> list[StockChange]:
    return [from_data(row.kind, row.payload) for row in yard.messages("stock_change")]


def last_told(yard: Yard) -> dict[str, list[tuple[str, int, int]]]:
    return {
        doc.sku_code: [(line.status, line.qty_each, line.free_each) for line in doc.lines]
        for doc in told(yard)
    }


def test_what_changed_is_told_once(yard: Yard) -> None:
    yard.bring("S1", 5)
    yard.bring("S2", 7)
    assert publish(yard) == 2
    assert publish(yard) == 0
    assert last_told(yard) == {"S1": [("GOOD", 5, 5)], "S2": [("GOOD", 7, 7)]}
    yard.take("S1", 2)
    assert (publish(yard), publish(yard)) == (1, 0)
    docs = told(yard)
    assert [(doc.sku_code, doc.lines[0].qty_each) for doc in docs] == [("S1", 5), ("S2", 7), ("S1", 3)]
    assert docs[0].seq < docs[2].seq
    assert len({doc.event_key for doc in docs}) == 3
    assert {row.target for row in yard.messages("stock_change")} == {"shop"}


def test_keys_come_from_article_and_movement(yard: Yard) -> None:
    yard.bring("S1", 5)
    yard.take("S1", 5)
    yard.bring("S1", 5)
    publish_all(yard)
    with yard.db.read() as tx:
        newest = max(tx.scalars(select(Movement.id)))
    assert [doc.event_key for doc in told(yard)] == [f"STOCK-{yard.sku('S1')}-{newest}"]
    yard.take("S1", 1)
    yard.bring("S1", 1)  # the same level again: nothing to tell
    assert publish_all(yard) == 1
    assert len(told(yard)) == 1


def test_what_fell_to_zero_is_told_first(yard: Yard) -> None:
    for code in ("S1", "S2", "S3"):
        yard.bring(code, 5)
    publish_all(yard)
    yard.take("S1", 1)
    yard.take("S2", 1)
    yard.take("S3", 5)
    publish_all(yard)
    assert [(doc.sku_code, doc.lines[0].free_each) for doc in told(yard)[3:]] == [
        ("S3", 0),
        ("S1", 4),
        ("S2", 4),
    ]


def test_a_status_that_is_gone_is_taken_back(yard: Yard) -> None:
    yard.bring("S1", 5)
    yard.bring("S1", 2, status="DEFECT")
    publish_all(yard)
    assert last_told(yard) == {"S1": [("DEFECT", 2, 0), ("GOOD", 5, 5)]}
    yard.take("S1", 2, status="DEFECT")
    yard.take("S1", 5)
    publish_all(yard)
    assert last_told(yard) == {"S1": [("DEFECT", 0, 0), ("GOOD", 0, 0)]}


def test_free_is_sellable_and_promised_to_nobody(yard: Yard) -> None:
    """One definition: slot, status, expiry, frozen places, waves and reservations before them."""
    yard.lot("S1", "OLD", date(2026, 4, 30))
    yard.bring("S1", 4, lot="OLD")
    yard.bring("S1", 10)
    yard.bring("S1", 3, status="HOLD")
    yard.place("DOCK-9", LocationKind.DOCK)
    yard.bring("S1", 6, place="DOCK-9")
    yard.bring("S1", 2, place="A-2")
    yard.db.write(
        lambda tx: tx.execute(update(Location).where(Location.code == "A-2").values(state="FROZEN"))
    )
    yard.order("E1", "ALLOCATED", "shop", ("S1", 3))
    yard.order("E2", "AUDITED", "shop", ("S1", 5))
    publish_all(yard)
    assert last_told(yard) == {"S1": [("GOOD", 22, 7), ("HOLD", 3, 0)]}
    with yard.db.read() as tx:
        assert free.free_by_sku(tx, DAY) == {yard.sku("S1"): 7}
    yard.db.write(lambda tx: tx.execute(update(OrderLine).values(qty=60, qty_reserved=60)))
    with yard.db.read() as tx:  # more reserved than there is: nothing is free, not less
        assert [level.free_each for level in free.levels(tx, DAY, [yard.sku("S1")])[yard.sku("S1")]] == [0, 0]


def test_units_are_short_and_nothing_is_left_out(yard: Yard) -> None:
    codes = [f"S{number:03d}" for number in range(stocklevel.CHUNK * 2 + 7)]
    for code in codes:
        yard.bring(code, 1)
    for code in random.Random(7).sample(codes, 40):
        yard.bring(code, 1)
    looked_at = []
    while found := publish(yard):
        looked_at.append(found)
    assert max(looked_at) <= stocklevel.CHUNK
    with yard.db.read() as tx:
        now = free.levels(tx, DAY, list(yard.skus.values()))
    ids = {code: yard.skus[code] for code in codes}
    assert last_told(yard) == {
        code: [(level.status, level.qty_each, level.free_each) for level in now[sku_id]]
        for code, sku_id in ids.items()
    }
    assert len({doc.event_key for doc in told(yard)}) == len(told(yard))


def test_a_long_row_of_movements_of_one_article_is_bounded(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stocklevel, "WINDOW", 3)
    for _ in range(7):
        yard.bring("S1", 1)
    assert publish_all(yard) == 3
    assert [doc.lines[0].qty_each for doc in told(yard)] == [7]


def test_nothing_new_costs_one_query(yard: Yard) -> None:
    yard.bring("S1", 1)
    publish_all(yard)
    statements: list[str] = []

    def work(tx: Session) -> int:
        driver: Any = tx.connection().connection.driver_connection
        if yard.db.is_sqlite:  # prepared statements go to the driver itself
            driver.set_trace_callback(statements.append)
        else:
            event.listen(tx.connection(), "before_cursor_execute", lambda *args: statements.append(args[2]))
        try:
            return stocklevel.publish(tx, now=yard.clock.now(), today=DAY)
        finally:
            if yard.db.is_sqlite:
                driver.set_trace_callback(None)

    assert yard.db.write(work) == 0
    assert len([text for text in statements if text.lstrip().startswith("SELECT")]) == 1


def test_only_an_active_connection_that_wants_levels_is_told(db: Database, clock: MovableClock) -> None:
    yard = Yard(db, clock)
    yard.connect("books", kind="odoo", is_main=True)
    yard.bring("S1", 5)
    assert publish(yard) == 0
    yard.connect("away", is_active=False)
    assert publish(yard) == 0
    yard.connect("shop")
    yard.connect("late", is_main=False)
    publish_all(yard)
    assert [row.target for row in yard.messages("stock_change")] == ["shop"]


def test_another_connection_hears_what_the_first_was_told(yard: Yard) -> None:
    yard.bring("S1", 5)
    publish_all(yard)
    yard.connect("new", kind="qimen")
    yard.db.write(lambda tx: tx.execute(update(ErpConnection).values(is_main=ErpConnection.code == "new")))
    yard.take("S1", 1)
    yard.bring("S1", 1)
    publish_all(yard)
    assert [(row.target, row.payload["lines"][0]["qty_each"]) for row in yard.messages("stock_change")] == [
        ("shop", 5), ("new", 5),
    ]  # fmt: skip


def test_a_silent_erp_finds_one_level_per_article(yard: Yard) -> None:
    """A day without the ERP leaves one message per article, not one per movement."""
    yard.bring("S1", 9)
    yard.bring("S2", 9)
    publish_all(yard)
    yard.db.write(
        lambda tx: tx.execute(update(ErpConnection).values(down_since=yard.clock.now(), last_error="Down"))
    )
    for _ in range(4):
        yard.take("S1", 1)
        publish_all(yard)
    rows = yard.messages("stock_change")
    assert [(row.payload["sku_code"], row.state) for row in rows if row.state == "PENDING"] == [
        ("S2", "PENDING"), ("S1", "PENDING"),
    ]  # fmt: skip
    assert rows[-1].payload["lines"][0]["qty_each"] == 5
    yard.db.write(lambda tx: tx.execute(update(ErpConnection).values(down_since=None)))
    yard.take("S1", 1)
    publish_all(yard)
    assert len([row for row in yard.messages("stock_change") if row.state == "PENDING"]) == 3


def test_levels_of_one_article_go_out_in_order_and_hold_up_no_other(yard: Yard) -> None:
    yard.bring("S1", 9)
    yard.bring("S2", 9)
    publish_all(yard)
    yard.take("S1", 1)
    publish_all(yard)
    now = yard.clock.now()

    def refuse_first(tx: Session) -> list[str]:
        first = tx.scalars(select(OutboxMessage.id).order_by(OutboxMessage.id)).first()
        tx.execute(update(OutboxMessage).where(OutboxMessage.id == first).values(state="DEAD"))
        return [row.payload["sku_code"] for row in courier.lease(tx, "shop", now)]

    assert yard.db.write(refuse_first) == ["S2"]


@pytest.mark.postgresql
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_number_that_is_committed_late_is_not_passed_over(yard: Yard) -> None:
    """Movement 1 is written but not committed while movement 2 is; both must be told."""
    early = yard.posting("S1", 5, Place(ledger.SUPPLIER, "GOOD"), Place(yard.place("A-1"), "GOOD"))
    yard.sku("S2")
    with Session(yard.db.engine) as slow, slow.begin():
        ledger.post(yard.work(slow), early)
        yard.bring("S2", 7, place="A-2")
        assert publish(yard) == 0  # somebody is in the middle of it
    publish_all(yard)
    assert last_told(yard) == {"S1": [("GOOD", 5, 5)], "S2": [("GOOD", 7, 7)]}


def test_any_order_of_work_ends_with_what_there_is(yard: Yard) -> None:
    rng = random.Random(11)
    held = dict.fromkeys(("S1", "S2", "S3", "S4"), 0)
    for _ in range(120):
        code = rng.choice(sorted(held))
        if held[code] and rng.random() < 0.5:
            qty = rng.randint(1, held[code])
            yard.take(code, qty)
            held[code] -= qty
        else:
            yard.bring(code, 2)
            held[code] += 2
        if rng.random() < 0.3:
            publish(yard)
    publish_all(yard)
    assert {code: lines[0][1] for code, lines in last_told(yard).items()} == held
    seqs: dict[str, list[int]] = {}
    for doc in told(yard):
        seqs.setdefault(doc.sku_code, []).append(doc.seq)
    assert all(numbers == sorted(set(numbers)) for numbers in seqs.values())
    with yard.db.read() as tx:
        assert len(list(tx.scalars(select(StockLevel)))) == len(held)


def test_the_outbox_takes_levels_to_the_main_connection(yard: Yard) -> None:
    """`outbox.target_of` agrees for the usual case of one connection that is the main one."""
    doc = StockChange(event_key="k", sku_code="S1", seq=1, at=yard.clock.now(), lines=())
    with yard.db.read() as tx:
        hears = outbox.target_of(tx, doc)
        assert hears == stocklevel.target_of(tx)
        assert hears is not None
        assert hears[0] == "shop"
