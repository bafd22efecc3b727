"""What tests of the outbound rooms begin with: the days of the scenarios, and a bench with a picked tote."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from tests.floor import Floor
from tests.station.outbound.bench import Bench
from tests.station.outbound.shelves import Shelves
from tests.station.scenarios.conftest import Day, books, hire, shelved, start

__all__ = ["at_bench", "books", "hire", "shelved", "start"]


@pytest.fixture
def at_bench(shelved: Callable[..., Day], floor: Floor) -> Callable[..., Bench]:
    """The orders' goods are picked, each list in a tote of its own, and the packer stands at the bench.

    `gifts` (article, quantity) lie in the gift area.
    """

    def begin(*orders: object, gifts: Sequence[tuple[str, int]] = ()) -> Bench:
        shelved(*orders)
        for sku, qty in gifts:
            Shelves(floor).put(sku, qty, "GIFT-1", status="GIFT")
        floor.release()
        bench = Bench(floor)
        bench.pick_all()
        return bench

    return begin


@pytest.fixture
def shelves(floor: Floor) -> Shelves:
    """Slots that hold what a test puts there."""
    return Shelves(floor)
