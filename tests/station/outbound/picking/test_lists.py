"""Which list is walked next, in which order, and what becomes of the wave (P13, P15)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from station.exchange import documents as erp
from station.ground.documents.history import History
from station.outbound.picking.models import PickList
from station.outbound.waves.models import Wave
from station.practice.demo import goods
from tests.floor import SUN, Floor
from tests.station.outbound.shelves import BENCH, TOTE, TOTE2, TOTE3, Shelves
from tests.station.scenarios.conftest import order_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
Books = Callable[[], None]


def _waves(floor: Floor) -> list[tuple[str, str]]:
    with floor.hub.db.read() as tx:
        return [(row.type, row.state) for row in tx.execute(select(Wave.type, Wave.state).order_by(Wave.id))]


def _numbers(floor: Floor) -> list[str]:
    with floor.hub.db.read() as tx:
        return list(tx.scalars(select(PickList.pick_no).order_by(PickList.id)))


def test_slots_are_walked_in_their_sequence(shelves: Shelves, floor: Floor, books: Books) -> None:
    """P28: the walk follows the pick sequence, not the lines of the order or when the goods came."""
    slots = shelves.slots(4)
    for slot, sku in zip(
        (slots[2], slots[0], slots[3], slots[1]), ("S0001", "S0002", "S0003", "S0004"), strict=True
    ):
        shelves.put(sku, 3, slot)
    floor.erp(order_of(1, ("S0004", 1), ("S0001", 1), ("S0003", 1), ("S0002", 1)))
    floor.release()
    seen, answer = [], shelves.begin()
    while answer.step in {"slot", "product", "qty"}:
        seen += [answer.facts["big"]] if answer.step == "slot" else []
        answer = floor.scans(SUN, "pick", floor.barcode(answer.facts["hint"]))
    assert seen == slots
    assert answer.step == "drop"
    books()


def test_an_urgent_order_is_walked_first(shelves: Shelves, floor: Floor) -> None:
    """Released later, offered sooner; then the others as they were released."""
    shelves.put("S0001", 20, shelves.slots(1)[0])
    floor.erp(order_of(1, ("S0001", 2)))
    floor.release()
    floor.erp(replace(order_of(2, ("S0001", 3)), is_urgent=True))
    floor.release()
    assert shelves.begin().facts["big"] == shelves.slots(1)[0]
    assert floor.look(SUN, "pick")["facts"]["lines"]
    shelves.walk()
    assert (shelves.state("SO-2"), shelves.state("SO-1")) == ("PICKED", "WAVED")


def test_what_must_leave_first_is_walked_first(shelves: Shelves, floor: Floor) -> None:
    """Whatever was released first; orders without a promise come last."""
    shelves.put("S0001", 20, shelves.slots(1)[0])
    noon = floor.hub.clock.now()
    for number, hours in ((1, None), (2, 30), (3, 20)):
        at = None if hours is None else noon + timedelta(hours=hours)
        floor.erp(replace(order_of(number, ("S0001", 2)), latest_ship_at=at))
        floor.release()
    for tote, number in ((TOTE, 3), (TOTE2, 2), (TOTE3, 1)):
        shelves.begin(tote)
        shelves.walk()
        floor.scans(SUN, "pick", BENCH)
        assert shelves.state(f"SO-{number}") == "PICKED"


def test_who_stands_among_the_shelves_gets_the_list_that_begins_nearest(
    shelves: Shelves, floor: Floor
) -> None:
    """The walk ended at the intercept shelf; from a bench it would be the oldest list."""
    here, _there, far = shelves.slots(3)
    for slot, sku in ((here, "S0001"), (far, "S0002")):
        shelves.put(sku, 20, slot)
    floor.erp(order_of(1, ("S0002", 2)), order_of(2, ("S0001", 2)), order_of(3, ("S0002", 3)))
    floor.release()
    first, _near, last = _numbers(floor)
    shelves.begin()
    shelves.walk()
    floor.erp(erp.CancelOrder(erp_no="SO-1"))
    floor.scans(SUN, "pick", "CM-MENU", first, floor.slot("INTC-1"))
    assert floor.scans(SUN, "pick", "CM-OK").facts["big"] == last


def test_a_wave_begins_with_its_first_list_and_ends_with_its_last(
    shelves: Shelves, floor: Floor, books: Books
) -> None:
    """RELEASED → PICKING → DONE, each once in the history, by whoever did it."""
    shelves.put("S0001", 20, shelves.slots(1)[0])
    floor.erp(order_of(1, ("S0001", 2)), order_of(2, ("S0001", 3)))
    floor.release()
    assert _waves(floor) == [("W6", "RELEASED")]
    shelves.begin(TOTE)
    assert _waves(floor) == [("W6", "PICKING")]
    shelves.walk()
    floor.scans(SUN, "pick", BENCH)
    assert _waves(floor) == [("W6", "PICKING")]
    shelves.begin(TOTE2)
    shelves.walk()
    floor.scans(SUN, "pick", BENCH)
    assert _waves(floor) == [("W6", "DONE")]
    with floor.hub.db.read() as tx:
        rows = tx.scalars(select(History).where(History.doc_type == "WV").order_by(History.id))
        assert [(row.event, row.actor) for row in rows] == [("begin", "孙拣货"), ("finish", "孙拣货")]
    books()


def test_a_cancelled_wave_is_over(shelves: Shelves, floor: Floor, books: Books) -> None:
    """All its orders are cancelled before anybody walked: nothing is offered, nothing stays promised."""
    row = shelves.put("S0001", 20, shelves.slots(1)[0])
    floor.erp(order_of(1, ("S0001", 2)), order_of(2, ("S0001", 3)))
    floor.release()
    floor.erp(*(erp.CancelOrder(erp_no=f"SO-{number}") for number in (1, 2)))
    assert (_waves(floor), shelves.lists()) == ([("W6", "DONE")], ["CANCELLED", "CANCELLED"])
    assert shelves.stock(row) == (20, 0)
    assert floor.scan(SUN, "pick", "CM-OK").code == "E-TSK-02"
    books()


@pytest.mark.parametrize("by", ["list", "wave"])
def test_a_list_is_taken_by_its_paper(shelves: Shelves, floor: Floor, by: str) -> None:
    """The paper's own number, or the wave's, which gives its first list."""
    shelves.put("S0001", 20, shelves.slots(1)[0])
    floor.erp(order_of(1, ("S0001", 2)), order_of(2, ("S0001", 3)))
    floor.release()
    with floor.hub.db.read() as tx:
        wave = tx.scalars(select(Wave.wave_no)).one()
    first, second = _numbers(floor)
    answer = floor.scans(SUN, "pick", second if by == "list" else wave)
    assert answer.facts["big"] == (second if by == "list" else first)


def test_a_list_is_told_how_far_it_is(shelves: Shelves, floor: Floor) -> None:
    """Progress counts stops, and the next slot is named while one walks."""
    here, there = shelves.slots(2)
    shelves.put("S0001", 3, here)
    shelves.put("S0002", 3, there)
    floor.erp(order_of(1, ("S0001", 1), ("S0002", 1)))
    floor.release()
    answer = shelves.begin()
    assert answer.facts["progress"] == [0, 2]
    assert there in str(answer.facts)
    floor.scans(SUN, "pick", answer.facts["hint"])
    answer = floor.scans(SUN, "pick", floor.barcode(floor.look(SUN, "pick")["facts"]["hint"]))
    assert (answer.facts["big"], answer.facts["progress"]) == (there, [1, 2])


def test_one_walk_takes_the_units_of_many_orders_at_once(
    shelves: Shelves, floor: Floor, books: Books
) -> None:
    """W1: five single units of one slot are one stop of five; each order has its own afterwards."""
    shelves.put("S0001", 9, shelves.slots(1)[0])
    floor.erp(*(order_of(number, ("S0001", 1)) for number in range(1, 6)))
    floor.release()
    assert shelves.stops() == [(5, 0, "OPEN")]
    shelves.begin()
    shelves.walk()
    assert shelves.stops() == [(5, 5, "DONE")]
    assert [shelves.state(f"SO-{number}") for number in range(1, 6)] == ["PICKED"] * 5
    assert [shelves.picked(f"SO-{number}") for number in range(1, 6)] == [1] * 5
    assert shelves.in_place("T001") == 5
    books()


def test_a_part_of_a_stop_is_the_first_orders(shelves: Shelves, floor: Floor, books: Books) -> None:
    """The wave's order decides whose unit the first one is (P13); the second one follows."""
    shelves.put("S0001", 9, shelves.slots(1)[0])
    floor.erp(*(order_of(number, ("S0001", 1)) for number in (1, 2)))
    floor.release()
    shelves.begin()
    shelves.at_product()
    floor.scans(SUN, "pick", goods.gtin(1), "1")
    assert [shelves.state(f"SO-{number}") for number in (1, 2)] == ["PICKED", "WAVED"]
    shelves.walk()
    assert [shelves.state(f"SO-{number}") for number in (1, 2)] == ["PICKED", "PICKED"]
    books()
