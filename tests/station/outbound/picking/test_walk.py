"""Walking a list (P15): stops put off, full totes, leaving and going on, lists without work, every refusal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from station.exchange import documents as erp
from station.ground.scan.codes import internal
from station.ground.words.actor import Role
from station.outbound.orders.models import Allocation
from station.outbound.picking import totes
from station.outbound.picking.models import PickList
from station.outbound.waves.models import Wave
from station.people.rules import add_user
from station.practice.demo import goods, world
from station.stock.models import LOCATION, Location, Movement
from tests.floor import CHEN, SUN, Floor
from tests.station.outbound.shelves import BENCH, TOTE, TOTE2, Shelves
from tests.station.scenarios.conftest import order_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
Books = Callable[[], None]
LIN = "1009"
"""Another picker."""


@pytest.fixture(autouse=True)
def lin(request: pytest.FixtureRequest, database_url: str) -> None:
    hub = request.getfixturevalue("floor").hub
    pin_hash = hub.pins.hash(world.PIN)
    hub.db.write(lambda tx: add_user(tx, LIN, "林拣货", pin_hash, [Role.PICKER], hub.clock.now()))


def _two_stops(shelves: Shelves, floor: Floor, qty: int = 2) -> tuple[str, str]:
    """One order with two articles in two slots, released; the slots in walk order."""
    here, there = shelves.slots(2)
    shelves.put("S0001", 6, here)
    shelves.put("S0002", 6, there)
    floor.erp(order_of(1, ("S0001", qty), ("S0002", qty)))
    floor.release()
    return here, there


# --- putting off -------------------------------------------------------------------------------


def test_a_stop_may_come_last(shelves: Shelves, floor: Floor, books: Books) -> None:
    here, there = _two_stops(shelves, floor)
    assert shelves.begin().facts["big"] == here
    skipped = floor.scans(SUN, "pick", "CM-SKIP")
    assert (skipped.code, skipped.facts["big"]) == ("S-PCK-SKIP", there)
    shelves.at_product()
    floor.scans(SUN, "pick", goods.gtin(2), "CM-OK")
    assert floor.look(SUN, "pick")["facts"]["big"] == here
    only = floor.scan(SUN, "pick", "CM-SKIP")
    assert (only.code, only.step) == ("E-PCK-06", "slot")
    shelves.walk()
    assert shelves.state() == "PICKED"
    books()


def test_a_frozen_slot_is_put_off_or_short(shelves: Shelves, floor: Floor, books: Books) -> None:
    """E-LOC-02 at the slot: the picker is not stuck, and nothing leaves a slot that is counted."""
    here, there = _two_stops(shelves, floor)

    def freeze(work: object) -> None:
        place = work.tx.scalars(select(Location).where(Location.code == here)).one()  # type: ignore[attr-defined]
        LOCATION.move(work, place, "freeze")  # type: ignore[arg-type]

    shelves.do(freeze)
    shelves.begin()
    assert floor.scan(SUN, "pick", floor.slot(here)).code == "E-LOC-02"
    assert floor.scans(SUN, "pick", "CM-SKIP").facts["big"] == there
    floor.scans(SUN, "pick", "CM-SKIP", "CM-SHORT", "6")
    assert floor.scan(SUN, "pick", "1").code == "E-LOC-02"
    assert floor.scans(SUN, "pick", "0", "0").code == "W-PCK-SHORT"
    assert shelves.state() == "SHORT"
    books()


# --- totes -------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["slot", "product", "qty"])
def test_a_full_tote_is_followed_by_another(shelves: Shelves, floor: Floor, books: Books, step: str) -> None:
    """Both are brought, both are the order's; packing empties both."""
    here, _there = _two_stops(shelves, floor, 3)
    shelves.begin()
    floor.scans(SUN, "pick", floor.slot(here), goods.gtin(1), "2")
    assert floor.look(SUN, "pick")["step"] == "product"
    if step == "slot":
        floor.scans(SUN, "pick", goods.gtin(1))
        assert floor.look(SUN, "pick")["step"] == "slot"
    if step == "qty":
        floor.scans(SUN, "pick", "CM-SKIP", floor.slot(shelves.slots(2)[1]), goods.gtin(2))
    assert floor.scans(SUN, "pick", "CM-FULL").step == "tote"
    assert floor.scans(SUN, "pick", "CM-UNDO").step == step
    assert floor.scans(SUN, "pick", "CM-FULL", TOTE2).step == "slot"
    last = shelves.walk()
    assert last.facts["big"] == "T001 T002"
    assert floor.scans(SUN, "pick", BENCH).body["message"]["zh"].startswith("T001 T002")
    assert shelves.in_place("T001") + shelves.in_place("T002") == 6
    assert shelves.in_place("T002") > 0
    assert len(floor.pack_tote("T002")) == 1
    assert (shelves.in_place("T001"), shelves.in_place("T002"), shelves.lists()) == (0, 0, ["EMPTY"])
    books()


