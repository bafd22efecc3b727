"""Putting away: the way of a carton, and what is refused."""

from __future__ import annotations

from datetime import date

import pytest

from station.practice.demo import world
from station.stock.models import UnitState
from station.wiring import checks
from tests.floor import CHEN, ZHOU
from tests.station.storage.cartons import HOME, OTHER, RESERVE, cancel, events_of, unit_of, user_id_of
from tests.station.storage.conftest import Yard


def test_a_first_carton_becomes_loose_in_its_new_pick_slot(yard: Yard) -> None:
    lpn = yard.waits()
    answer = yard.scans(lpn)
    assert (answer.step, answer.facts["big"]) == ("slot", HOME)
    assert yard.task(lpn).taken_by == user_id_of(yard, ZHOU)
    answer = yard.scans(yard.slot(HOME), "CM-OK")
    assert (answer.code, answer.step) == ("S-PUT-DONE", "carton")
    assert yard.at(HOME) == {("S0001", "GOOD"): 12}
    assert unit_of(yard, lpn) == UnitState.EMPTY
    assert events_of(yard, lpn) == ["take", "finish"]
    assert checks.broken(yard.floor.hub.db) == []


def test_a_later_carton_stays_whole_in_reserve(yard: Yard) -> None:
    yard.home("S0001", HOME)
    yard.bring("S0001", yard.lot(), HOME)
    lpn = yard.waits()
    answer = yard.scans(lpn)
    assert answer.facts["big"].startswith("R-")
    yard.scans(answer.facts["hint"], "CM-OK")
    assert unit_of(yard, lpn) == UnitState.STORED
    assert checks.broken(yard.floor.hub.db) == []


def test_another_legal_slot_needs_a_reason_of_the_list(yard: Yard) -> None:
    yard.home("S0001", HOME)
    lpn = yard.waits(lot=yard.lot())
    yard.scans(lpn)
    answer = yard.scans(yard.slot(RESERVE))
    assert (answer.code, answer.step) == ("W-PUT-OTHER", "reason")
    assert [row[1] for row in answer.facts["table"]] == ["库位满", "被挡", "不合理", "合并"]
    assert yard.scan("5").code == "E-QTY-01"
    yard.scans("2", "CM-OK")
    assert yard.task(lpn).off_reason == "BLOCKED"
    assert yard.at(RESERVE) == {("S0001", "GOOD"): 12}


def test_the_reason_can_be_thought_over(yard: Yard) -> None:
    """Back from the reason, and back from the confirmation, to the slot that was proposed."""
    yard.home("S0001", HOME)
    lpn = yard.waits()
    yard.scans(lpn, yard.slot(RESERVE))
    assert yard.scans("CM-SKIP").step == "slot"
    yard.scans(yard.slot(RESERVE), "1")
    assert yard.scans("CM-SKIP").step == "slot"
    yard.scans(yard.slot(HOME), "CM-OK")
    assert yard.task(lpn).off_reason == ""


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_step_goes_on_on_another_device(yard: Yard) -> None:
    yard.home("S0001", HOME)
    lpn = yard.waits()
    steps = []
    for device, raw in enumerate((lpn, yard.slot(RESERVE), "1", "CM-OK")):
        steps.append(yard.scan(raw, device=f"HH-{device}").step)
    assert steps == ["slot", "reason", "confirm", "carton"]
    assert yard.at(RESERVE) == {("S0001", "GOOD"): 12}


def test_existing_articles_come_before_new_ones(yard: Yard) -> None:
    """T32; inside that the oldest date first, and an urgent one before all."""
    new = yard.waits("S0002")
    yard.bring("S0001", yard.lot(), HOME)
    young = yard.waits("S0001", yard.lot(expires=date(2027, 3, 3)))
    old = yard.waits("S0001", yard.lot(expires=date(2027, 3, 2)))
    rows = yard.floor.look(ZHOU, "putaway")["facts"]["table"]
    assert [row[0] for row in rows] == [old, young, new]
    urgent = yard.waits("S0003", priority=1)
    assert yard.floor.look(ZHOU, "putaway")["facts"]["hint"] == urgent


