"""A station in a folder, for commands."""

from __future__ import annotations

import lzma
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from station.ground.db import schema
from tests.commands import Station


@pytest.fixture
def station(sqlite_hall: Path, pepper: Path, tmp_path: Path) -> Iterator[Station]:
    """A migrated station with people, not served."""
    data = tmp_path / "data"
    data.mkdir()
    shutil.copy(sqlite_hall, data / "station.sqlite3")
    shutil.copy(pepper, data)
    made = Station(data)
    yield made
    made.close()


@pytest.fixture
def worked(station: Station) -> Station:
    """A station that has worked for a day: with stock, orders, papers and confirmations."""
    path = station.data / "station.sqlite3"
    path.unlink()
    recorded = Path(__file__).with_name("upgrades") / "release_0_1.sql.xz"
    with sqlite3.connect(path) as connection:
        connection.executescript(lzma.decompress(recorded.read_bytes()).decode())
    connection.close()
    schema.upgrade(f"sqlite:///{path}", has_copy=True)
    return station