def test_single_units_in_two_totes_are_packed_from_either(
    shelves: Shelves, floor: Floor, books: Books
) -> None:
    """The list is EMPTY only with its last tote; each tote is free when it is empty."""
    here, there = shelves.slots(2)
    shelves.put("S0001", 2, here)
    shelves.put("S0002", 1, there)
    floor.erp(order_of(1, ("S0001", 1)), order_of(2, ("S0001", 1)), order_of(3, ("S0002", 1)))
    floor.release()
    shelves.begin()
    floor.scans(SUN, "pick", floor.slot(here), goods.gtin(1), "1", "CM-FULL", TOTE2)
    shelves.walk()
    floor.scans(SUN, "pick", BENCH)
    bills: list[str] = []
    answer = floor.scans("1006", "pack", BENCH, TOTE, goods.gtin(1))
    assert shelves.in_place("T001") == 0
    while answer.step != "item":
        answer = floor.pack_step(answer, "1006", bills)
    assert shelves.lists() == ["DONE"]
    floor.scans("1006", "pack", "CM-MENU")
    bills += floor.pack_tote("T002")
    assert (len(bills), shelves.lists()) == (3, ["EMPTY"])
    books()


def test_a_tote_of_another_list_is_refused(shelves: Shelves, floor: Floor, books: Books) -> None:
    """E-TOT-01 while it is used or strange goods lie in it; an empty one taken by mistake is free again."""
    _two_stops(shelves, floor)
    shelves.put("S0003", 2, shelves.slots(3)[2])
    floor.erp(order_of(2, ("S0003", 2)))
    floor.release()
    shelves.begin(TOTE)
    assert floor.scan(LIN, "pick", "CM-OK", device="HH-2").step == "tote"
    assert floor.scan(LIN, "pick", TOTE, device="HH-2").code == "E-TOT-01"
    shelves.put("S0004", 1, "T003")
    assert floor.scan(LIN, "pick", internal("TT", "T003"), device="HH-2").code == "E-TOT-01"
    assert floor.scan(LIN, "pick", BENCH, device="HH-2").code == "E-SCN-02"
    floor.scans(SUN, "pick", "CM-UNDO", internal("TT", "T004"))
    assert floor.scan(LIN, "pick", TOTE, device="HH-2").step == "slot"
    books()


def test_where_an_order_is(shelves: Shelves, floor: Floor) -> None:
    """The one look-up: unit by unit in the totes they lie in."""
    here, _there = _two_stops(shelves, floor, 3)
    shelves.begin()
    floor.scans(SUN, "pick", floor.slot(here), goods.gtin(1), "2", "CM-FULL", TOTE2)
    shelves.walk()
    with floor.hub.db.read() as tx:
        list_id = tx.scalars(select(PickList.id)).one()
        codes = {row.id: row.code for row in totes.totes_of(tx, list_id)}
        held = totes.where_is(tx, shelves.order_id())
        assert [(codes[unit.tote_id], unit.qty) for unit in held] == [("T001", 2), ("T002", 1), ("T002", 3)]
        assert totes.list_in(tx, held[0].tote_id) is None, "the totes are still on their way"
    floor.scans(SUN, "pick", BENCH)
    with floor.hub.db.read() as tx:
        found = totes.list_in(tx, held[0].tote_id)
        assert found is not None
        assert found.id == list_id


# --- leaving and going on ----------------------------------------------------------------------


