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
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from station.ground.db import BULK, SCAN, Database, DatabaseUnusable, check_journal, has_wal_race, schema


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
    taken: list[bool] = []
    lock = threading.Lock()

    def work() -> None:
        mine = [counter.write(_pick, SCAN) for _ in range(150)]
        with lock:
            taken.extend(mine)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(taken), sum(taken), _left(counter)) == (1200, 1000, 0)


def test_one_failing_unit_leaves_its_neighbours_alone(counter: Database) -> None:
    """Units that share a commit: the bad one raises for its caller only, and leaves nothing."""
    gate = threading.Event()
    results: list[object] = []

    def blocked(tx: Session) -> bool:
        gate.wait(10)
        return _pick(tx)

    def bad(tx: Session) -> None:
        _pick(tx)
        raise ValueError("half done")

    def call(work: object) -> None:
        try:
            results.append(counter.write(work))  # type: ignore[arg-type]
        except ValueError as error:
            results.append(str(error))

    threads = [threading.Thread(target=call, args=(work,)) for work in (blocked, bad, _pick, _pick)]
    for thread in threads:
        thread.start()
    gate.set()
    for thread in threads:
        thread.join()
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
        gate.wait(10)

    threads = [threading.Thread(target=counter.write, args=(slow, BULK))]
    threads[0].start()
    started.wait(10)
    for name, priority in (("bulk-1", BULK), ("bulk-2", BULK), ("scan", SCAN)):
        threads.append(
            threading.Thread(target=counter.write, args=(lambda _tx, n=name: order.append(n), priority))
        )
        threads[-1].start()
        while counter.queued < len(threads) - 1:
            threading.Event().wait(0.001)
    gate.set()
    for thread in threads:
        thread.join()
    assert order[0] == "scan"


def test_a_scan_has_its_answer_before_the_bulk_work_behind_it_begins(counter: Database) -> None:
    """They never share a commit: the bulk work here waits for the scan's answer and gets it."""
    if not counter.is_sqlite:
        pytest.skip("PostgreSQL orders its own transactions")
    started, gate, answered = threading.Event(), threading.Event(), threading.Event()
    seen: list[bool] = []

    def slow(_tx: Session) -> None:
        started.set()
        gate.wait(10)

    def scan() -> None:
        counter.write(_pick, SCAN)
        answered.set()

    threads = [threading.Thread(target=counter.write, args=(slow, BULK)), threading.Thread(target=scan)]
    threads.append(
        threading.Thread(target=counter.write, args=(lambda _tx: seen.append(answered.wait(5)), BULK))
    )
    threads[0].start()
    started.wait(10)
    for number, thread in enumerate(threads[1:], 1):
        thread.start()
        while counter.queued < number:
            threading.Event().wait(0.001)
    gate.set()
    for thread in threads:
        thread.join()
    assert seen == [True]


def test_bulk_work_rests_only_while_people_scan(counter: Database) -> None:
    counter.write(_pick, BULK)
    began = time.monotonic()
    counter.give_way(30)
    assert time.monotonic() - began < 0.1
    counter.write(_pick, SCAN)
    counter.give_way(0.15)
    assert time.monotonic() - began >= 0.15


def test_reading_cannot_write(counter: Database) -> None:
    with counter.read() as tx, pytest.raises(DBAPIError):
        tx.execute(text("UPDATE piece SET qty = 0"))


def test_closing_finishes_what_is_queued(database_url: str) -> None:
    db = Database(database_url)
    db.write(lambda tx: tx.execute(text("CREATE TABLE piece (id INTEGER PRIMARY KEY, qty INTEGER)")))
    threads = [
        threading.Thread(
            target=db.write, args=(lambda tx, i=i: tx.execute(text(f"INSERT INTO piece VALUES ({i}, 1)")),)
        )
        for i in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
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


def test_what_was_answered_survives_kill_9(tmp_path: Path) -> None:
    """Eight times: a writer is killed after some answers; every answered row is there."""
    url = f"sqlite:///{tmp_path / 'kill.sqlite3'}"
    schema.upgrade(url)
    db = Database(url)
    db.write(lambda tx: tx.execute(text("CREATE TABLE piece (id INTEGER PRIMARY KEY, qty INTEGER)")))
    db.close()
    start = 0
    for kill_after in (1, 2, 3, 5, 8, 13, 21, 34):
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
