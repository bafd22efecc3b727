"""The one way to write: see the package's docstring."""

from __future__ import annotations

import contextlib
import itertools
import queue
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from station.ground.db.engines import DatabaseUnusable, make_engine

T = TypeVar("T")
Work = Callable[[Session], T]

SCAN, DESK, BULK = 0, 1, 2
"""Priorities of a write: a worker waits, a person at a desk waits, nobody waits."""

BATCH = 64
"""Most units that share one commit."""

BUSY_S, LONGEST_REST_S = 2.0, 0.2
"""Since a scan the floor counts as busy this long; the longest rest between two pieces of bulk work."""


@dataclass(order=True)
class _Unit:
    priority: int
    order: int
    work: Work[Any] = field(compare=False)
    answer: Future[Any] = field(compare=False)


class Database:
    """One database of one warehouse: `read()` for looking, `write(work)` for changing.

    `commit_delay_ms` lengthens every commit: the bench uses it to stand for an ordinary disk.
    """

    def __init__(
        self, url: str, *, journal: str = "WAL", commit_delay_ms: int = 0, pool_size: int = 16
    ) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self.engine = make_engine(url, journal=journal, pool_size=pool_size, read_only=False)
        if self.is_sqlite:
            self._readers = make_engine(url, journal=journal, pool_size=pool_size, read_only=True)
            self._writer: _GroupWriter | None = _GroupWriter(self.engine, commit_delay_ms)
        else:
            self._readers = self.engine.execution_options(postgresql_readonly=True)
            self._writer = None
        self._delay_s = commit_delay_ms / 1000
        self._scanned_at = float("-inf")
        self._rest = threading.Event()

    @contextlib.contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one consistent state and cannot write."""
        with Session(self._readers, autoflush=False, expire_on_commit=False) as session:
            yield session

    def write(self, work: Work[T], priority: int = DESK) -> T:
        """Run `work` in one transaction and return its answer once that is durable."""
        if priority == SCAN:
            self._scanned_at = time.monotonic()
        if self._writer is not None:
            answer: T = self._writer.submit(work, priority).result()
            return answer
        return self._write_alone(work)

    def _write_alone(self, work: Work[T], tries: int = 8) -> T:
        for attempt in itertools.count(1):
            try:
                with Session(self.engine, expire_on_commit=False) as session, session.begin():
                    answer = work(session)
                    session.flush()
                    if self._delay_s:
                        time.sleep(self._delay_s)
                return answer  # noqa: TRY300 — after the commit, which may still fail
            except DBAPIError as error:
                if attempt >= tries or not _worth_repeating(error):
                    raise
                time.sleep(0.002 * attempt)
        raise AssertionError

    def give_way(self, worked_s: float) -> None:
        """Between two pieces of bulk work that took `worked_s`: rest as long while people scan.

        An import that takes all of the processor makes every scan beside it slow, however short its
        transactions are; on an idle floor it goes at full speed.
        """
        if time.monotonic() - self._scanned_at < BUSY_S:
            self._rest.wait(min(worked_s, LONGEST_REST_S))

    def optimize(self) -> None:
        """Let SQLite sample tables that have grown tenfold, so that it plans by what is there.

        Without it the planner guesses, and starts a join at the larger table. PostgreSQL does the same by
        itself (autovacuum).
        """
        if self.is_sqlite:
            self.write(_sample, BULK)

    @property
    def queued(self) -> int:
        """How many units wait for the writer."""
        return self._writer.waiting if self._writer else 0

    def close(self) -> None:
        """Finish what is queued and close every connection."""
        self._rest.set()
        if self._writer is not None:
            self._writer.close()
        self._readers.dispose()
        self.engine.dispose()


def _sample(tx: Session) -> None:
    # 400 rows of each index are enough to choose by and keep it short; 0x10002: all tables, not only those
    # that this connection has asked.
    tx.execute(text("PRAGMA analysis_limit=400"))
    tx.execute(text("PRAGMA optimize=0x10002"))


def _worth_repeating(error: DBAPIError) -> bool:
    """Serialisation failure, deadlock, or a unique key taken meanwhile (PostgreSQL)."""
    state = getattr(error.orig, "sqlstate", None)
    return state in {"40001", "40P01"} or (isinstance(error, IntegrityError) and state == "23505")


class _GroupWriter:
    """The only thread that writes to SQLite (design §4, "group commit")."""

    def __init__(self, engine: Engine, commit_delay_ms: int) -> None:
        self._engine = engine
        self._delay_s = commit_delay_ms / 1000
        self._queue: queue.PriorityQueue[_Unit] = queue.PriorityQueue()
        self._order = itertools.count()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    @property
    def waiting(self) -> int:
        return self._queue.qsize()

    def submit(self, work: Work[Any], priority: int) -> Future[Any]:
        if self._stop.is_set():
            raise DatabaseUnusable("the database is closed")
        if threading.current_thread() is self._thread:
            raise RuntimeError("a unit of work must not write through the database again")
        self._start()
        unit = _Unit(priority, next(self._order), work, Future())
        self._queue.put(unit)
        return unit.answer

    def _start(self) -> None:
        if self._thread is None:
            with self._starting:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
                    self._thread.start()

    def _run(self) -> None:
        while True:
            batch = self._next_batch()
            if batch:
                self._commit(batch)
            elif self._stop.is_set():
                return

    def _next_batch(self) -> list[_Unit]:
        """What is queued now, scans first. Bulk work goes by itself, one piece at a time: a scan waits for
        at most the piece that is running, and never shares its commit with one.
        """
        try:
            batch = [self._queue.get(timeout=0.5)]
        except queue.Empty:
            return []
        while len(batch) < BATCH and batch[-1].priority < BULK and self._is_next_short():
            batch.append(self._queue.get_nowait())
        return [unit for unit in batch if unit.order >= 0]

    def _is_next_short(self) -> bool:
        """Whether something other than bulk work waits; this thread alone takes units out."""
        with self._queue.mutex:
            return bool(self._queue.queue) and self._queue.queue[0].priority < BULK

    def _commit(self, batch: list[_Unit]) -> None:
        """Run the units in one transaction and answer after its commit.

        When one raises, nothing of the batch has happened; each unit is then run on its own, so that
        a failure is its caller's and nobody else's.
        """
        answers: list[Any] = []
        try:
            with Session(self._engine, expire_on_commit=False) as session, session.begin():
                for unit in batch:
                    answers.append(unit.work(session))
                    session.flush()
                    session.expunge_all()
            if self._delay_s:
                time.sleep(self._delay_s)
        except BaseException as error:  # noqa: BLE001 — the waiting thread must hear of it
            if len(batch) == 1:
                batch[0].answer.set_exception(error)
                return
            for unit in batch:
                self._commit([unit])
            return
        for unit, answer in zip(batch, answers, strict=True):
            unit.answer.set_result(answer)

    def close(self) -> None:
        self._stop.set()
        if self._thread is not None:
            # a unit that does nothing wakes the thread; negative order keeps it out of a batch
            self._queue.put(_Unit(BULK, -1, lambda _tx: None, Future()))
            self._thread.join()
