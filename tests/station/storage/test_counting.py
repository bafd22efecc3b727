"""Counting what was found different (P27): blind, by two persons, signed by two; and put-back from the shelf (P24)."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from station.ground.scan.codes import internal
from station.ground.words.actor import Actor, Role
from station.ground.words.messages import Refused
from station.ground.work import SYSTEM
from station.outbound.orders import rules as orders
from station.outbound.picking.models import ShortPick
from station.practice.demo import goods
from station.stock.models import Location, Movement, Promise
from station.storage.adjusting import rules as adjusting
from station.storage.adjusting.models import Adjustment
from station.storage.counting.models import CountTask
from station.storage.counting.verdict import Verdict, judge
from station.wiring import checks
from tests.days import order_of
from tests.floor import CHEN, SUN, ZHOU, Answer
from tests.station.storage.conftest import Yard

HOME, OTHER = "A-01-01-2-01", "A-01-01-3-01"
OATS, TOTE = goods.gtin(1), internal("TT", "T001")
sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def require_right(yard: Yard) -> None:
    assert checks.broken(yard.floor.hub.db) == []


@pytest.mark.parametrize(
    ("counts", "verdict"),
    [
        ([{1: 0}], Verdict.RIGHT),
        ([{1: -1}], Verdict.AGAIN),
        ([{1: -1}, {1: 0}], Verdict.RIGHT),
        ([{1: -1}, {1: -1, 2: 0}], Verdict.WRONG),
        ([{1: -1}, {1: -2}], Verdict.BOSS),
        ([{1: -1}, {1: -2}, {1: -3}], Verdict.WRONG),
        ([{1: 1}, {2: 1}], Verdict.BOSS),
    ],
)
def test_two_counts_that_agree_are_believed_and_the_third_is_final(
    counts: list[dict[int, int]], verdict: Verdict
) -> None:
    assert judge(counts) == verdict


@given(st.lists(st.dictionaries(st.integers(1, 3), st.integers(-3, 3)), min_size=1, max_size=3))
def test_a_book_is_wrong_only_by_two_counts_or_three(counts: list[dict[int, int]]) -> None:
    told = [{lot: delta for lot, delta in one.items() if delta} for one in counts]
    if judge(counts) is Verdict.WRONG:
        assert told[-1]
        assert len(counts) == 3 or told[0] == told[1]
    assert (judge(counts) is Verdict.RIGHT) == (not told[-1])


def _short(yard: Yard, found: int) -> None:
    """Ten by the book, an order for eight, of which the picker sees `found`."""
    yard.bring("S0001", yard.lot(), HOME, 10)
    yard.floor.erp(order_of(1, ("S0001", 8)))
    yard.floor.release()
    yard.floor.scans(SUN, "pick", "CM-OK", TOTE, yard.slot(HOME), "CM-SHORT", "1", str(found))


def counts(yard: Yard, who: str, *raws: str) -> Answer:
    return yard.floor.scans(who, "count", *raws)


def draft_of(yard: Yard) -> Adjustment:
    with yard.floor.hub.db.read() as tx:
        return tx.scalars(select(Adjustment).order_by(Adjustment.id.desc())).first()  # type: ignore[return-value]


def sign(yard: Yard, who: str) -> None:
    """A person signs the newest correction at the desk."""
    hub, made = yard.floor.hub, draft_of(yard)
    token = yard.floor.sign_in(who)
    with hub.db.read() as tx:
        actor = hub.services.people.identify_only(tx, token, hub.clock.now())
    assert actor is not None
    hub.works.do(lambda work: adjusting.post(work, made.id, actor), actor)


@pytest.mark.both_databases
def test_what_a_picker_did_not_find_is_counted_by_two_and_corrected_by_two_signatures(yard: Yard) -> None:
    """T41, T83, T86: four are really missing; until both have signed, the book stands and the goods are kept."""
    _short(yard, 6)
    screen = yard.floor.look(ZHOU, "count")
    assert [row[:2] for row in screen["facts"]["table"]] == [[HOME, "有机燕麦片"]]
    first = counts(yard, ZHOU, yard.slot(HOME))
    assert first.step == "qty"
    answer = counts(yard, ZHOU, "0")
    assert answer.code == "W-PCK-ZERO"
    assert counts(yard, ZHOU, "0").code == "W-CNT-AGAIN"
    assert yard.floor.scan(ZHOU, "count", yard.slot(HOME)).code == "E-CNT-02"
    counts(yard, SUN, yard.slot(HOME), "0")
    answer = counts(yard, SUN, "0")
    assert answer.code == "W-CNT-WRONG"
    assert yard.at(HOME) == {("S0001", "GOOD"): 4}
    with pytest.raises(Refused, match="E-AUTH-02"):
        sign(yard, SUN)
    with pytest.raises(Refused, match="E-AUTH-03"):
        _sign_as_boss(yard)
    sign(yard, CHEN)
    assert yard.at(HOME) == {}
    with yard.floor.hub.db.read() as tx:
        assert tx.scalars(select(ShortPick.closed_reason)).one() == "COUNTED"
        assert tx.scalars(select(Promise).where(Promise.state == "OPEN")).all() == []
        movement = tx.scalars(
            select(Movement).where(Movement.type == "ADJUST", Movement.doc_type == "AJ")
        ).one()
        assert (movement.qty, movement.reason) == (4, "COUNTED")
    require_right(yard)


def _sign_as_boss(yard: Yard) -> None:
    """The counter alone cannot be both, not even with a supervisor's role."""
    hub, made = yard.floor.hub, draft_of(yard)
    who = Actor(made.made_by or 0, "x", "", frozenset({Role.SUPERVISOR}))
    hub.works.do(lambda work: adjusting.post(work, made.id, who), who)


