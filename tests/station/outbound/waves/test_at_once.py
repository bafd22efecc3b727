"""Two who release at the same moment: locks of the database, so on both of them (P12, I4, I7)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from station.ground.work import SYSTEM
from station.outbound.orders.models import Allocation
from station.outbound.waves import rules
from station.outbound.waves.models import WaveOrder
from tests.floor import Floor
from tests.station.outbound.shelves import Shelves
from tests.station.scenarios.conftest import order_of

pytestmark = pytest.mark.both_databases


def test_nothing_is_promised_twice_and_no_order_is_in_two_waves(
    shelves: Shelves, floor: Floor, books: Callable[[], None]
) -> None:
    """Twelve orders that share their articles, in small waves, released by three at once."""
    here, there = shelves.slots(2)
    rows = [shelves.put("S0001", 20, here, days=200), shelves.put("S0002", 20, there, days=300)]
    floor.erp(*(order_of(number, ("S0001", 1), ("S0002", 1 + number % 2)) for number in range(1, 7)))
    floor.erp(*(order_of(number, ("S0001", 1)) for number in range(7, 13)))
    floor.advance_orders()
    with ThreadPoolExecutor(3) as people:
        done = list(people.map(lambda _: rules.release(floor.hub.works, SYSTEM), range(3)))
    assert sum(one.orders for one in done) == 12
    with floor.hub.db.read() as tx:
        assert tx.scalar(select(func.count()).select_from(WaveOrder)) == 12
        assert tx.scalar(select(func.sum(Allocation.qty))) == 12 + 9
    assert [shelves.stock(row) for row in rows] == [(20, 12), (20, 9)]
    books()