def test_beside_another_lot_the_old_one_comes_to_the_front(yard: Yard) -> None:
    yard.home("S0001", HOME, min_qty=1)
    yard.bring("S0001", yard.lot(expires=date(2027, 2, 1)), HOME, qty=1)
    yard.scans(yard.waits(lot=yard.lot(expires=date(2027, 3, 1))))
    answer = yard.scans(yard.slot(HOME))
    assert (answer.code, answer.body["tone"], answer.step) == ("W-PUT-07", "warn", "confirm")


# --- refusals --------------------------------------------------------------------------------------


def test_a_slot_with_another_article_is_refused(yard: Yard) -> None:
    """T28: the slot holds X, Y is put there."""
    yard.bring("S0002", yard.lot("S0002"), RESERVE)
    yard.scans(yard.waits("S0001"))
    answer = yard.scan(yard.slot(RESERVE))
    assert answer.code == "E-PUT-02"
    assert "冻干草莓脆" in answer.body["message"]["zh"]
    assert answer.step == "slot"


def test_a_third_lot_in_a_pick_slot_needs_a_supervisor(yard: Yard) -> None:
    """T29, and the way on: badge, PIN, reason; the permission holds until the goods are booked."""
    yard.home("S0001", HOME)
    for day in (1, 2):
        yard.bring("S0001", yard.lot(expires=date(2027, 3, day)), HOME, qty=1)
    lpn = yard.waits(lot=yard.lot(expires=date(2027, 3, 3)))
    yard.scans(lpn)
    assert yard.scan(yard.slot(HOME)).code == "E-PUT-04"
    answer = yard.scans(world.badge(CHEN), world.PIN, "5")
    assert answer.step == "reason"
    yard.scans("4", "CM-OK")
    assert yard.at(HOME) == {("S0001", "GOOD"): 14}
    assert checks.broken(yard.floor.hub.db) == []


def test_a_second_pick_slot_needs_a_supervisor(yard: Yard) -> None:
    yard.home("S0001", HOME)
    yard.scans(yard.waits())
    answer = yard.scan(yard.slot(OTHER))
    assert answer.code == "E-PUT-03"
    assert HOME in answer.body["message"]["zh"]


def test_too_much_weight_needs_a_supervisor(yard: Yard) -> None:
    """Twelve packs of 1,080 g on a beam for 12 kg."""
    yard.home("S0001", HOME)
    yard.change(RESERVE, max_weight_g=12_000)
    yard.scans(yard.waits())
    assert yard.scan(yard.slot(RESERVE)).code == "E-PUT-05"


@pytest.mark.parametrize(
    ("place", "code"),
    [("T001", "E-SCN-02"), ("DOCK-1", "E-LOC-03"), ("QUAR-1", "E-LOC-03"), ("INTC-1", "E-LOC-03")],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_only_slots_take_goods_that_are_sold(yard: Yard, place: str, code: str) -> None:
    yard.scans(yard.waits())
    assert yard.scan(yard.slot(place)).code == code


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_label_of_no_place_is_refused(yard: Yard) -> None:
    from station.ground.scan.codes import internal

    yard.scans(yard.waits())
    assert yard.scan(internal("LC", "Z9999901")).code == "E-LOC-01"


@pytest.mark.parametrize("expires", [date(2026, 4, 30), date(2026, 5, 6)])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_old_goods_do_not_go_to_a_pick_slot(yard: Yard, expires: date) -> None:
    """E-EXP-09: expired, or too near to it to be sold; proposed is reserve."""
    answer = yard.scans(yard.waits(lot=yard.lot(expires=expires)))
    assert answer.facts["big"].startswith("R-")
    assert yard.scan(yard.slot(HOME)).code == "E-EXP-09"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_carton_without_a_task_says_why(yard: Yard) -> None:
    from station.ground.scan.codes import internal

    assert yard.scan(internal("CT", "2605010099")).code == "E-LBL-03"
    assert yard.scan(yard.bring("S0001", yard.lot(), "DOCK-1", carton=True)).code == "E-PUT-01"
    lpn = yard.waits("S0002")
    yard.scans(lpn, yard.slot(HOME), "CM-OK")
    assert yard.scan(lpn, device="HH-2").code == "E-PUT-07"
    cancelled = yard.waits("S0003")
    cancel(yard, cancelled)
    assert yard.scan(cancelled).code == "E-TSK-04"
    assert yard.scan(yard.floor.barcode("SKU:S0004")).code == "E-TSK-02"
