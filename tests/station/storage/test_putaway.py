"""Putaway through the scan door: the way, the ways out, and what is refused (P8, T28–T30, T32)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import select

from station.ground.documents.history import History
from station.ground.tasks import TaskState
from station.people.models import User
from station.practice.demo import world
from station.stock import locations
from station.stock.models import HandlingUnit, Location, UnitState
from station.storage.putaway import rules
from station.storage.putaway.models import PUTAWAY
from station.wiring import checks
from tests.floor import CHEN, SUN, ZHOU
from tests.station.storage.conftest import Yard
from tests.works import work

HOME, OTHER, RESERVE = "A-01-01-2-01", "A-01-01-3-01", "R-01-01-4-01"


def _user(yard: Yard, number: str) -> int:
    with yard.floor.hub.db.read() as tx:
        return tx.scalars(select(User.id).where(User.badge == world.badge(number))).one()


def _events(yard: Yard, lpn: str) -> list[str]:
    with yard.floor.hub.db.read() as tx:
        query = select(History.event).where(History.doc_no == yard.task(lpn).task_no).order_by(History.id)
        return list(tx.scalars(query))


def _unit(yard: Yard, lpn: str) -> str:
    with yard.floor.hub.db.read() as tx:
        return str(tx.scalar(select(HandlingUnit.state).where(HandlingUnit.lpn == lpn)))


def _free(yard: Yard, lpn: str) -> None:
    """The worker is at the first step, the task waits again, the carton stands where it stood."""
    assert yard.floor.look(ZHOU, "putaway")["step"] == "carton"
    task = yard.task(lpn)
    assert (task.state, task.taken_by, task.proposed_id) == (TaskState.OPEN, None, None)
    assert yard.at("DOCK-1") == {("S0001", "GOOD"): 12}
    assert checks.broken(yard.floor.hub.db) == []
    assert yard.scan(lpn, who=CHEN).step == "slot"


# --- the way ---------------------------------------------------------------------------------


def test_a_first_carton_becomes_loose_in_its_new_pick_slot(yard: Yard) -> None:
    lpn = yard.waits()
    answer = yard.scans(lpn)
    assert (answer.step, answer.facts["big"]) == ("slot", HOME)
    assert yard.task(lpn).taken_by == _user(yard, ZHOU)
    answer = yard.scans(yard.slot(HOME), "CM-OK")
    assert (answer.code, answer.step) == ("S-PUT-DONE", "carton")
    assert yard.at(HOME) == {("S0001", "GOOD"): 12}
    assert _unit(yard, lpn) == UnitState.EMPTY
    assert _events(yard, lpn) == ["take", "finish"]
    assert checks.broken(yard.floor.hub.db) == []


def test_a_later_carton_stays_whole_in_reserve(yard: Yard) -> None:
    yard.home("S0001", HOME)
    yard.bring("S0001", yard.lot(), HOME)
    lpn = yard.waits()
    answer = yard.scans(lpn)
    assert answer.facts["big"].startswith("R-")
    yard.scans(answer.facts["hint"], "CM-OK")
    assert _unit(yard, lpn) == UnitState.STORED
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


# --- refusals --------------------------------------------------------------------------------


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
    _cancel(yard, cancelled)
    assert yard.scan(cancelled).code == "E-TSK-04"
    assert yard.scan(yard.floor.barcode("SKU:S0004")).code == "E-TSK-02"


def _cancel(yard: Yard, lpn: str) -> None:
    db, now = yard.floor.hub.db, yard.floor.hub.clock.now()
    db.write(lambda tx: rules.cancel(work(tx, now), rules.task_of(tx, lpn), "wanted elsewhere"))


# --- two workers -----------------------------------------------------------------------------


def test_two_workers_and_the_last_free_slot(yard: Yard) -> None:
    """T30 one way: whoever is sent there first has it; the other is told that there is none."""
    _close_all_but(yard, RESERVE)
    first, second = yard.waits("S0001"), yard.waits("S0002")
    assert yard.scans(first).facts["big"] == RESERVE
    answer = yard.scans(second, who=CHEN)
    assert (answer.code, answer.facts["big"]) == ("W-PUT-NOWHERE", "—")
    yard.scans(yard.slot(RESERVE), "CM-OK")
    assert yard.scan(yard.slot(RESERVE), who=CHEN).code == "E-PUT-02"
    assert yard.floor.look(CHEN, "putaway")["step"] == "slot"


def test_whoever_stands_there_first_wins(yard: Yard) -> None:
    """T30 the other way: the slot was promised to one, the other has put theirs there; both had scanned it."""
    _close_all_but(yard, RESERVE)
    first, second = yard.waits("S0001"), yard.waits("S0002")
    yard.scans(first, yard.slot(RESERVE))
    yard.scans(second, yard.slot(RESERVE), "CM-OK", who=CHEN)
    answer = yard.scan("CM-OK")
    assert (answer.code, answer.step) == ("E-PUT-02", "confirm")
    assert yard.at(RESERVE) == {("S0002", "GOOD"): 12}
    yard.scans("CM-MENU")
    assert yard.task(first).state == TaskState.OPEN
    assert checks.broken(yard.floor.hub.db) == []


def test_two_confirm_the_same_slot_at_the_same_moment(yard: Yard) -> None:
    """T30 with both fingers on the key: one article stands there afterwards, whoever was faster."""
    for article, who in (("S0001", ZHOU), ("S0002", CHEN)):
        yard.home(article, OTHER if who == ZHOU else "A-01-02-2-01")
        yard.scans(yard.waits(article), yard.slot(RESERVE), "1", who=who)
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda who: yard.scan("CM-OK", who=who), (ZHOU, CHEN)))
    assert sorted(answer.code for answer in answers) == ["E-PUT-02", "S-PUT-DONE"]
    assert len(yard.at(RESERVE)) == 1
    assert checks.broken(yard.floor.hub.db) == []


def test_two_are_never_sent_to_the_same_empty_slot(yard: Yard) -> None:
    first, second = yard.waits("S0001"), yard.waits("S0002")
    for who in (ZHOU, CHEN):
        yard.floor.sign_in(who)
    with ThreadPoolExecutor(2) as pool:
        jobs = [(ZHOU, first), (CHEN, second)]
        answers = list(pool.map(lambda job: yard.scan(job[1], who=job[0]), jobs))
    assert {answer.facts["big"] for answer in answers} == {HOME, OTHER}


def _close_all_but(yard: Yard, slot: str) -> None:
    from sqlalchemy import update

    statement = update(Location).where(Location.kind.in_(("PICK", "RSV", "NEW")), Location.code != slot)
    yard.floor.hub.db.write(lambda tx: tx.execute(statement.values(state="CLOSED")))


def test_a_colleague_takes_over_by_scanning_twice(yard: Yard) -> None:
    lpn = yard.waits()
    yard.scans(lpn, yard.slot(HOME))
    refused = yard.scan(lpn, who=CHEN)
    assert refused.code == "E-TSK-01"
    assert "周仓管" in refused.body["message"]["zh"]
    assert yard.scan(lpn, who=CHEN).step == "confirm"
    assert yard.task(lpn).taken_by == _user(yard, CHEN)
    assert yard.floor.look(ZHOU, "putaway")["step"] == "carton"
    yard.scans("CM-OK", who=CHEN)
    assert _events(yard, lpn) == ["take", "hand_over", "finish"]


def test_only_keepers_put_away(yard: Yard) -> None:
    assert yard.scan(yard.waits(), who=SUN).code == "E-AUTH-02"


# --- ways out --------------------------------------------------------------------------------


@pytest.mark.parametrize("steps", [0, 1, 2])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_leaving_gives_the_carton_back(yard: Yard, steps: int) -> None:
    """At slot, reason and confirm."""
    yard.home("S0001", HOME)
    lpn = yard.waits()
    yard.scans(lpn, *(yard.slot(RESERVE), "1")[:steps])
    assert yard.scans("CM-MENU").code == "S-LEFT"
    _free(yard, lpn)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_supervisor_frees_the_worker(yard: Yard) -> None:
    lpn = yard.waits()
    yard.scans(lpn, world.badge(CHEN), world.PIN)
    _free(yard, lpn)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_undoing_the_first_scan_gives_the_carton_back(yard: Yard) -> None:
    lpn = yard.waits()
    yard.scans(lpn, "CM-UNDO")
    _free(yard, lpn)


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
    _close_all_but(yard, "NONE")
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


# --- the world changes -----------------------------------------------------------------------


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
    _cancel(yard, lpn)
    answer = yard.scan(yard.slot(HOME) if raw == "SLOT" else raw)
    assert (answer.code, answer.step) == ("E-TSK-04", "carton")
    assert yard.scans(other).step == "slot"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_task_given_to_somebody_else_sends_on_to_the_next(yard: Yard) -> None:
    """The desk hands it over while the worker walks."""
    lpn = yard.waits()
    yard.scans(lpn, yard.slot(HOME))
    now, chen = yard.floor.hub.clock.now(), _user(yard, CHEN)
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
