"""An empty station, and halls by description."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from station.clock import MovableClock
from station.ground.db import Database
from station.settings import Settings
from station.wiring import hub as hubs
from station.wiring.hub import Hub


@pytest.fixture
def empty(db: Database, clock: MovableClock, tmp_path: Path, pepper: Path) -> Hub:
    """A station just installed: no people, no places, nothing."""
    data = tmp_path / "data"
    data.mkdir(exist_ok=True)
    shutil.copy(pepper, data)
    return hubs.build(Settings(data=data), db=db, clock=clock)
