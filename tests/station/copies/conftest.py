"""A station whose copy is made and put back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from station.settings import Settings


@pytest.fixture
def settings(database_url: str, tmp_path: Path, hub: object) -> Settings:
    """A station with a hall, of either database, that nobody works on."""
    (tmp_path / "data" / "photos").mkdir()
    (tmp_path / "data" / "photos" / "S1.jpg").write_bytes(b"old picture")
    if database_url.startswith("sqlite"):
        shutil.copy(tmp_path / "station.sqlite3", tmp_path / "data" / "station.sqlite3")
        return Settings(data=tmp_path / "data")
    return Settings(data=tmp_path / "data", database_url=database_url)
