"""What the desk has decided is what the dock judges by, from the next scan on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from station.ground.knobs import changing
from station.ground.work import SYSTEM
from station.rooms import ROOMS
from station.settings import Rules
from station.stock.shelf_life import Gate, LifeRule, expiry, production
from tests.station.inbound.dock import MUG, Dock, ean

DECLARED = {one.name: one for room in ROOMS for one in room.settings}


def test_the_articles_days_win_over_the_warehouses() -> None:
    """禁收: an article without days of its own has the warehouse's; 0 asks for none."""
    assert Gate.of(Rules(reject_days=30), None) == Gate(LifeRule.ELAPSED, 30)
    assert Gate.of(Rules(reject_days=30), 0) == Gate(LifeRule.ELAPSED, 0)
    assert Gate.of(Rules(life_rule="REMAINING"), None) == Gate(LifeRule.REMAINING, None)


@pytest.mark.parametrize("unit", ["D", "M"])
def test_a_day_earlier_where_production_is_the_first_day(unit: str) -> None:
    made = date(2026, 4, 1)
    until = expiry(made, 10, unit, day0=False)
    assert until == expiry(made, 10, unit) - timedelta(1)
    assert production(until, 10, unit, day0=False) == made


def test_more_than_ordered_as_far_as_the_desk_allows(dock: Dock, books: Callable[[], None]) -> None:
    """T20 with a tolerance that is set while the receiver counts: of 24 ordered 27 come, 10 % more are 2."""
    dock.truck((MUG, 24))
    dock.tries(ean(MUG), "2", "CM-OK")
    allow = DECLARED["over_pct"]
    dock.floor.hub.works.do(lambda work: changing.change(work, allow, "10", was="0", reason="x"), SYSTEM)
    refused = dock.tries("3")
    assert (refused.code, refused.facts["big"]) == ("E-RCV-05", "1")
    dock.li("CM-OK", "1")
    (line,) = dock.lines()
    assert (line.qty_delivered, line.qty_accepted, line.qty_rejected) == (27, 26, 1)
    books()
