"""Days that several scenarios start from."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from station.exchange import documents as erp
from station.ground.words.actor import Role
from station.people.rules import add_user
from station.wiring import checks
from tests import days
from tests.days import Day, order_of
from tests.floor import Floor

__all__ = ["Day", "order_of"]


@pytest.fixture
def start(floor: Floor) -> Callable[..., Day]:
    """Begin a day with the given orders (default: two for several units)."""
    return partial(_begin, floor, is_shelved=False)


@pytest.fixture
def shelved(floor: Floor) -> Callable[..., Day]:
    """The same, and the goods are in their slots."""
    return partial(_begin, floor, is_shelved=True)


def _begin(floor: Floor, *orders: erp.OrderDocument, is_shelved: bool) -> Day:
    usual = order_of(1, ("S0001", 3), ("S0002", 1)), order_of(2, ("S0003", 2))
    return days.begin(floor, *(orders or usual), is_shelved=is_shelved)


@pytest.fixture
def hire(floor: Floor) -> Callable[..., str]:
    """Give somebody a badge with the given roles; the badge number."""

    def make(number: str, *roles: Role) -> str:
        hub = floor.hub
        pin_hash = hub.pins.hash("1234")
        hub.db.write(lambda tx: add_user(tx, number, f"人{number}", pin_hash, roles, hub.clock.now()))
        return number

    return make


@pytest.fixture
def books(floor: Floor) -> Callable[[], None]:
    """Assert that every invariant holds."""

    def check() -> None:
        assert checks.broken(floor.hub.db) == []

    return check
