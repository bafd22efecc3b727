"""How much can still be sold, and who gets it when there is not enough for all (P12, S-36)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from station.catalog.models import Sku
from station.outbound.orders import free, planner
from station.stock.models import Location, Stock
from tests.floor import Floor
from tests.station.outbound.shelves import Shelves
from tests.station.scenarios.conftest import order_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
Books = Callable[[], None]


def _free(floor: Floor, code: str = "S0001") -> int:
    with floor.hub.db.read() as tx:
        sku = tx.scalars(select(Sku.id).where(Sku.code == code)).one()
        return free.free_by_sku(tx, floor.hub.clock.today(), [sku]).get(sku, 0)


def _levels(floor: Floor, code: str = "S0001") -> list[tuple[str, int, int]]:
    with floor.hub.db.read() as tx:
        sku = tx.scalars(select(Sku.id).where(Sku.code == code)).one()
        found = free.levels(tx, floor.hub.clock.today(), [sku]).get(sku, [])
        return [(level.status, level.qty_each, level.free_each) for level in found]


def test_free_falls_with_every_step_once(shelves: Shelves, floor: Floor, books: Books) -> None:
    """Soft at the reservation, hard at the wave, gone at the pick: six of ten are free all the way."""
    shelves.put("S0001", 10, shelves.slots(1)[0])
    assert _free(floor) == 10
    floor.erp(order_of(1, ("S0001", 4)))
    assert _free(floor) == 10, "nobody has looked at it yet"
    floor.advance_orders()
    assert _free(floor) == 6
    floor.release()
    assert _free(floor) == 6
    floor.pick_next()
    assert _free(floor) == 6
    assert _levels(floor) == [("GOOD", 10, 6)]
    books()


@pytest.mark.parametrize("state", ["FROZEN", "CLOSED"])
def test_a_slot_that_takes_no_part_is_not_sold_from(shelves: Shelves, floor: Floor, state: str) -> None:
    """E-LOC-02's goods are on hand and not free."""
    here, there = shelves.slots(2)
    shelves.put("S0001", 3, here)
    shelves.put("S0001", 2, there)
    floor.hub.db.write(
        lambda tx: tx.execute(update(Location).where(Location.code == here).values(state=state))
    )
    assert (_free(floor), _levels(floor)) == (2, [("GOOD", 5, 2)])


@pytest.mark.parametrize("status", ["HOLD", "DEFECT", "INSPECT", "NEAR", "GIFT", "EXPIRED"])
def test_only_good_stock_is_free(shelves: Shelves, floor: Floor, status: str) -> None:
    """§3: only GOOD is allocatable to sales."""
    row = shelves.put("S0001", 3, shelves.slots(1)[0])
    floor.hub.db.write(lambda tx: tx.execute(update(Stock).where(Stock.id == row).values(status=status)))
    assert (_free(floor), _levels(floor)) == (0, [(status, 3, 0)])


def test_expired_goods_are_on_hand_and_not_free(shelves: Shelves, floor: Floor) -> None:
    """T5: on the day of expiry they are sold no more than the day after."""
    shelves.put("S0001", 3, shelves.slots(1)[0], days=-1)
    assert (_free(floor), _levels(floor)) == (0, [("GOOD", 3, 0)])


def test_a_tote_is_not_a_shelf(shelves: Shelves, floor: Floor) -> None:
    """What lies in totes, lanes and at the intercept shelf belongs to somebody or waits for somebody."""
    for number, place in enumerate(("T001", "LANE-ZTO", "INTC-1", "DOCK-1", "QUAR-1", "PACK-1"), 1):
        shelves.put("S0001", number, place)
    assert (_free(floor), _levels(floor)) == (0, [("GOOD", 21, 0)])


