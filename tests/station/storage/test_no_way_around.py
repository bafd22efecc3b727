"""What no scan at the shelves gets around: rules nobody may allow, permissions that end, goods in the wrong status (P8)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import func, select

from station.ground.documents.history import History
from station.ground.tasks import TaskState
from station.people.models import OverrideRow
from station.practice.demo import world
from station.stock.models import Movement
from station.storage.putaway.models import PutawayTask
from station.wiring import checks
from tests.floor import CHEN, LI, ZHOU
from tests.station.storage.conftest import Yard

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
HOME, OTHER, RESERVE = "A-01-01-2-01", "A-01-01-3-01", "R-01-01-4-01"
ALLOWED = (world.badge(CHEN), world.PIN, "5")


def moved(yard: Yard) -> list[tuple[str, int]]:
    """(article's status before → after, EACH) of every putaway in the ledger."""
    query = select(Movement.from_status, Movement.to_status, Movement.qty).where(Movement.type == "PUT_AWAY")
    with yard.floor.hub.db.read() as tx:
        return [(f"{row[0]}→{row[1]}", row[2]) for row in tx.execute(query.order_by(Movement.id))]


def allowed(yard: Yard) -> list[str]:
    """Codes that a supervisor allowed, oldest first."""
    with yard.floor.hub.db.read() as tx:
        return list(tx.scalars(select(OverrideRow.code).order_by(OverrideRow.id)))


def stays(yard: Yard, lpn: str) -> None:
    """Nothing moved: the carton is at the dock, the books are right, and leaving makes it anybody's."""
    assert yard.at("DOCK-1") == {("S0001", "GOOD"): 12}
    assert moved(yard) == []
    yard.scans("CM-MENU")
    assert yard.task(lpn).state == TaskState.OPEN
    assert checks.broken(yard.floor.hub.db) == []


@pytest.mark.parametrize("state", ["FROZEN", "CLOSED"])
def test_a_place_that_takes_no_part_takes_nothing(yard: Yard, state: str) -> None:
    """E-LOC-02 for a slot that is counted and for one that was given up; it is not proposed either."""
    yard.home("S0001", HOME)
    yard.change(HOME, state=state)
    lpn = yard.waits()
    assert yard.scans(lpn).facts["big"] != HOME
    refused = yard.scan(yard.slot(HOME))
    assert (refused.code, refused.step) == ("E-LOC-02", "slot")
    stays(yard, lpn)


@pytest.mark.parametrize("code", ["E-PUT-02", "E-LOC-02", "E-LOC-03"])
def test_a_supervisor_allows_no_wrong_place(yard: Yard, code: str) -> None:
    """Level B: another article, a frozen slot, a dock. The badge frees the worker, it does not let the goods in."""
    yard.bring("S0002", yard.lot("S0002"), RESERVE)
    yard.change(OTHER, state="FROZEN")
    lpn = yard.waits()
    yard.scans(lpn)
    place = {"E-PUT-02": RESERVE, "E-LOC-02": OTHER, "E-LOC-03": "DOCK-1"}[code]
    assert yard.scan(yard.slot(place)).code == code
    freed = yard.scans(world.badge(CHEN), world.PIN)
    assert (freed.code, freed.step, allowed(yard)) == ("S-LEFT", "carton", [])
    stays(yard, lpn)


def _two_lots_in_reserve(yard: Yard) -> None:
    yard.bring("S0001", yard.lot(expires=date(2027, 2, 1)), RESERVE, qty=6)


def _home_elsewhere(yard: Yard) -> None:
    yard.home("S0001", HOME)


def _weak_beam(yard: Yard) -> None:
    yard.change(RESERVE, max_weight_g=12_959)


@pytest.mark.parametrize(
    ("code", "before", "place"),
    [
        ("E-PUT-04", _two_lots_in_reserve, RESERVE),
        ("E-PUT-03", _home_elsewhere, OTHER),
        ("E-PUT-05", _weak_beam, RESERVE),
    ],
)
def test_what_a_supervisor_allowed_is_booked_and_written_down(
    yard: Yard, code: str, before: Callable[[Yard], None], place: str
) -> None:
    """Level S: second lot in reserve, second pick slot, a beam one gram too weak. Who, why and which fault stay."""
    before(yard)
    stood = sum(yard.at(place).values())
    lpn = yard.waits()
    yard.scans(lpn)
    assert yard.scan(yard.slot(place)).code == code
    answer = yard.scans(*ALLOWED)
    if answer.step == "reason":
        yard.scans("3")
    assert yard.scans("CM-OK").code == "S-PUT-DONE"
    assert sum(yard.at(place).values()) == stood + 12
    assert (allowed(yard), moved(yard)) == ([code], [("GOOD→GOOD", 12)])
    assert checks.broken(yard.floor.hub.db) == []


def test_a_beam_that_carries_it_exactly_asks_nobody(yard: Yard) -> None:
    """Twelve packs of 1,080 g are 12,960 g: allowed on 12,960, not on 12,959 (above)."""
    yard.home("S0001", HOME)
    yard.change(RESERVE, max_weight_g=12_960)
    yard.scans(yard.waits())
    assert yard.scan(yard.slot(RESERVE)).code == "W-PUT-OTHER"


def test_one_permission_does_not_open_the_next_door(yard: Yard) -> None:
    """Allowed for a second pick slot, then the weak beam is scanned: asked for itself (E-PUT-05)."""
    yard.home("S0001", HOME)
    yard.change(RESERVE, max_weight_g=100)
    lpn = yard.waits()
    yard.scans(lpn)
    yard.scan(yard.slot(OTHER))
    assert yard.scans(*ALLOWED).step == "reason"
    yard.scans("CM-SKIP")
    refused = yard.scan(yard.slot(RESERVE))
    assert (refused.code, refused.step) == ("E-PUT-05", "slot")
    stays(yard, lpn)


@pytest.mark.parametrize(
    ("number", "pin", "code"),
    [(ZHOU, "", "E-AUTH-02"), (LI, "", "E-AUTH-02"), (CHEN, "0000", "E-AUTH-04")],
    ids=["himself", "a receiver", "wrong pin"],
)
def test_nobody_else_allows_it(yard: Yard, number: str, pin: str, code: str) -> None:
    """A second pick slot is a supervisor's to allow; without one nothing is written down."""
    yard.home("S0001", HOME)
    lpn = yard.waits()
    yard.scans(lpn)
    yard.scan(yard.slot(OTHER))
    answer = yard.scan(world.badge(number))
    if pin:
        answer = yard.scan(pin)
    assert (answer.code, allowed(yard)) == (code, [])
    stays(yard, lpn)


# --- damaged goods -----------------------------------------------------------------------------------


def test_damaged_goods_are_let_into_no_slot(yard: Yard) -> None:
    """E-QUAR-01 at every slot, and only then the quarantine: the ledger turns them into defects on the way."""
    lpn = yard.waits()
    yard.scans(lpn, "CM-DAMAGE")
    for place in (HOME, RESERVE, "DOCK-1"):
        assert yard.scan(yard.slot(place)).code == "E-QUAR-01"
    yard.scans(yard.slot("QUAR-1"), "CM-OK")
    assert yard.at("QUAR-1") == {("S0001", "DEFECT"): 12}
    assert moved(yard) == [("GOOD→DEFECT", 12)]
    assert yard.task(lpn).off_reason == "DAMAGED"
    assert checks.broken(yard.floor.hub.db) == []


def test_damage_found_by_one_is_not_remembered_of_the_next(yard: Yard) -> None:
    """Pressed, then left: the carton is GOOD for whoever takes it, who judges with own eyes."""
    lpn = yard.waits()
    yard.scans(lpn, "CM-DAMAGE", "CM-MENU")
    assert yard.at("DOCK-1") == {("S0001", "GOOD"): 12}
    answer = yard.scans(lpn, who=CHEN)
    assert answer.facts["big"] == HOME
    yard.scans(yard.slot(HOME), "CM-OK", who=CHEN)
    assert yard.at(HOME) == {("S0001", "GOOD"): 12}
    assert checks.broken(yard.floor.hub.db) == []


def test_a_taken_over_carton_keeps_what_was_seen_of_it(yard: Yard) -> None:
    """Scanned twice by a colleague: the damage that the first one saw goes along, to the quarantine."""
    lpn = yard.waits()
    yard.scans(lpn, "CM-DAMAGE")
    assert yard.scan(lpn, who=CHEN).code == "E-TSK-01"
    assert yard.scan(lpn, who=CHEN).facts["big"] == "QUAR-1"
    assert yard.scan(yard.slot(HOME), who=CHEN).code == "E-QUAR-01"
    yard.scans(yard.slot("QUAR-1"), "CM-OK", who=CHEN)
    assert yard.at("QUAR-1") == {("S0001", "DEFECT"): 12}


# --- the same scans again ------------------------------------------------------------------------------


def test_a_confirmation_sent_again_moves_nothing_twice(yard: Yard) -> None:
    """I8, T88: no answer came, the handheld sends the same scan five times; one movement, one answer."""
    lpn = yard.waits()
    yard.scans(lpn, yard.slot(HOME))
    token = yard.floor.token_of(ZHOU, "putaway")
    answers = [
        yard.floor.scan(ZHOU, "putaway", "CM-OK", scan_id="same", step_token=token).body for _ in range(5)
    ]
    assert all(answer == answers[0] for answer in answers)
    assert (yard.at(HOME), moved(yard)) == ({("S0001", "GOOD"): 12}, [("GOOD→GOOD", 12)])


def test_a_confirmation_from_an_old_screen_moves_nothing(yard: Yard) -> None:
    """T89: the screen showed slot A, the worker has gone back and chosen another since: E-SYS-03."""
    yard.home("S0001", HOME)
    lpn = yard.waits()
    yard.scans(lpn, yard.slot(HOME))
    token = yard.floor.token_of(ZHOU, "putaway")
    yard.scans("CM-SKIP")
    stale = yard.floor.scan(ZHOU, "putaway", "CM-OK", step_token=token)
    assert (stale.status, stale.code, stale.step) == (409, "E-SYS-03", "slot")
    stays(yard, lpn)


def test_a_carton_from_a_truck_that_is_not_signed_stays_at_the_dock(yard: Yard) -> None:
    """E-PUT-01 at the shelves leaves no task, no movement and no history behind."""
    lpn = yard.bring("S0001", yard.lot(), "DOCK-1", carton=True)
    refused = yard.scan(lpn)
    assert (refused.code, refused.step) == ("E-PUT-01", "carton")
    with yard.floor.hub.db.read() as tx:
        assert tx.scalar(select(func.count()).select_from(PutawayTask)) == 0
        assert tx.scalars(select(History.event).where(History.doc_no == lpn)).all() == ["stick"]
    assert yard.at("DOCK-1") == {("S0001", "GOOD"): 12}
