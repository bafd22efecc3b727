"""A wave whose goods stand at a sort wall."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from tests.floor import Floor
from tests.station.outbound.sorting.wall import Wall
from tests.station.scenarios.conftest import Day


@pytest.fixture
def at_wall(shelved: Callable[..., Day], floor: Floor) -> Callable[..., Wall]:
    """The orders' goods were picked in one walk, and their tote stands at a wall with `cells` cells. Pieces of
    S0001 have these `numbers`.
    """

    def begin(*orders: object, cells: int = 6, numbers: Sequence[str] = ()) -> Wall:
        shelved(*orders)
        wall = Wall(floor)
        if numbers:
            wall.number(numbers)
        wall.hang(cells)
        wall.release()
        wall.pick()
        return wall

    return begin
