"""Ways out of putting away, and a world that changes meanwhile."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from station.ground.tasks import TaskState
from station.practice.demo import world
from station.stock import locations
from station.stock.models import HandlingUnit
from station.storage.putaway import rules
from station.storage.putaway.models import PUTAWAY
from station.wiring import checks
from tests.floor import CHEN
from tests.station.storage.cartons import (
    HOME,
    OTHER,
    RESERVE,
    cancel,
    close_all_but,
    require_free,
    user_id_of,
)
from tests.station.storage.conftest import Yard
from tests.works import work


@pytest.mark.parametrize("steps", [0, 1, 2])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_leaving_gives_the_carton_back(yard: Yard, steps: int) -> None:
    """At slot, reason and confirm."""
    yard.home("S0001", HOME)
    lpn = yard.waits()
    yard.scans(lpn, *(yard.slot(RESERVE), "1")[:steps])
    assert yard.scans("CM-MENU").code == "S-LEFT"
    require_free(yard, lpn)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_supervisor_frees_the_worker(yard: Yard) -> None:
    lpn = yard.waits()
    yard.scans(lpn, world.badge(CHEN), world.PIN)
    require_free(yard, lpn)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_undoing_the_first_scan_gives_the_carton_back(yard: Yard) -> None:
    lpn = yard.waits()
    yard.scans(lpn, "CM-UNDO")
    require_free(yard, lpn)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_skipping_puts_it_behind_the_others(yard: Yard) -> None:
    first, second = yard.waits(lot=yard.lot()), yard.waits(lot=yard.lot())
    answer = yard.scans(first, "CM-SKIP")
    assert (answer.code, answer.step, answer.facts["hint"]) == ("S-PUT-SKIPPED", "carton", second)
    assert [row[0] for row in answer.facts["table"]] == [second, first]


def test_a_full_slot_is_believed(yard: Yard) -> None:
    """Goods stand in it: it is written down, another is named, and nobody is sent there before some left."""
    yard.home("S0001", HOME)
    lot = yard.lot()
    old = yard.bring("S0001", lot, RESERVE, carton=True)
    yard.change(HOME, state="FROZEN")
    first, second = yard.waits(lot=lot), yard.waits(lot=lot)
    assert yard.scans(first).facts["big"] == RESERVE
    answer = yard.scans("CM-FULL")
    assert (answer.code, answer.step) == ("S-PUT-NEXT", "slot")
    assert answer.facts["big"] not in {RESERVE, HOME}
    yard.scans(answer.facts["hint"], "CM-OK")
    assert yard.task(first).off_reason == "FULL"
    assert yard.scans(second).facts["big"] != RESERVE
    yard.scans("CM-MENU")
    yard.floor.hub.clock.advance(seconds=60)  # type: ignore[attr-defined]
    yard.take_away("S0001", lot, RESERVE, 6, lpn=old)
    assert yard.scans(second).facts["big"] == RESERVE


def test_a_full_slot_that_is_empty_in_the_book_is_frozen(yard: Yard) -> None:
    """库位有货: nobody may post into it until it has been counted; the article gets another pick slot."""
    lpn = yard.waits()
    assert yard.scans(lpn).facts["big"] == HOME
    answer = yard.scans("CM-FULL")
    assert (answer.code, answer.facts["big"]) == ("W-PUT-COUNT", OTHER)
    assert yard.scan(yard.slot(HOME)).code == "E-LOC-02"
    yard.scans(yard.slot(OTHER), "CM-OK")
    assert yard.at(OTHER) == {("S0001", "GOOD"): 12}
    assert checks.broken(yard.floor.hub.db) == []


def test_full_says_nothing_when_nothing_was_proposed(yard: Yard) -> None:
    close_all_but(yard, "NONE")
    yard.scans(yard.waits())
    assert yard.scan("CM-FULL").code == "E-CMD-01"
    assert yard.scans("CM-MENU").code == "S-LEFT"


def test_damaged_goods_go_to_quarantine(yard: Yard) -> None:
    lpn = yard.waits()
    answer = yard.scans(lpn, "CM-DAMAGE")
    assert (answer.code, answer.facts["big"]) == ("W-PUT-DAMAGED", "QUAR-1")
    assert yard.scan(yard.slot(HOME)).code == "E-QUAR-01"
    yard.scans(yard.slot("QUAR-1"), "CM-OK")
    assert yard.at("QUAR-1") == {("S0001", "DEFECT"): 12}
    assert (yard.task(lpn).state, yard.task(lpn).off_reason) == (TaskState.DONE, rules.DAMAGED)
    assert checks.broken(yard.floor.hub.db) == []


def test_damaged_by_mistake_can_be_taken_back(yard: Yard) -> None:
    lpn = yard.waits()
    yard.scans(lpn, "CM-DAMAGE")
    answer = yard.scans("CM-UNDO")
    assert answer.facts["big"] == HOME
    yard.scans(answer.facts["hint"], "CM-OK")
    assert yard.at(HOME) == {("S0001", "GOOD"): 12}


# --- the world changes -----------------------------------------------------------------------------


@pytest.mark.parametrize("steps", [0, 1])
def test_goods_that_are_gone_need_no_putting_away(yard: Yard, steps: int) -> None:
    """Before the carton is scanned, and between slot and confirmation: warned, free, the task cancelled."""
    lot = yard.lot()
    lpn = yard.waits(lot=lot)
    if steps:
        yard.scans(lpn, yard.slot(HOME))
    yard.take_away("S0001", lot, "DOCK-1", 12, lpn=lpn)
    answer = yard.scan("CM-OK" if steps else lpn)
    assert (answer.code, answer.step, answer.ok) == ("W-PUT-GONE", "carton", True)
    assert yard.task(lpn).state == TaskState.CANCELLED
    assert checks.broken(yard.floor.hub.db) == []


@pytest.mark.parametrize("raw", ["SLOT", "CM-FULL", "CM-DAMAGE"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_task_cancelled_meanwhile_sends_on_to_the_next(yard: Yard, raw: str) -> None:
    lpn, other = yard.waits(), yard.waits("S0002")
    yard.scans(lpn)
    cancel(yard, lpn)
    answer = yard.scan(yard.slot(HOME) if raw == "SLOT" else raw)
    assert (answer.code, answer.step) == ("E-TSK-04", "carton")
    assert yard.scans(other).step == "slot"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_task_given_to_somebody_else_sends_on_to_the_next(yard: Yard) -> None:
    """The desk hands it over while the worker walks."""
    lpn = yard.waits()
    yard.scans(lpn, yard.slot(HOME))
    now, chen = yard.floor.hub.clock.now(), user_id_of(yard, CHEN)
    yard.floor.hub.db.write(
        lambda tx: PUTAWAY.hand_over(work(tx, now), PUTAWAY.load(tx, yard.task(lpn).id), chen)
    )
    answer = yard.scan("CM-OK")
    assert (answer.code, answer.step) == ("E-TSK-05", "carton")
    assert yard.at("DOCK-1") == {("S0001", "GOOD"): 12}


@pytest.mark.parametrize("place", [HOME, "DOCK-1"])
def test_a_place_frozen_meanwhile_takes_and_gives_nothing(yard: Yard, place: str) -> None:
    """The slot, or the dock that is being counted: refused, and leaving gives the task back."""
    lpn = yard.waits()
    yard.scans(lpn, yard.slot(HOME))
    db, now = yard.floor.hub.db, yard.floor.hub.clock.now()

    def freeze(tx):
        row = locations.find(tx, yard.slot(place))
        locations.freeze(work(tx, now), row, "counted")

    db.write(freeze)
    answer = yard.scan("CM-OK")
    assert (answer.code, answer.step) == ("E-LOC-02", "confirm")
    yard.scans("CM-MENU")
    assert yard.task(lpn).state == TaskState.OPEN
    assert checks.broken(db) == []


def test_a_carton_is_put_away_again_after_it_came_back(yard: Yard) -> None:
    """One live task for a carton at a time; after it was done a second one is as good as the first."""
    yard.home("S0001", HOME)
    lot = yard.lot()
    lpn = yard.waits(lot=lot)
    yard.scans(lpn, yard.slot(RESERVE), "4", "CM-OK")
    hub = yard.floor.hub

    def again(tx):
        unit = tx.scalars(select(HandlingUnit).where(HandlingUnit.lpn == lpn)).one()
        rules.open_task(
            work(tx, hub.clock.now()), yard.task(lpn).origin, unit, sku_id=yard.sku(tx, "S0001"), lot_id=lot, qty=12,
            source_id=yard.place(tx, RESERVE),
        )  # fmt: skip

    hub.db.write(again)
    yard.scans(lpn, yard.slot(HOME), "CM-OK")
    assert (yard.at(HOME), yard.at(RESERVE)) == ({("S0001", "GOOD"): 12}, {})
    assert checks.broken(hub.db) == []