@pytest.mark.parametrize("step", ["tote", "slot", "product", "qty", "why", "found", "drop"])
def test_whoever_takes_the_list_next_goes_on(shelves: Shelves, floor: Floor, books: Books, step: str) -> None:
    """CM-MENU at every step; a colleague on another device finds the list, the totes, the stop."""
    here, there = _two_stops(shelves, floor)
    ways = {
        "tote": ["CM-OK"],
        "slot": ["CM-OK", TOTE],
        "product": ["CM-OK", TOTE, floor.slot(here)],
        "qty": ["CM-OK", TOTE, floor.slot(here), goods.gtin(1)],
        "why": ["CM-OK", TOTE, "CM-SHORT"],
        "found": ["CM-OK", TOTE, "CM-SHORT", "1"],
        "drop": ["CM-OK", TOTE, floor.slot(here), goods.gtin(1), "CM-OK"],
    }
    floor.scans(SUN, "pick", *ways[step])
    if step == "drop":
        floor.scans(SUN, "pick", floor.slot(there), goods.gtin(2), "CM-OK")
    assert floor.look(SUN, "pick")["step"] == step
    left = floor.scan(SUN, "pick", "CM-MENU")
    assert (left.code, left.step, shelves.lists()) == ("S-LEFT", "list", ["OPEN"])
    again = floor.scan(LIN, "pick", "CM-OK", device="HH-2")
    if step == "tote":
        assert (again.code, again.step) == ("S-PCK-LIST", "tote")
        again = floor.scan(LIN, "pick", TOTE, device="HH-2")
    else:
        assert again.code == "S-PCK-CONTINUE"
        assert "T001" in again.body["message"]["zh"]
    assert again.step == ("drop" if step == "drop" else "slot")
    while again.step != "drop":
        again = floor.scan(LIN, "pick", floor.barcode(again.facts["hint"]), device="HH-2")
        assert again.ok
    assert floor.scan(LIN, "pick", BENCH, device="HH-2").code == "S-PCK-DONE"
    assert len(floor.pack_tote()) == 1
    books()


@pytest.mark.parametrize("step", ["slot", "product", "qty", "why", "found"])
def test_every_step_is_the_same_on_another_device(shelves: Shelves, floor: Floor, step: str) -> None:
    """A dead battery: the same person, another handheld, the same screen, and on from there."""
    here, _there = _two_stops(shelves, floor)
    ways = {"slot": [], "product": [floor.slot(here)], "qty": [floor.slot(here), goods.gtin(1)],
            "why": ["CM-SHORT"], "found": ["CM-SHORT", "1"]}  # fmt: skip
    shelves.begin()
    for raw in ways[step]:
        floor.scans(SUN, "pick", raw)
    seen = floor.look(SUN, "pick")
    on = {"slot": floor.slot(here), "product": goods.gtin(1), "qty": "CM-OK", "why": "1", "found": "1"}
    answer = floor.scan(SUN, "pick", on[step], device="HH-9")
    assert answer.ok
    assert seen["step"] == step
    assert answer.step != step


def test_a_list_is_taken_over_by_scanning_it_twice(shelves: Shelves, floor: Floor, books: Books) -> None:
    here, _there = _two_stops(shelves, floor)
    shelves.begin()
    floor.scans(SUN, "pick", floor.slot(here))
    with floor.hub.db.read() as tx:
        number = tx.scalars(select(PickList.pick_no)).one()
    held = floor.scan(LIN, "pick", number, device="HH-2")
    assert (held.code, "孙拣货" in held.body["message"]["zh"]) == ("E-TSK-01", True)
    assert floor.scan(LIN, "pick", number, device="HH-2").step == "product"
    assert floor.scan(SUN, "pick", goods.gtin(1)).code in {"E-SCN-02", "E-BAR-01"}
    assert floor.scan(LIN, "pick", goods.gtin(1), device="HH-2").step == "qty"
    books()


# --- lists without work -------------------------------------------------------------------------


