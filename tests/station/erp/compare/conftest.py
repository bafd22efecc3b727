"""The yard, and an ERP whose answers a test decides."""

from __future__ import annotations

import pytest

from station.clock import MovableClock
from station.ground.db import Database
from tests.station.erp.compare.twin import Office, Twin
from tests.station.erp.yard import Yard


@pytest.fixture
def office(db: Database, clock: MovableClock) -> Office:
    yard = Yard(db, clock)
    yard.connect("erp", kind="odoo", is_main=True)
    return Office(yard, Twin())