@sqlite
def test_the_goods_are_there_after_all(yard: Yard) -> None:
    """One count that agrees with the book is enough; what was kept can be sold again."""
    _short(yard, 6)
    assert counts(yard, ZHOU, yard.slot(HOME), "4").code == "S-CNT-DONE"
    with yard.floor.hub.db.read() as tx:
        assert tx.scalars(select(Promise).where(Promise.state == "OPEN")).all() == []
    yard.floor.erp(order_of(2, ("S0001", 4)))
    assert yard.floor.release().orders == 1
    require_right(yard)


@sqlite
def test_three_counts_that_differ_end_with_a_supervisors(yard: Yard) -> None:
    """T84: the third is a supervisor's, whose word stands."""
    _short(yard, 6)
    counts(yard, ZHOU, yard.slot(HOME), "3")
    assert counts(yard, SUN, yard.slot(HOME), "2").code == "W-CNT-BOSS"
    assert yard.floor.scan(ZHOU, "count", yard.slot(HOME)).code == "E-CNT-02"
    assert counts(yard, CHEN, yard.slot(HOME), "1").code == "W-CNT-WRONG"
    assert draft_of(yard).made_name != ""
    with yard.floor.hub.db.read() as tx:
        assert tx.scalars(select(CountTask.rounds)).one() == 3


@sqlite
def test_no_handheld_ever_shows_the_book(yard: Yard) -> None:
    """T82: neither the screen nor the answer holds the quantity that the book has."""
    yard.bring("S0001", yard.lot(), HOME, 7531)
    yard.floor.erp(order_of(1, ("S0001", 1)))
    yard.floor.release()
    yard.floor.scans(SUN, "pick", "CM-OK", TOTE, yard.slot(HOME), "CM-SHORT", "1", "0", "0")
    told = [yard.floor.look(ZHOU, "count")]
    for raw in (yard.slot(HOME), "12"):
        told += [yard.floor.scan(ZHOU, "count", raw).body, yard.floor.look(ZHOU, "count")]
    assert "7531" not in json.dumps(told)


@sqlite
def test_goods_that_move_between_two_counts_speak_for_neither(yard: Yard) -> None:
    """T85: each count is held against the book of its moment."""
    _short(yard, 6)
    counts(yard, ZHOU, yard.slot(HOME), "3")
    yard.bring("S0001", _lot_at(yard), HOME, 5)
    assert counts(yard, SUN, yard.slot(HOME), "8").code == "W-CNT-WRONG"
    sign(yard, CHEN)
    assert yard.at(HOME) == {("S0001", "GOOD"): 8}
    require_right(yard)


def _lot_at(yard: Yard) -> int:
    with yard.floor.hub.db.read() as tx:
        return int(tx.scalars(select(ShortPick.lot_id)).one())


@sqlite
def test_a_correction_that_nobody_believes_has_its_place_counted_again(yard: Yard) -> None:
    _short(yard, 6)
    counts(yard, ZHOU, yard.slot(HOME), "3")
    counts(yard, SUN, yard.slot(HOME), "3")
    made, hub = draft_of(yard), yard.floor.hub
    hub.works.do(lambda work: adjusting.refuse(work, made.id, "look again"), SYSTEM)
    assert counts(yard, ZHOU, yard.slot(HOME), "4").code == "S-CNT-DONE"
    assert yard.at(HOME) == {("S0001", "GOOD"): 4}
    require_right(yard)


