"""The one way to write: durable answers, units that do not hurt each other, no oversell."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from station.ground.db import BULK, SCAN, Database, DatabaseUnusable, check_journal, has_wal_race, schema
from station.ground.db.writing import CALM_TIMES, LONGEST_REST_S
from tests.patience import PATIENCE_S, beside, until

pytestmark = pytest.mark.both_databases


@pytest.fixture
def counter(db: Database) -> Database:
    db.write(
        lambda tx: tx.execute(
            text("CREATE TABLE piece (id INTEGER PRIMARY KEY, qty INTEGER CHECK (qty >= 0))")
        )
    )
    db.write(lambda tx: tx.execute(text("INSERT INTO piece VALUES (1, 1000)")))
    return db


def _pick(tx: Session) -> bool:
    done = tx.execute(text("UPDATE piece SET qty = qty - 1 WHERE id = 1 AND qty >= 1"))
    return bool(done.rowcount == 1)  # type: ignore[attr-defined]


def _left(db: Database) -> int:
    with db.read() as tx:
        return int(tx.scalar(text("SELECT qty FROM piece")) or 0)


def test_eight_pickers_never_take_more_than_there_is(counter: Database) -> None:

    def work() -> list[bool]:
        return [counter.write(_pick, SCAN) for _ in range(150)]

    taken = [one for mine in beside(*[work] * 8) for one in mine]
    assert (len(taken), sum(taken), _left(counter)) == (1200, 1000, 0)


def test_one_failing_unit_leaves_its_neighbours_alone(counter: Database) -> None:
    """Units that share a commit: the bad one raises for its caller only, and leaves nothing."""
    gate = threading.Event()
    results: list[object] = []

    def blocked(tx: Session) -> bool:
        gate.wait(PATIENCE_S)
        return _pick(tx)

    def bad(tx: Session) -> None:
        _pick(tx)
        raise ValueError("half done")

    def call(work: object) -> None:
        try:
            results.append(counter.write(work))  # type: ignore[arg-type]
        except ValueError as error:
            results.append(str(error))

    beside(*(partial(call, work) for work in (blocked, bad, _pick, _pick)), gate.set)
    assert sorted(map(str, results)) == ["True", "True", "True", "half done"]
    assert _left(counter) == 997


def test_an_answer_means_it_is_visible_to_everybody(counter: Database) -> None:
    counter.write(_pick)
    assert _left(counter) == 999


def test_scans_go_before_bulk_work(counter: Database) -> None:
    """While the writer is busy, a scan that comes later is done before bulk work that waits."""
    if not counter.is_sqlite:
        pytest.skip("PostgreSQL orders its own transactions")
    started, gate, order = threading.Event(), threading.Event(), []

    def slow(_tx: Session) -> None:
        started.set()
        gate.wait(PATIENCE_S)

    with ThreadPoolExecutor() as pool:
        asked = [pool.submit(counter.write, slow, BULK)]
        assert started.wait(PATIENCE_S)
        for name, priority in (("bulk-1", BULK), ("bulk-2", BULK), ("scan", SCAN)):
            asked.append(pool.submit(counter.write, lambda _tx, n=name: order.append(n), priority))
            until(lambda: counter.queued >= len(asked) - 1)
        gate.set()
        assert [done.result() for done in asked] == [None] * 4
    assert order[0] == "scan"


def test_a_scan_has_its_answer_before_the_bulk_work_behind_it_begins(counter: Database) -> None:
    """They never share a commit: the bulk work here waits for the scan's answer and gets it."""
    if not counter.is_sqlite:
        pytest.skip("PostgreSQL orders its own transactions")
    started, gate, answered = threading.Event(), threading.Event(), threading.Event()
    seen: list[bool] = []

    def slow(_tx: Session) -> None:
        started.set()
        gate.wait(PATIENCE_S)

    def scan() -> None:
        counter.write(_pick, SCAN)
        answered.set()

    with ThreadPoolExecutor() as pool:
        asked = [pool.submit(counter.write, slow, BULK)]
        assert started.wait(PATIENCE_S)
        asked.append(pool.submit(scan))
        until(lambda: counter.queued >= 1)
        asked.append(pool.submit(counter.write, lambda _tx: seen.append(answered.wait(PATIENCE_S)), BULK))
        until(lambda: counter.queued >= 2)
        gate.set()
        assert [done.result() for done in asked] == [None] * 3
    assert seen == [True]


