"""Cartons on one pallet (P8, S-19, S-20): stacked, labelled, put away as one, or taken apart again."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import delete, select

from printers.schema import print_job, print_route
from station.ground.documents.check_char import internal
from station.ground.tasks import TaskState
from station.stock.models import HandlingUnit, UnitState
from station.storage.pallets.emptying import Emptying
from station.wiring import checks
from tests.floor import CHEN, ZHOU, Answer
from tests.station.storage.conftest import Yard

HOME, FIRST, SECOND, THIRD = "A-01-01-2-01", "R-01-01-4-01", "R-01-01-4-02", "R-01-02-4-01"
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def dock(yard: Yard) -> Yard:
    """The article has its pick slot, and enough in it; pallet labels have a printer."""
    yard.home("S0001", HOME, min_qty=6)
    yard.bring("S0001", yard.lot(expires=date(2027, 2, 1)), HOME)
    return yard


def scans(yard: Yard, *raws: str, who: str = ZHOU) -> Answer:
    return yard.floor.scans(who, "pallets", *raws)


def scan(yard: Yard, raw: str, who: str = ZHOU) -> Answer:
    """A scan that may be refused."""
    return yard.floor.scan(who, "pallets", raw)


def built(yard: Yard, *cartons: str) -> str:
    """A pallet of these cartons, its label on it; its number."""
    answer = scans(yard, *cartons, "CM-CLOSE")
    assert (answer.code, answer.step) == ("S-PAL-MADE", "stick")
    lpn = str(answer.facts["hint"])
    assert scans(yard, lpn).step == "slot"
    return lpn


def states(yard: Yard, *cartons: str) -> set[str]:
    return {yard.task(lpn).state for lpn in cartons}


def test_three_cartons_are_put_away_as_one(dock: Yard) -> None:
    lot = dock.lot()
    cartons = [dock.waits(lot=lot) for _ in range(3)]
    answer = scans(dock, *cartons)
    assert (answer.code, answer.facts["big"]) == ("S-PAL-CARTON", "3")
    built(dock, *())
    facts = dock.floor.look(ZHOU, "pallets")["facts"]
    lines = {line["label"]["zh"]: line["value"] for line in facts["lines"]}
    assert (facts["big"], lines["为什么这里"], lines["箱数"]) == (FIRST, "最近的空位 · 新位", "3")
    done = scans(dock, dock.slot(FIRST), "CM-OK")
    assert (done.code, done.step) == ("S-PAL-STORED", "load")
    assert dock.at(FIRST) == {("S0001", "GOOD"): 36}
    assert states(dock, *cartons) == {TaskState.DONE}
    assert checks.broken(dock.floor.hub.db) == []


def test_the_label_says_what_stands_on_it(dock: Yard) -> None:
    cartons = [dock.waits(lot=dock.lot()), dock.waits("S0002", dock.lot("S0002", date(2026, 12, 1)))]
    answer = scans(dock, *cartons, "CM-CLOSE")
    with dock.floor.hub.db.read() as tx:
        label = tx.scalars(select(print_job.c.data).where(print_job.c.kind == "pallet_label")).one()
    assert label["pallet_code"] == answer.facts["hint"]
    assert [(line["sku_code"], line["qty"]) for line in label["lines"]] == [("S0001", 12), ("S0002", 12)]
    assert (label["marks"], label["earliest_expires_on"]) == (["混"], "2026-12-01")


def test_articles_beside_each_other_only_where_they_may(dock: Yard) -> None:
    """E-PUT-02 in an ordinary slot; a slot for several articles is proposed, and takes them."""
    cartons = [dock.waits(lot=dock.lot()), dock.waits("S0002", dock.lot("S0002"))]
    built(dock, *cartons)
    assert dock.floor.look(ZHOU, "pallets")["facts"]["big"] == "—"
    assert scan(dock, dock.slot(FIRST)).code == "E-PUT-02"
    dock.change(SECOND, is_mixed=True)
    scans(dock, "CM-SKIP", _only_pallet(dock))
    assert dock.floor.look(ZHOU, "pallets")["facts"]["big"] == SECOND
    assert scans(dock, dock.slot(SECOND), "CM-OK").code == "S-PAL-STORED"
    assert dock.at(SECOND) == {("S0001", "GOOD"): 12, ("S0002", "GOOD"): 12}
    assert checks.broken(dock.floor.hub.db) == []


def test_the_weight_of_all_of_them_counts(dock: Yard) -> None:
    """A carton weighs 12,960 g: two of them are too much for 20 kg, one is not."""
    dock.change(FIRST, max_weight_g=20_000)
    lot = dock.lot()
    built(dock, dock.waits(lot=lot), dock.waits(lot=lot))
    assert dock.floor.look(ZHOU, "pallets")["facts"]["big"] == SECOND
    assert scan(dock, dock.slot(FIRST)).code == "E-PUT-05"


def test_a_slot_for_pallets_takes_one(dock: Yard) -> None:
    dock.change(FIRST, needs_pallet=True)
    built(dock, dock.waits())
    assert scans(dock, dock.slot(FIRST), "CM-OK").code == "S-PAL-STORED"


def test_no_pallet_in_a_pick_slot(dock: Yard) -> None:
    built(dock, dock.waits())
    assert scan(dock, dock.slot(HOME)).code == "E-LOC-03"


def test_a_carton_on_a_pallet_is_not_carried_alone(dock: Yard) -> None:
    lpn = dock.waits()
    pallet = built(dock, lpn)
    scans(dock, "CM-MENU")
    refused = dock.scan(lpn)
    assert (refused.code, pallet in refused.body["message"]["zh"]) == ("E-PAL-01", True)
    scans(dock, pallet, "CM-CLOSE")
    assert dock.scan(lpn).code == "S-PUT-TAKEN"
    assert checks.broken(dock.floor.hub.db) == []


@pytest.mark.parametrize(
    ("raws", "code"),
    [((), "E-PAL-02"), (("{0}", "{0}"), "E-PAL-05"), (("{0}", internal("LP", "2605010001")), "E-PAL-07")],
)
def test_what_cannot_be_stacked(dock: Yard, raws: tuple[str, ...], code: str) -> None:
    lpn = dock.waits()
    *before, last = [raw.format(lpn) for raw in raws] or ["CM-CLOSE"]
    for raw in before:
        scans(dock, raw)
    dock.floor.hub.clock.advance(seconds=1)  # type: ignore[attr-defined]
    assert dock.floor.scan(ZHOU, "pallets", last).code == code


def test_the_last_carton_is_taken_off_again(dock: Yard) -> None:
    first, second = dock.waits(), dock.waits()
    assert scans(dock, first, second, "CM-UNDO").facts["big"] == "1"
    built(dock)
    assert dock.scan(second).code == "S-PUT-TAKEN"


def test_a_colleague_goes_on_with_a_pallet_that_was_left(dock: Yard) -> None:
    lpn = dock.waits()
    pallet = built(dock, lpn)
    scans(dock, "CM-SKIP")
    assert states(dock, lpn) == {TaskState.OPEN}
    scans(dock, pallet, dock.slot(FIRST), "CM-OK", who=CHEN)
    assert states(dock, lpn) == {TaskState.DONE}


def test_a_colleague_takes_a_pallet_over_on_its_way(dock: Yard) -> None:
    """E-TSK-01, and the same scan again: the pallet with all of its cartons is theirs."""
    lpn = dock.waits()
    pallet = built(dock, lpn)
    assert scan(dock, pallet, who=CHEN).code == "E-TSK-01"
    dock.floor.hub.clock.advance(seconds=1)  # type: ignore[attr-defined]
    assert scans(dock, pallet, who=CHEN).step == "slot"
    assert scans(dock, dock.slot(FIRST), "CM-OK", who=CHEN).code == "S-PAL-STORED"
    assert checks.broken(dock.floor.hub.db) == []


def test_a_label_that_did_not_come(dock: Yard) -> None:
    """Printed again, or the pallet is taken apart; whoever scans one of its cartons goes on there."""
    lpn = dock.waits()
    made = scans(dock, lpn, "CM-CLOSE")
    scans(dock, "CM-REPRINT")
    assert scan(dock, "1").code == "E-PRN-07"  # it is on its way
    scans(dock, "CM-SKIP", "CM-MENU")
    assert scans(dock, lpn).step == "stick"
    other = scans(dock, built_label := str(made.facts["hint"]))
    assert (other.step, built_label) == ("slot", made.facts["hint"])


def test_without_a_printer_no_pallet_is_made(dock: Yard) -> None:
    dock.floor.hub.db.write(lambda tx: tx.execute(delete(print_route)))
    lpn = dock.waits()
    scans(dock, lpn)
    assert scan(dock, "CM-CLOSE").code == "E-PRN-05"
    with dock.floor.hub.db.read() as tx:
        assert tx.scalars(select(HandlingUnit).where(HandlingUnit.kind == "PALLET")).all() == []
    assert dock.scan(lpn).code == "S-PUT-TAKEN"


def test_a_slot_that_is_full(dock: Yard) -> None:
    lot = dock.lot()
    dock.bring("S0001", lot, FIRST, carton=True)
    built(dock, dock.waits(lot=lot))
    assert dock.floor.look(ZHOU, "pallets")["facts"]["big"] == FIRST
    assert scans(dock, "CM-FULL").facts["big"] == SECOND


def test_another_slot_wants_a_reason(dock: Yard) -> None:
    lpn = dock.waits()
    built(dock, lpn)
    assert scans(dock, dock.slot(SECOND)).step == "reason"
    scans(dock, "2", "CM-OK")
    assert dock.task(lpn).off_reason == "BLOCKED"


def _only_pallet(yard: Yard) -> str:
    with yard.floor.hub.db.read() as tx:
        return tx.scalars(select(HandlingUnit.lpn).where(HandlingUnit.kind == "PALLET")).one()


def test_an_emptied_pallet_is_free_and_stacked_again(dock: Yard) -> None:
    """As long as one carton stands on it, it is no empty one; with the last carried away it is, and its label,
    scanned, begins a new stack under the same number.
    """
    lot = dock.lot()
    first, second = dock.waits(lot=lot), dock.waits(lot=lot)
    pallet = built(dock, first, second)
    scans(dock, dock.slot(FIRST), "CM-OK")
    turn = Emptying(dock.floor.hub.works).turn
    dock.floor.scans(ZHOU, "move", first, dock.slot(SECOND))
    turn()
    assert pallet_state(dock, pallet) == UnitState.STORED
    assert scan(dock, pallet).code == "E-PAL-04"
    dock.floor.scans(ZHOU, "move", second, dock.slot(THIRD))
    turn()
    assert pallet_state(dock, pallet) == UnitState.EMPTY
    again = scans(dock, pallet)
    assert (again.code, again.step) == ("S-PAL-FREE", "load")
    third = dock.waits(lot=lot)
    made = scans(dock, third, "CM-CLOSE")
    assert (made.step, made.facts["hint"]) == ("stick", pallet)
    assert scans(dock, scans(dock, pallet).facts["hint"], "CM-OK").code == "S-PAL-STORED"
    with dock.floor.hub.db.read() as tx:
        assert len(tx.scalars(select(print_job.c.id).where(print_job.c.kind == "pallet_label")).all()) == 2
    assert checks.broken(dock.floor.hub.db) == []


def pallet_state(yard: Yard, lpn: str) -> str:
    with yard.floor.hub.db.read() as tx:
        return str(tx.scalars(select(HandlingUnit.state).where(HandlingUnit.lpn == lpn)).one())
