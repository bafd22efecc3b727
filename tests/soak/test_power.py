"""The power fails at any moment of a busy shift: what was answered is kept, and the books are whole (P1, P3)."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from station.ground.db import Database, table
from station.ground.scan.models import Scan
from station.wiring import checks
from tests.conftest import missing
from tests.patience import PROCESS_S
from tests.soak import hands, powercut

ORDERS, WORKERS, SEED = 60, 8, 11
IMAGES, LYING = 1000, 60
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Shift:
    """A busy shift: the database as it was before, and all that its process did to its files."""

    before: bytes
    done: Sequence[powercut.Deed]


@pytest.fixture(scope="module")
def shift(tmp_path_factory: pytest.TempPathFactory) -> Shift:
    if shutil.which("cc") is None:
        missing("a C compiler (cc)")
    folder = tmp_path_factory.mktemp("power")
    data = folder / "data"
    hands.prepare(data, ORDERS, WORKERS, SEED)
    before = (data / "station.sqlite3").read_bytes()
    environ = {name: value for name, value in os.environ.items() if not name.startswith("STATION_")}
    environ |= {"LD_PRELOAD": str(powercut.recorder(folder)), "RECORD": str(folder / "record")}
    words = [sys.executable, "-m", "tests.soak.hands", str(data), str(WORKERS), str(SEED)]
    done = subprocess.run(
        words, cwd=ROOT, env=environ, capture_output=True, timeout=PROCESS_S, check=False, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return Shift(before, powercut.deeds(folder / "record"))


def look_at(image: powercut.Image, folder: Path) -> tuple[list[str], int]:
    """What is wrong with the station after the cut, and how many answered scans it no longer knows."""
    folder.mkdir()
    path = folder / "station.sqlite3"
    path.write_bytes(image.database)
    path.with_name("station.sqlite3-wal").write_bytes(image.log)
    answered = {row[0]: (row[1], row[2]) for row in map(json.loads, image.answers.splitlines())}
    db = Database(f"sqlite:///{path}")
    try:
        broken = [f"{item.code}: {text}" for item in checks.run(db) for text in item.violations]
        scan = table(Scan).c
        with db.read() as tx:
            kept = {
                row.scan_id: (row.status, row.code)
                for row in tx.execute(select(scan.scan_id, scan.status, scan.code))
            }
    finally:
        db.close()
        shutil.rmtree(folder)
    return broken, sum(kept.get(scan_id) != answer for scan_id, answer in answered.items())


@pytest.mark.long
def test_no_answered_scan_is_lost_by_a_power_cut(shift: Shift, tmp_path: Path) -> None:
    answers = sum(deed.file == "A" for deed in shift.done)
    assert answers > 500
    wrong: list[str] = []
    for number, image in enumerate(powercut.images(shift.before, shift.done, IMAGES, SEED)):
        broken, lost = look_at(image, tmp_path / str(number))
        wrong += [f"cut {number}: {text}" for text in broken]
        if lost:
            wrong.append(f"cut {number}: {lost} answered scans are lost")
    assert wrong == []


@pytest.mark.long
def test_a_disk_that_lies_about_the_log_is_seen(shift: Shift, tmp_path: Path) -> None:
    """The proof above can fail: without the log's syncs answered scans are lost, or the whole file is."""
    seen = 0
    for number, image in enumerate(powercut.images(shift.before, shift.done, LYING, SEED, syncs=False)):
        try:
            broken, lost = look_at(image, tmp_path / str(number))
        except DatabaseError:
            seen += 1
        else:
            seen += bool(broken or lost)
    assert seen > 0
