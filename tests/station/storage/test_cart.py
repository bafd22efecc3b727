"""Many cartons on one cart (P8): scanned one after another, put away in the order of the walk, none forgotten."""

from __future__ import annotations

from datetime import date

import pytest

from station.ground.tasks import TaskState
from station.practice.demo import world
from station.storage.putaway import cart
from station.wiring import checks
from tests.floor import CHEN, ZHOU
from tests.station.storage.cartons import cancel
from tests.station.storage.conftest import Yard

HOME = "A-01-01-2-01"
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def loaded(yard: Yard) -> list[str]:
    """Three cartons of three articles on the keeper's cart, scanned against the walk; their numbers as walked."""
    yard.home("S0001", HOME, min_qty=6)
    yard.bring("S0001", yard.lot(expires=date(2027, 2, 1)), HOME)
    for article, slot in (("S0002", "A-01-09-2-01"), ("S0003", "A-01-05-2-01"), ("S0004", "A-01-03-2-01")):
        yard.home(article, slot)
    far, middle, near = (yard.waits(article) for article in ("S0002", "S0003", "S0004"))
    yard.scans(far, middle, near)
    return [near, middle, far]


def states(yard: Yard, cartons: list[str]) -> list[str]:
    return [yard.task(lpn).state for lpn in cartons]


def test_the_cart_is_emptied_in_the_order_of_the_walk(yard: Yard, loaded: list[str]) -> None:
    screen = yard.floor.look(ZHOU, "putaway")
    walked = []
    while screen["step"] == "slot":
        walked.append(screen["facts"]["big"])
        screen = yard.scans(screen["facts"]["hint"], "CM-OK").body["screen"]
    assert walked == ["A-01-03-2-01", "A-01-05-2-01", "A-01-09-2-01"]
    assert states(yard, loaded) == [TaskState.DONE] * 3
    assert checks.broken(yard.floor.hub.db) == []


def test_the_screen_says_how_many_and_which(yard: Yard, loaded: list[str]) -> None:
    facts = yard.floor.look(ZHOU, "putaway")["facts"]
    lines = {line["label"]["en"]: line["value"] for line in facts["lines"]}
    assert (lines["On the cart"], lines["Carton"]) == ("3", loaded[0])
    yard.floor.hub.clock.advance(seconds=1)  # type: ignore[attr-defined]
    chosen = yard.scans(loaded[2])
    assert (chosen.code, chosen.facts["big"]) == ("S-PUT-TAKEN", "A-01-09-2-01")
    assert yard.scans("CM-SKIP").facts["big"] == "A-01-03-2-01"
    assert yard.scans("CM-SKIP").facts["big"] == "A-01-05-2-01"


def test_leaving_gives_all_of_them_back(yard: Yard, loaded: list[str]) -> None:
    assert yard.scans("CM-MENU").code == "S-LEFT"
    assert states(yard, loaded) == [TaskState.OPEN] * 3
    assert [yard.task(lpn).proposed_id for lpn in loaded] == [None] * 3
    assert checks.broken(yard.floor.hub.db) == []
    assert yard.scan(loaded[1], who=CHEN).ok


def test_a_supervisor_frees_the_worker_of_the_whole_cart(yard: Yard, loaded: list[str]) -> None:
    yard.scans(world.badge(CHEN), world.PIN)
    assert states(yard, loaded) == [TaskState.OPEN] * 3


def test_the_last_carton_is_taken_off_again(yard: Yard, loaded: list[str]) -> None:
    """CM-UNDO: it waits, and the one before it is in hand as it was."""
    answer = yard.scans("CM-UNDO")
    assert (answer.step, answer.facts["big"]) == ("slot", "A-01-05-2-01")
    assert states(yard, loaded) == [TaskState.OPEN, TaskState.TAKEN, TaskState.TAKEN]
    yard.scans("CM-MENU")
    assert states(yard, loaded) == [TaskState.OPEN] * 3


