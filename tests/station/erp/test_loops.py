"""The background loops: each connection is worked on by itself, comings and goings are noticed."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select

from station.clock import MovableClock
from station.erp import connections, loops
from station.erp.compare import wishes
from station.erp.compare.models import Reconciliation
from station.erp.loops import ErpLoops
from station.outbound.orders.models import DeliveryOrder
from station.practice.demo import goods
from station.serving.workers import Workers
from station.wiring.hub import Hub
from tests.floor import Floor
from tests.patience import PATIENCE_S, until
from tests.station.erp.office import Office, install
from tests.station.erp.test_sync import orders


@pytest.fixture
def offices(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> list[Office]:
    """Two ERPs that are connected and paused."""
    install(monkeypatch)
    made = [Office(name="one"), Office(name="two")]
    for office in made:
        add(hub, office.name)
    return made


def add(hub: Hub, code: str) -> None:
    now = hub.clock.now()

    def work(tx: object) -> None:
        connections.add(tx, hub.vault, code=code, name=code, kind="test", values={"name": code}, now=now)  # type: ignore[arg-type]

    hub.db.write(work)


def activate(hub: Hub, code: str, *, is_active: bool) -> None:
    hub.db.write(lambda tx: connections.set_active(tx, code, is_active=is_active))


def count(hub: Hub) -> int:
    with hub.db.read() as tx:
        return len(tx.scalars(select(DeliveryOrder.id)).all())


def test_a_slow_erp_holds_up_no_other(floor: Floor, offices: list[Office]) -> None:
    """One hangs in the middle of an answer; the other one's orders come in; a paused one is left alone."""
    hub, (slow, quick) = floor.hub, offices
    floor.erp(*goods.products(4))
    hang, hanging = threading.Event(), threading.Event()
    real = slow.changes

    def changes(feed: str, cursor: object) -> object:
        hanging.set()
        hang.wait(PATIENCE_S)
        return real(feed, cursor)  # type: ignore[arg-type]

    slow.changes = changes  # type: ignore[method-assign, assignment]
    quick.rows["orders"] = orders(3)
    erp = ErpLoops(hub.sync)
    try:
        erp.look()
        assert hanging.wait(PATIENCE_S)
        until(lambda: count(hub) == 3)
        activate(hub, "two", is_active=False)
        erp.look()
        until(lambda: not erp._threads["two"].is_alive())
        quick.rows["orders"] += orders(2, 10)
        activate(hub, "two", is_active=True)
        hub.clock.advance(minutes=10)  # type: ignore[attr-defined]
        until(lambda: not erp.look() and count(hub) == 5)
    finally:
        hang.set()
        erp.close()


def test_a_comparison_that_was_asked_for_is_made_once(hub: Hub, offices: list[Office]) -> None:
    sync, other = hub.sync(), hub.sync()
    hub.db.write(lambda tx: wishes.ask(tx, "one", "陈主管", hub.clock.now()))
    assert loops.compare_due(sync, "one")
    assert not loops.compare_due(sync, "one")
    assert not loops.compare_due(other, "one")
    with hub.db.read() as tx:
        (run,) = tx.scalars(select(Reconciliation))
        assert (run.state, run.asked_by) == ("DONE", "陈主管")


def test_every_night_both_are_compared(hub: Hub, clock: MovableClock, offices: list[Office]) -> None:
    sync = hub.sync()
    sync.pull("one")
    assert not loops.compare_due(sync, "one")
    clock.advance(hours=19)  # four in the morning
    sync.pull("one")
    assert loops.compare_due(sync, "one")
    assert not loops.compare_due(sync, "one")
    clock.advance(hours=24)
    assert loops.compare_due(sync, "one")


def test_the_workers_of_a_process_start_and_stop(hub: Hub, offices: list[Office]) -> None:
    """All loops of a station run beside each other, and end when they are asked to."""
    floor = Floor(hub)
    floor.erp(*goods.products(4))
    offices[0].rows["orders"] = orders(2)
    workers = Workers(hub)
    workers.start()
    try:
        until(lambda: [doc.state for doc in offices[0].got] == ["ACCEPT", "ACCEPT"])
    finally:
        workers.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("erp-")]