def test_a_list_whose_every_stop_was_cancelled_ends_at_once(
    shelves: Shelves, floor: Floor, books: Books
) -> None:
    _two_stops(shelves, floor)
    shelves.begin()
    floor.erp(erp.CancelOrder(erp_no="SO-1"))
    stopped = floor.scan(SUN, "pick", "CM-SKIP")
    assert (stopped.code, stopped.step) == ("E-INT-01", "end")
    ended = floor.scan(SUN, "pick", "CM-OK")
    assert (ended.code, ended.step, shelves.lists()) == ("S-PCK-END", "list", ["EMPTY"])
    with floor.hub.db.read() as tx:
        assert tx.scalars(select(Wave.state)).one() == "DONE"
        assert tx.scalars(select(Movement).where(Movement.type == "PICK")).all() == []
    books()


@pytest.mark.parametrize("when", ["before", "left"])
def test_a_list_without_work_is_not_offered(shelves: Shelves, floor: Floor, books: Books, when: str) -> None:
    """Cancelled before anybody took it, or left behind without a unit picked."""
    _two_stops(shelves, floor)
    if when == "left":
        shelves.begin()
    floor.erp(erp.CancelOrder(erp_no="SO-1"))
    if when == "left":
        assert floor.scan(SUN, "pick", "CM-MENU").code == "S-LEFT"
    assert shelves.lists() == ["CANCELLED"]
    assert floor.scan(SUN, "pick", "CM-OK").code == "E-TSK-02"
    with floor.hub.db.read() as tx:
        assert tx.scalars(select(Wave.state)).one() == "DONE"
        assert tx.scalar(select(func.count()).select_from(PickList).where(PickList.user_id.is_not(None))) == 0
    books()


def test_goods_of_a_cancelled_order_go_to_the_shelf_from_the_tote(
    shelves: Shelves, floor: Floor, books: Books
) -> None:
    here, _there = _two_stops(shelves, floor)
    shelves.begin()
    floor.scans(SUN, "pick", floor.slot(here), goods.gtin(1), "CM-OK")
    floor.erp(erp.CancelOrder(erp_no="SO-1"))
    stopped = floor.scan(SUN, "pick", floor.look(SUN, "pick")["facts"]["hint"])
    assert (stopped.code, stopped.step, stopped.facts["hint"]) == ("E-INT-01", "shelf", "INTC")
    assert floor.scan(SUN, "pick", floor.slot(here)).code == "E-LOC-03"
    done = floor.scan(SUN, "pick", floor.slot("INTC-1"))
    assert (done.code, shelves.state(), shelves.lists()) == ("S-PCK-SHELF", "CANCELLED", ["EMPTY"])
    assert shelves.in_place("INTC-1") == 2
    books()


def test_wanted_goods_do_not_go_to_the_shelf(shelves: Shelves, floor: Floor, books: Books) -> None:
    """E-PCK-07: another order's unit lies in the same tote; the bench sorts them out."""
    shelves.put("S0001", 2, shelves.slots(1)[0])
    floor.erp(order_of(1, ("S0001", 1)), order_of(2, ("S0001", 1)))
    floor.release()
    shelves.begin()
    shelves.walk()
    floor.erp(erp.CancelOrder(erp_no="SO-1"))
    assert floor.scan(SUN, "pick", floor.slot("INTC-1")).code == "E-PCK-07"
    assert floor.scans(SUN, "pick", BENCH).code == "S-PCK-DONE"
    assert floor.scans("1006", "intercept", TOTE, floor.slot("INTC-1")).code == "S-INT-DONE"
    assert len(floor.pack_tote()) == 1
    books()


# --- refusals ----------------------------------------------------------------------------------


def test_the_carton_on_the_screen_may_be_scanned(shelves: Shelves, floor: Floor) -> None:
    """Loose goods name no carton: any carton label is the wrong one."""
    here, _there = _two_stops(shelves, floor)
    shelves.begin()
    floor.scans(SUN, "pick", floor.slot(here))
    wrong = floor.scan(SUN, "pick", internal("CT", "260501000101"))
    assert (wrong.code, wrong.step) == ("E-PCK-02", "product")


