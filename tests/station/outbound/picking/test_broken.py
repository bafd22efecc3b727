"""A broken unit at a stop (P15, P5): to quarantine or left to a keeper, others are taken, and the books say so."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from station.outbound.picking.models import ShortPick
from station.practice.demo import goods
from station.stock.models import Location, Stock
from tests.floor import SUN, ZHOU, Answer, Floor
from tests.station.outbound.shelves import BENCH, Shelves
from tests.station.scenarios.conftest import order_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
Books = Callable[[], None]


@pytest.fixture
def ordered(shelves: Shelves, floor: Floor) -> Callable[..., Answer]:
    """Orders of so many units each are in a wave, and the picker is on the way."""

    def begin(*units: int) -> Answer:
        floor.erp(*(order_of(number, ("S0001", qty)) for number, qty in enumerate(units, 1)))
        floor.release()
        return shelves.begin()

    return begin


def defects(floor: Floor) -> dict[str, int]:
    """Place → broken EACH."""
    query = (
        select(Location.code, func.sum(Stock.on_hand))
        .join(Location, Location.id == Stock.location_id)
        .where(Stock.status == "DEFECT", Stock.on_hand > 0)
        .group_by(Location.code)
    )
    with floor.hub.db.read() as tx:
        return {code: int(qty) for code, qty in tx.execute(query)}


def quar(floor: Floor) -> str:
    return floor.slot("QUAR-1")


@pytest.mark.parametrize("step", ["slot", "product", "qty"])
def test_another_unit_of_the_same_slot_is_taken(
    shelves: Shelves, floor: Floor, books: Books, ordered: Callable[..., Answer], step: str
) -> None:
    """One of ten is broken: it is in quarantine, the picker takes three others, and nobody else is kept away."""
    row = shelves.put("S0001", 10, shelves.slots(1)[0])
    ordered(3)
    if step != "slot":
        shelves.at_product()
    if step == "qty":
        floor.scans(SUN, "pick", goods.gtin(1))
    asked = floor.scans(SUN, "pick", "CM-DAMAGE")
    assert (asked.step, asked.facts["default"]) == ("broken", "1")
    where = floor.scans(SUN, "pick", "1")
    assert (where.step, where.facts["hint"]) == ("quarantine", quar(floor))
    assert floor.scan(SUN, "pick", floor.slot(shelves.slots(1)[0])).code == "E-QUAR-01"
    done = floor.scans(SUN, "pick", quar(floor))
    assert (done.code, done.step) == ("S-PCK-BROKEN", "slot")
    assert (defects(floor), shelves.stock(row)) == ({"QUAR-1": 1}, (9, 3))
    shelves.walk()
    floor.scans(SUN, "pick", BENCH)
    assert (shelves.state(), shelves.picked(), shelves.stock(row)) == ("PICKED", 3, (6, 0))
    assert len(floor.pack_tote()) == 1
    books()


def test_a_keeper_fetches_what_the_picker_leaves(
    shelves: Shelves, floor: Floor, books: Books, ordered: Callable[..., Answer]
) -> None:
    """It stays in the slot as DEFECT, promised to nobody, and a task brings it to quarantine."""
    (slot,) = shelves.slots(1)
    shelves.put("S0001", 10, slot)
    ordered(3)
    floor.scans(SUN, "pick", "CM-DAMAGE", "2", "CM-SKIP")
    assert defects(floor) == {slot: 2}
    shelves.walk()
    floor.scans(SUN, "pick", BENCH)
    books()
    task = floor.scans(ZHOU, "putaway", goods.gtin(1))
    assert (task.code, task.facts["big"]) == ("S-PUT-TAKEN", "QUAR-1")
    floor.scans(ZHOU, "putaway", task.facts["hint"], "CM-OK")
    assert defects(floor) == {"QUAR-1": 2}
    books()


def test_the_rest_comes_from_another_slot(
    shelves: Shelves, floor: Floor, books: Books, ordered: Callable[..., Answer]
) -> None:
    """Three in the slot, two broken: two from elsewhere; nothing is kept, so nothing has to be counted."""
    here, there = shelves.slots(2)
    first, second = shelves.put("S0001", 3, here), shelves.put("S0001", 5, there, days=320)
    ordered(3)
    done = floor.scans(SUN, "pick", "CM-SHORT", "3", "2", quar(floor))
    assert (done.code, done.step, done.facts["big"]) == ("S-PCK-ELSEWHERE", "slot", here)
    assert (shelves.stock(first), shelves.stock(second)) == ((1, 1), (5, 2))
    shelves.walk()
    floor.scans(SUN, "pick", BENCH)
    assert (shelves.state(), shelves.picked()) == ("PICKED", 3)
    with floor.hub.db.read() as tx:
        assert tx.scalars(select(ShortPick.id)).all() == []
    books()


@pytest.mark.parametrize("taken", [0, 1])
def test_nothing_is_left_for_the_order(
    shelves: Shelves, floor: Floor, books: Books, ordered: Callable[..., Answer], taken: int
) -> None:
    """All are broken and there are no others: SHORT, out of the wave, the picker ends the walk and is free."""
    shelves.put("S0001", 3, shelves.slots(1)[0])
    ordered(3)
    if taken:
        shelves.at_product()
        floor.scans(SUN, "pick", goods.gtin(1), "1")
    done = floor.scans(SUN, "pick", "CM-DAMAGE", str(3 - taken), quar(floor))
    assert (done.code, done.step) == ("W-PCK-SHORT", "shelf" if taken else "end")
    assert (shelves.state(), defects(floor)) == ("SHORT", {"QUAR-1": 3 - taken})
    floor.scans(SUN, "pick", floor.slot("INTC-1") if taken else "CM-OK")
    assert floor.look(SUN, "pick")["step"] == "list"
    books()


def test_the_last_orders_of_a_shared_stop_go_without(
    shelves: Shelves, floor: Floor, books: Books, ordered: Callable[..., Answer]
) -> None:
    """Three single units, two broken, one more elsewhere: first as promised, second elsewhere, third short."""
    here, there = shelves.slots(2)
    shelves.put("S0001", 3, here)
    shelves.put("S0001", 1, there, days=320)
    ordered(1, 1, 1)
    done = floor.scans(SUN, "pick", "CM-DAMAGE", "2", quar(floor))
    assert done.code == "W-PCK-SHORT"
    assert [shelves.state(f"SO-{number}") for number in (1, 2, 3)] == ["WAVED", "WAVED", "SHORT"]
    shelves.walk()
    floor.scans(SUN, "pick", BENCH)
    assert len(floor.pack_tote()) == 2
    books()


def test_nothing_was_broken_after_all(
    shelves: Shelves, floor: Floor, books: Books, ordered: Callable[..., Answer]
) -> None:
    shelves.put("S0001", 3, shelves.slots(1)[0])
    ordered(2)
    assert floor.scans(SUN, "pick", "CM-DAMAGE", "CM-SKIP").step == "slot"
    assert floor.scan(SUN, "pick", "CM-DAMAGE").step == "broken"
    assert [floor.scan(SUN, "pick", raw).code for raw in ("0", "3")] == ["E-QTY-01"] * 2
    assert floor.scans(SUN, "pick", "1", "CM-UNDO").step == "broken"
    assert floor.scans(SUN, "pick", "CM-MENU").step == "list"
    assert defects(floor) == {}
    books()