def test_a_carton_that_a_colleague_took_from_the_cart_is_left_out(yard: Yard, loaded: list[str]) -> None:
    """Whoever scans it has it; the keeper hears of the one in hand, and goes on with the rest."""
    assert yard.scan(loaded[1], who=CHEN).ok
    yard.scans(yard.floor.look(CHEN, "putaway")["facts"]["hint"], "CM-OK", who=CHEN)
    hint = yard.floor.look(ZHOU, "putaway")["facts"]["hint"]
    done = yard.scans(hint, "CM-OK")
    assert (done.code, done.step, done.facts["big"]) == ("S-PUT-DONE", "slot", "A-01-09-2-01")
    assert checks.broken(yard.floor.hub.db) == []


def test_a_colleague_takes_the_whole_cart_over(yard: Yard, loaded: list[str]) -> None:
    """E-TSK-01, and the same scan again: cart and place are theirs, the other begins anew."""
    assert yard.scan(loaded[0], who=CHEN).code == "E-TSK-01"
    yard.floor.hub.clock.advance(seconds=1)  # type: ignore[attr-defined]
    assert yard.scans(loaded[0], who=CHEN).facts["big"] == "A-01-03-2-01"
    assert yard.floor.look(ZHOU, "putaway")["step"] == "carton"
    for _carton in loaded:
        answer = yard.scans(yard.floor.look(CHEN, "putaway")["facts"]["hint"], "CM-OK", who=CHEN)
    assert (answer.step, states(yard, loaded)) == ("carton", [TaskState.DONE] * 3)
    assert checks.broken(yard.floor.hub.db) == []


def test_a_carton_that_is_not_wanted_any_more(yard: Yard, loaded: list[str]) -> None:
    """The one in hand is cancelled: E-TSK-04, and on with the next; one behind it is passed over."""
    cancel(yard, loaded[0])
    cancel(yard, loaded[1])
    refused = yard.scan(yard.floor.look(ZHOU, "putaway")["facts"]["hint"])
    assert (refused.code, refused.step, refused.facts["big"]) == ("E-TSK-04", "slot", "A-01-09-2-01")
    done = yard.scans(refused.facts["hint"], "CM-OK")
    assert (done.step, states(yard, loaded)[2]) == ("carton", TaskState.DONE)
    assert checks.broken(yard.floor.hub.db) == []


def test_full_and_damaged_on_the_cart(yard: Yard, loaded: list[str]) -> None:
    """Each carton has its own way: another slot for the first, quarantine for the second, the third as ever."""
    full = yard.scans("CM-FULL")
    assert full.facts["big"] not in {"A-01-03-2-01", "—"}
    yard.scans(full.facts["hint"], "CM-OK")
    assert yard.scans("CM-DAMAGE").facts["big"] == "QUAR-1"
    yard.scans(yard.slot("QUAR-1"), "CM-OK")
    assert yard.floor.look(ZHOU, "putaway")["facts"]["big"] == "A-01-09-2-01"
    yard.scans(yard.slot("A-01-09-2-01"), "CM-OK")
    assert states(yard, loaded) == [TaskState.DONE] * 3
    assert yard.at("QUAR-1") == {("S0003", "DEFECT"): 12}
    assert checks.broken(yard.floor.hub.db) == []


def test_no_more_than_a_cart_holds(yard: Yard, loaded: list[str]) -> None:
    lot = yard.lot()
    yard.scans(*(yard.waits(lot=lot) for _ in range(cart.MOST - len(loaded))))
    refused = yard.scan(yard.waits(lot=lot))
    assert (refused.code, refused.step) == ("E-PUT-08", "slot")
    yard.scans("CM-MENU")
    assert states(yard, loaded) == [TaskState.OPEN] * 3


def test_what_was_allowed_for_one_carton_is_not_for_the_next(yard: Yard) -> None:
    """Two lots in one reserve slot, by leave; the next carton of the cart asks again."""
    yard.home("S0001", HOME, min_qty=6)
    yard.bring("S0001", yard.lot(expires=date(2027, 2, 1)), HOME)
    slot = "R-01-01-4-01"
    yard.bring("S0001", yard.lot(), slot, carton=True)
    yard.scans(yard.waits(lot=yard.lot()), yard.waits(lot=yard.lot()))
    assert yard.scan(yard.slot(slot)).code == "E-PUT-04"
    yard.scans(world.badge(CHEN), world.PIN, "5", "4", "CM-OK")
    assert yard.scan(yard.slot(slot)).code == "E-PUT-04"
    assert checks.broken(yard.floor.hub.db) == []
