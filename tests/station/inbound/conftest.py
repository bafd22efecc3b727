"""What the tests of the dock start from."""

from __future__ import annotations

import pytest

from tests.floor import Floor
from tests.station.inbound.dock import Dock
from tests.station.scenarios.conftest import books, hire, start

__all__ = ["books", "hire", "start"]


@pytest.fixture
def dock(floor: Floor) -> Dock:
    """The dock of a station."""
    return Dock(floor)
