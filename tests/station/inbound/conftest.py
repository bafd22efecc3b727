"""What the tests of the dock start from. They run on SQLite; the scenarios run on both databases."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.floor import Floor
from tests.station.inbound.dock import Dock
from tests.station.scenarios.conftest import books, hire, start

__all__ = ["books", "hire", "start"]


@pytest.fixture
def database_url(sqlite_hall: Path, tmp_path: Path) -> str:
    """The URL of a fresh, migrated SQLite file."""
    path = tmp_path / "station.sqlite3"
    shutil.copy(sqlite_hall, path)
    return f"sqlite:///{path}"


@pytest.fixture
def dock(floor: Floor) -> Dock:
    """The dock of a station."""
    return Dock(floor)
