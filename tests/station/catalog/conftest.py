"""The clerk at the desk with the articles of the demo; goods in their slots where a test begins there."""

from __future__ import annotations

import pytest

from station.practice.demo import goods
from tests import days
from tests.days import Day
from tests.floor import Floor
from tests.station.storage.opening.conftest import Desk


@pytest.fixture
def desk(floor: Floor) -> Desk:
    floor.erp(*goods.products(4))
    return Desk(floor)


@pytest.fixture
def shelved(floor: Floor) -> Day:
    return days.begin(floor, is_shelved=True)