def test_expired_goods_are_not_taken(shelves: Shelves, floor: Floor, books: Books) -> None:
    """E-EXP-10; the picker reports them and goes on."""
    here, there = shelves.slots(2)
    shelves.put("S0001", 2, here, days=8)
    shelves.put("S0001", 2, there, days=200)
    floor.erp(order_of(1, ("S0001", 2)))
    floor.release()
    shelves.begin()
    floor.hub.clock.advance(minutes=2 * 24 * 60)  # type: ignore[attr-defined]
    assert floor.scan(SUN, "pick", floor.slot(here), device="HH-2").step == "product"
    assert floor.scan(SUN, "pick", goods.gtin(1), device="HH-2").code == "E-EXP-10"
    for raw in ("CM-SHORT", "4", "0", "0"):
        answer = floor.scan(SUN, "pick", raw, device="HH-2")
    assert (answer.code, answer.facts["big"]) == ("S-PCK-ELSEWHERE", there)
    books()


def test_fewer_are_wanted_by_the_time_the_key_is_pressed(
    shelves: Shelves, floor: Floor, books: Books
) -> None:
    """A cancel shrank the shared stop: "all" is not what the screen said, so it says the new number."""
    shelves.put("S0001", 3, shelves.slots(1)[0])
    floor.erp(*(order_of(number, ("S0001", 1)) for number in (1, 2, 3)))
    floor.release()
    shelves.begin()
    shelves.at_product()
    floor.scans(SUN, "pick", goods.gtin(1))
    floor.erp(erp.CancelOrder(erp_no="SO-3"))
    many = floor.scan(SUN, "pick", "CM-OK")
    assert (many.code, many.step, many.facts["big"]) == ("E-PCK-04", "qty", "2")
    assert floor.scans(SUN, "pick", "CM-OK").code == "S-PCK-LAST"
    books()


def test_a_younger_lot_for_the_rest_of_a_stop_keeps_what_was_taken(
    shelves: Shelves, floor: Floor, books: Books
) -> None:
    """E-PCK-03 allowed when half is in the tote: the parcel holds units of both lots."""
    (here,) = shelves.slots(1)
    shelves.put("S0001", 4, here, days=100)
    younger = shelves.put("S0001", 4, here, days=200)
    floor.erp(order_of(1, ("S0001", 4)))
    floor.release()
    shelves.begin()
    floor.scans(SUN, "pick", floor.slot(here), goods.gtin(1), "3")
    label = f"(01)0{goods.gtin(1)}(17){floor.hub.clock.today() + timedelta(days=200):%y%m%d}"
    assert floor.scan(SUN, "pick", label).code == "E-PCK-03"
    floor.scans(SUN, "pick", world.badge(CHEN), world.PIN, "1")
    assert shelves.stops() == [(3, 3, "DONE"), (1, 1, "DONE")]
    assert shelves.stock(younger) == (3, 0)
    with floor.hub.db.read() as tx:
        overrides = list(tx.scalars(select(Allocation.age_override).order_by(Allocation.id)))
    assert [bool(text) for text in overrides] == [False, True]
    floor.scans(SUN, "pick", BENCH)
    assert len(floor.pack_tote()) == 1
    books()


def test_an_older_lot_is_taken_instead_without_asking(shelves: Shelves, floor: Floor, books: Books) -> None:
    (here,) = shelves.slots(1)
    shelves.put("S0001", 4, here, days=200)
    floor.erp(order_of(1, ("S0001", 2)))
    floor.release()
    older = shelves.put("S0001", 4, here, days=100)
    shelves.begin()
    label = f"(01)0{goods.gtin(1)}(17){floor.hub.clock.today() + timedelta(days=100):%y%m%d}"
    floor.scans(SUN, "pick", floor.slot(here), label, "CM-OK")
    assert shelves.stock(older) == (2, 0)
    books()


def test_lists_that_cannot_be_walked(shelves: Shelves, floor: Floor) -> None:
    """E-TSK-02 for a wave that is none, E-PCK-05 for a list that is brought."""
    assert floor.scan(SUN, "pick", "CM-OK").code == "E-TSK-02"
    assert floor.scan(SUN, "pick", internal("WV", "2605010099")).code == "E-TSK-02"
    _two_stops(shelves, floor)
    with floor.hub.db.read() as tx:
        wave, number = tx.scalars(select(Wave.wave_no)).one(), tx.scalars(select(PickList.pick_no)).one()
    floor.scans(SUN, "pick", wave, TOTE)
    shelves.walk()
    floor.scans(SUN, "pick", BENCH)
    brought = floor.scan(SUN, "pick", number)
    assert brought.code == "E-PCK-05"
    assert "Done" in brought.body["message"]["en"]
