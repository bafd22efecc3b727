"""A database made by release 0.1 (its demo after a simulated day) becomes this release's, or stays what it was."""

from __future__ import annotations

import lzma
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, inspect, select

from station.ground.db import Database, schema
from station.outbound.orders.models import Allocation, DeliveryOrder
from station.wiring import checks

RECORDED = Path(__file__).with_name("release_0_1.sql.xz")


@pytest.fixture
def first(tmp_path: Path) -> Path:
    """The file as release 0.1 left it."""
    path = tmp_path / "station.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.executescript(lzma.decompress(RECORDED.read_bytes()).decode())
    connection.close()
    return path


def test_it_migrates_and_its_books_are_right(first: Path) -> None:
    before, after = schema.upgrade(f"sqlite:///{first}")
    assert (before, after) == ("0001", schema.head())
    db = Database(f"sqlite:///{first}")
    try:
        assert checks.broken(db) == []
        with db.read() as tx:
            assert tx.scalar(select(func.count()).select_from(DeliveryOrder)) == 8
            assert (
                tx.scalar(select(func.count()).select_from(Allocation)) or 0
            ) > 8  # promises kept their owners
    finally:
        db.close()


def test_what_it_moved_without_a_history_is_written_down_as_it_stood(first: Path) -> None:
    """And an edit from then on is found."""
    schema.upgrade(f"sqlite:///{first}")
    with sqlite3.connect(first) as connection:
        adopted = connection.execute(
            "SELECT doc_type, new, count(*) FROM history WHERE event = 'adopt' GROUP BY doc_type, new"
        ).fetchall()
        connection.execute("UPDATE parcel SET state = 'STAGED' WHERE id = 1")
    connection.close()
    assert adopted == [
        ("CT", "STORED", 12),
        ("PARCEL", "SHIPPED", 8),
        ("PK", "EMPTY", 7),
        ("PT", "DONE", 12),
        ("WV", "DONE", 5),
    ]
    db = Database(f"sqlite:///{first}")
    try:
        (line,) = [line for line in checks.broken(db) if line.startswith("I15")]
    finally:
        db.close()
    assert line == "I15: document DO2611270001X-1, state STAGED, told SHIPPED"


def test_the_file_is_closed_to_others(first: Path) -> None:
    """Until 0.4 everybody on the machine could read names, addresses and hashes of PINs."""
    first.chmod(0o644)
    schema.upgrade(f"sqlite:///{first}")
    assert first.stat().st_mode & 0o777 == 0o600


def test_a_copy_of_the_old_file_lies_beside_it(first: Path) -> None:
    schema.upgrade(f"sqlite:///{first}")
    (copy,) = first.parent.glob("*before*.sqlite3")
    with sqlite3.connect(copy) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


def test_a_copy_that_a_killed_start_left_half_is_made_again(first: Path) -> None:
    half = first.with_name(f"station-before-{schema.head()}-from-0001.part")
    half.write_bytes(b"SQLite format 3\x00half")
    schema.upgrade(f"sqlite:///{first}")
    (copy,) = first.parent.glob("*before*.sqlite3")
    assert copy.stat().st_size > 100_000
    assert not half.exists()


def test_a_damaged_copy_with_the_right_name_is_no_copy(first: Path) -> None:
    copy = first.with_name(f"station-before-{schema.head()}-from-0001.sqlite3")
    copy.write_bytes(first.read_bytes()[:50_000])
    schema.upgrade(f"sqlite:///{first}")
    with sqlite3.connect(copy) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
    connection.close()
    assert copy.stat().st_mode & 0o777 == 0o600


_KILLED_COPYING = """
import os, sys
from station.ground.db import schema
def die(event, args):
    if event == "os.rename" and str(args[0]).endswith(".part"):
        os.kill(os.getpid(), 9)
sys.addaudithook(die)
schema.upgrade(sys.argv[1])
"""


def test_a_copy_that_was_never_finished_is_not_taken_for_one(first: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _KILLED_COPYING, f"sqlite:///{first}"],
        check=False,
        env=os.environ | {"PYTHONPATH": str(Path.cwd())},
    )
    assert done.returncode == -signal.SIGKILL
    assert not list(first.parent.glob("*before*.sqlite3"))
    with sqlite3.connect(first) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
    connection.close()
    schema.upgrade(f"sqlite:///{first}")
    assert len(list(first.parent.glob("*before*.sqlite3"))) == 1
    assert not list(first.parent.glob("*.part"))


_FULL = """
import resource, sys
from station.ground.db import DatabaseUnusable, schema
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
try:
    schema.upgrade(sys.argv[1])
except DatabaseUnusable as error:
    sys.exit(str(error))
"""


def test_without_room_for_a_whole_copy_the_migration_does_not_begin(first: Path) -> None:
    before = first.read_bytes()
    done = subprocess.run(
        [sys.executable, "-c", _FULL, f"sqlite:///{first}"],
        check=False,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path.cwd())},
    )
    (sentence,) = done.stderr.strip().splitlines()
    assert "no whole copy could be written" in sentence
    assert done.returncode == 1
    with sqlite3.connect(first) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
    connection.close()
    assert len(before) == first.stat().st_size
    assert not list(first.parent.glob("*before*"))


_KILLED = """
import os, sys
from sqlalchemy import event
from sqlalchemy.engine import Engine
from station.ground.db import schema
left = int(sys.argv[2])
@event.listens_for(Engine, "before_cursor_execute")
def count(conn, cursor, statement, *rest):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), 9)
schema.upgrade(sys.argv[1])
"""


@pytest.mark.parametrize("at", [12, 60, 150, 260])
def test_killed_in_the_middle_it_is_the_old_one_or_the_new_one(first: Path, at: int) -> None:
    url = f"sqlite:///{first}"
    done = subprocess.run(
        [sys.executable, "-c", _KILLED, url, str(at)],
        check=False,
        capture_output=True,
        env=os.environ | {"PYTHONPATH": str(Path.cwd())},
    )
    assert done.returncode in {0, -signal.SIGKILL}, done.stderr.decode()[-500:]
    db = Database(url)
    with db.engine.connect() as connection:
        found = schema.current(connection)
        assert found in {"0001", schema.head()}
        names = set(inspect(connection).get_table_names())
        assert ("promise" in names) is (found == schema.head())
    db.close()
    schema.upgrade(url)  # a second try completes it
    db = Database(url)
    assert checks.broken(db) == []
    db.close()