@sqlite
def test_a_slot_that_was_full_although_it_is_empty_by_the_book_is_counted_whole(yard: Yard) -> None:
    lot = yard.lot()
    yard.home("S0001", HOME)
    lpn = yard.waits(lot=lot)
    assert yard.scans(lpn).facts["big"] == HOME
    assert yard.scans("CM-FULL").code == "W-PUT-COUNT"
    yard.scans("CM-MENU")
    for who in (ZHOU, SUN):
        answer = counts(yard, who, yard.slot(HOME), OATS)
        if answer.step == "lot":
            answer = counts(yard, who, "1")
        counts(yard, who, "3")
        answer = counts(yard, who, "CM-CLOSE")
    assert answer.code == "W-CNT-WRONG"
    with yard.floor.hub.db.read() as tx:
        assert tx.scalar(select(Location.state).where(Location.code == HOME)) == "FROZEN"
    sign(yard, CHEN)
    assert yard.at(HOME) == {("S0001", "GOOD"): 3}
    with yard.floor.hub.db.read() as tx:
        assert tx.scalar(select(Location.state).where(Location.code == HOME)) == "OPEN"
    require_right(yard)


@sqlite
def test_that_nothing_is_there_is_said_twice(yard: Yard) -> None:
    yard.home("S0001", HOME)
    yard.scans(yard.waits(), "CM-FULL", "CM-MENU")
    assert counts(yard, ZHOU, yard.slot(HOME), "CM-CLOSE").code == "W-CNT-EMPTY"
    assert counts(yard, ZHOU, "CM-CLOSE").code == "S-CNT-DONE"
    with yard.floor.hub.db.read() as tx:
        assert tx.scalar(select(Location.state).where(Location.code == HOME)) == "OPEN"


@sqlite
def test_leaving_forgets_the_count_and_gives_the_task_back(yard: Yard) -> None:
    _short(yard, 6)
    for card in ("CM-MENU", "CM-SKIP", "CM-UNDO"):
        counts(yard, ZHOU, yard.slot(HOME), card)
        with yard.floor.hub.db.read() as tx:
            task = tx.scalars(select(CountTask)).one()
            assert (task.state, task.rounds) == ("OPEN", 0)


@sqlite
def test_a_supervisor_who_looked_ends_the_count(yard: Yard) -> None:
    from station.outbound.picking import shorts

    _short(yard, 6)
    with yard.floor.hub.db.read() as tx:
        short = tx.scalars(select(ShortPick.id)).one()
    yard.floor.hub.works.do(lambda work: shorts.close(work, short, "SEEN"), SYSTEM)
    assert yard.floor.scan(ZHOU, "count", yard.slot(HOME)).code == "E-TSK-02"


# --- put-back ------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_goods_of_a_cancelled_order_go_back_to_the_slot_they_came_from(yard: Yard) -> None:
    """T70–T77: from the shelf into the slot, and they can be sold again (P24)."""
    yard.home("S0001", HOME)
    yard.bring("S0001", yard.lot(), HOME)
    yard.floor.erp(order_of(1, ("S0001", 4)))
    yard.floor.release()
    yard.floor.pick_next()
    yard.floor.hub.works.do(lambda work: orders.cancel(work, "SO-1", "x", "C-1"), SYSTEM)
    yard.floor.scans(SUN, "intercept", TOTE, yard.slot("INTC-1"))
    assert yard.at("INTC-1") == {("S0001", "GOOD"): 4}
    answer = yard.scans(OATS)
    assert (answer.step, answer.facts["big"]) == ("slot", HOME)
    yard.scans(answer.facts["hint"], "CM-OK")
    assert (yard.at("INTC-1"), yard.at(HOME)) == ({}, {("S0001", "GOOD"): 12})
    yard.floor.erp(order_of(2, ("S0001", 12)))
    assert yard.floor.release().orders == 1
    require_right(yard)


@sqlite
def test_a_unit_that_a_packer_missed_is_counted_on_the_shelf(yard: Yard) -> None:
    """Found: it goes back to its slot. Not found: it leaves the book by two signatures."""
    yard.home("S0001", HOME)
    yard.bring("S0001", yard.lot(), HOME)
    yard.floor.erp(order_of(1, ("S0001", 4)))
    yard.floor.release()
    yard.floor.pick_next()
    zhao = "1006"
    answer = yard.floor.scans(zhao, "pack", internal("WS", "PACK1"), TOTE, OATS, OATS)
    yard.floor.scans(zhao, "pack", "CM-SHORT", "1", "CM-SHORT", yard.slot("INTC-1"))
    assert yard.at("INTC-1") == {("S0001", "GOOD"): 2, ("S0001", "HOLD"): 2}
    assert answer.ok
    for who in (ZHOU, SUN):
        counts(yard, who, yard.slot("INTC-1"), "3")
    sign(yard, CHEN)
    assert yard.at("INTC-1") == {("S0001", "GOOD"): 3}
    for _task in (1, 2):
        answer = yard.scans(OATS)
        yard.scans(answer.facts["hint"], "CM-OK")
    assert (yard.at("INTC-1"), yard.at(HOME)) == ({}, {("S0001", "GOOD"): 11})
    require_right(yard)
