"""A floor whose slots hold what a test puts there."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from station.wiring import checks
from tests.floor import Floor
from tests.station.outbound.shelves import Shelves


@pytest.fixture
def shelves(floor: Floor) -> Shelves:
    return Shelves(floor)


@pytest.fixture
def books(floor: Floor) -> Callable[[], None]:
    """Assert that every invariant holds."""

    def check() -> None:
        assert checks.broken(floor.hub.db) == []

    return check