def test_never_less_than_nothing_is_told(shelves: Shelves, floor: Floor) -> None:
    """Goods went away that were reserved: the planner knows how many are missing, the office hears nought."""
    row = shelves.put("S0001", 5, shelves.slots(1)[0])
    floor.erp(order_of(1, ("S0001", 5)))
    floor.advance_orders()
    floor.hub.db.write(lambda tx: tx.execute(update(Stock).where(Stock.id == row).values(on_hand=2)))
    assert (_free(floor), _levels(floor)) == (-3, [("GOOD", 2, 0)])


# --- who gets it ---------------------------------------------------------------------------------


def _ready(floor: Floor, limit: int = 100) -> list[str]:
    from station.outbound.orders.models import DeliveryOrder

    with floor.hub.db.read() as tx:
        ids = planner.reservable(tx, floor.hub.clock.today(), limit)
        names = dict(tx.execute(select(DeliveryOrder.id, DeliveryOrder.erp_no)).all())
        return [names[order_id] for order_id in ids]


def _audited(floor: Floor, *orders: object) -> None:
    from station.ground.work import SYSTEM
    from station.outbound.orders import auditing

    floor.erp(*orders)
    with floor.hub.db.read() as tx:
        new = planner.new_ids(tx, 1000)
    floor.hub.works.do(lambda work: auditing.audit(work, new), SYSTEM)


def test_the_nearest_promise_is_served_first(shelves: Shelves, floor: Floor) -> None:
    """Latest ship ascending, orders without one last, then as they came."""
    shelves.put("S0001", 3, shelves.slots(1)[0])
    now = floor.hub.clock.now()
    late = [None, timedelta(hours=9), timedelta(hours=2), None, timedelta(hours=2)]
    _audited(
        floor,
        *(
            replace(order_of(number, ("S0001", 1)), latest_ship_at=now + hours if hours else None)
            for number, hours in enumerate(late, 1)
        ),
    )
    assert _ready(floor) == ["SO-3", "SO-5", "SO-2"]
    assert _ready(floor, 1) == ["SO-3"]


def test_a_large_order_does_not_block_the_small_ones(shelves: Shelves, floor: Floor) -> None:
    """All or nothing for each: ten are wanted, five are there, and two are for the next."""
    shelves.put("S0001", 5, shelves.slots(1)[0])
    _audited(floor, order_of(1, ("S0001", 10)), order_of(2, ("S0001", 2)), order_of(3, ("S0001", 4)))
    assert _ready(floor) == ["SO-2"]


def test_two_lines_of_one_article_are_added_up(shelves: Shelves, floor: Floor, books: Books) -> None:
    """3 + 3 of 5: each alone would fit, both do not."""
    shelves.put("S0001", 5, shelves.slots(1)[0])
    _audited(floor, order_of(1, ("S0001", 3), ("S0001", 3)), order_of(2, ("S0001", 2), ("S0001", 3)))
    assert _ready(floor) == ["SO-2"]
    floor.release()
    assert (shelves.state("SO-1"), shelves.state("SO-2")) == ("AUDITED", "WAVED")
    books()


def test_an_order_with_one_missing_article_takes_nothing(
    shelves: Shelves, floor: Floor, books: Books
) -> None:
    """Ship-complete: what the first order cannot use is the second's."""
    shelves.put("S0001", 2, shelves.slots(1)[0])
    _audited(floor, order_of(1, ("S0001", 2), ("S0002", 1)), order_of(2, ("S0001", 2)))
    assert _ready(floor) == ["SO-2"]
    books()


def test_the_planner_serves_whoever_waits_when_goods_come(shelves: Shelves, floor: Floor) -> None:
    """Audited at once, reserved by the look after the goods came; a look without news moves nothing."""
    loop = planner.Planner(floor.hub.works)
    floor.erp(order_of(1, ("S0001", 2)))
    assert loop.turn()
    assert not loop.turn()
    shelves.put("S0001", 2, shelves.slots(1)[0])
    with floor.hub.db.read() as tx:
        before = planner.pulse(tx)
    assert planner.Planner(floor.hub.works).turn()
    with floor.hub.db.read() as tx:
        assert planner.pulse(tx) != before
    assert shelves.state() == "ALLOCATED"