def test_bulk_work_rests_only_while_people_scan(counter: Database) -> None:

    def rest(after: int, worked_s: float) -> float:
        counter.write(_pick, after)
        began = time.monotonic()
        counter.give_way(worked_s)
        return time.monotonic() - began

    until(lambda: rest(BULK, 30) < LONGEST_REST_S, "it rested though nobody scans")
    until(lambda: rest(SCAN, 0.15) >= 0.15, "it did not rest")


def test_bulk_work_comes_in_larger_pieces_while_nobody_scans(counter: Database) -> None:
    counter.write(_pick, BULK)
    assert counter.portion(50) == 50 * CALM_TIMES

    def after_a_scan() -> int:
        counter.write(_pick, SCAN)
        return counter.portion(50)

    until(lambda: after_a_scan() == 50, "scans are not waited for")


def test_reading_cannot_write(counter: Database) -> None:
    with counter.read() as tx, pytest.raises(DBAPIError):
        tx.execute(text("UPDATE piece SET qty = 0"))


def test_closing_finishes_what_is_queued(database_url: str) -> None:
    db = Database(database_url)
    db.write(lambda tx: tx.execute(text("CREATE TABLE piece (id INTEGER PRIMARY KEY, qty INTEGER)")))

    def put(number: int, tx: Session) -> None:
        tx.execute(text(f"INSERT INTO piece VALUES ({number}, 1)"))

    beside(*(partial(db.write, partial(put, number)) for number in range(20)))
    db.close()
    again = Database(database_url)
    with again.read() as tx:
        assert tx.scalar(text("SELECT COUNT(*) FROM piece")) == 20
    again.close()


@pytest.mark.parametrize(
    ("version", "is_bad"),
    [
        ((3, 6, 23), False), ((3, 40, 1), True), ((3, 44, 5), True), ((3, 44, 6), False), ((3, 50, 6), True),
        ((3, 50, 7), False), ((3, 51, 2), True), ((3, 51, 3), False), ((3, 53, 4), False),
    ],
)  # fmt: skip
def test_corrupting_versions_of_sqlite_are_known(version: tuple[int, int, int], is_bad: bool) -> None:
    assert has_wal_race(version) is is_bad


def test_wal_is_refused_on_a_corrupting_sqlite() -> None:
    if not has_wal_race(sqlite3.sqlite_version_info):
        pytest.skip("this Python's own SQLite is fixed")
    with pytest.raises(DatabaseUnusable, match="pysqlite3"):
        check_journal(sqlite3, "WAL")
    check_journal(sqlite3, "DELETE")


_CHILD = """
import sys
from station.ground.db import Database
from sqlalchemy import text
db = Database(sys.argv[1])
for i in range(int(sys.argv[2]), 10_000_000):
    db.write(lambda tx: tx.execute(text(f"INSERT INTO piece VALUES ({i}, 1)")))
    print(i, flush=True)
"""


@pytest.mark.parametrize(
    "kills", [(1, 5, 34), pytest.param((1, 2, 3, 5, 8, 13, 21, 34), marks=pytest.mark.long)]
)
def test_what_was_answered_survives_kill_9(tmp_path: Path, kills: tuple[int, ...]) -> None:
    """Again and again: a writer is killed after some answers; every answered row is there."""
    url = f"sqlite:///{tmp_path / 'kill.sqlite3'}"
    schema.upgrade(url)
    db = Database(url)
    db.write(lambda tx: tx.execute(text("CREATE TABLE piece (id INTEGER PRIMARY KEY, qty INTEGER)")))
    db.close()
    start = 0
    for kill_after in kills:
        with subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(_CHILD), url, str(start)], stdout=subprocess.PIPE, text=True,
            cwd=Path(__file__).parents[2],
        ) as child:  # fmt: skip
            assert child.stdout is not None
            answered = [int(child.stdout.readline()) for _ in range(kill_after)]
            os.kill(child.pid, signal.SIGKILL)
            answered += [int(line) for line in child.stdout.read().splitlines()]
        db = Database(url)
        with db.read() as tx:
            kept = set(tx.scalars(text("SELECT id FROM piece")))
            assert tx.scalar(text("PRAGMA integrity_check")) == "ok"
        db.close()
        assert set(answered) <= kept
        start = max(kept) + 1
