"""Twenty copies of a station that works a day, each put back elsewhere and judged (long)."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from station.clock import SystemClock
from station.copies import backup, restore
from station.ground.db import Database
from station.serving.server import free_port
from station.settings import Settings
from station.wiring import checks
from tests.commands import Station, answers
from tests.patience import PROCESS_S, until

pytestmark = pytest.mark.long

COPIES = 20


def test_copies_beside_a_working_day_are_restored_and_right(database_url: str, tmp_path: Path) -> None:
    is_sqlite = database_url.startswith("sqlite")
    demo = Station(tmp_path / "demo")
    demo.environ |= {} if is_sqlite else {"STATION_DATABASE_URL": database_url}
    settings = Settings(data=demo.data, database_url="" if is_sqlite else database_url)
    clock, port = SystemClock(settings.zone), free_port()
    try:
        server = demo.begin("demo", "--host", "127.0.0.1", "--port", str(port), "--orders", "60")
        until(lambda: server.poll() is not None or answers(port), patience_s=PROCESS_S)
        day = demo.begin(
            "simulate", "--url", f"http://127.0.0.1:{port}", "--orders", "60", "--workers", "8", "--json"
        )
        rows = []
        for number in range(COPIES):
            made = backup.make(settings, clock, tmp_path / f"{number}.zip")
            rows.append(made.manifest.rows)
            there = Settings(data=tmp_path / "there")
            restore.restore(there, clock, made.path)
            books = Database(there.url)
            try:
                assert checks.broken(books) == [], number
            finally:
                books.close()
            shutil.rmtree(there.data)
            made.path.unlink()
        day.communicate(timeout=PROCESS_S)
    finally:
        demo.close()
    books = Database(settings.url)
    assert checks.broken(books) == []
    books.close()
    assert rows[0]["scan"] < rows[-1]["scan"]  # it did work meanwhile
    assert len({tuple(sorted(row.items())) for row in rows}) > 1
