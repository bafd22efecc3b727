"""The only thread that writes to SQLite: units that wait share one commit."""

from __future__ import annotations

import itertools
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from station.ground.db.engines import DatabaseUnusable, FateUnknown

T = TypeVar("T")
Work = Callable[[Session], T]
SCAN, DESK, BULK = 0, 1, 2
"""Priorities of a write: a worker waits, a person at a desk waits, nobody waits."""
BATCH = 64
"""Most units that share one commit."""


@dataclass(order=True)
class _Unit:
    priority: int
    order: int
    work: Work[Any] = field(compare=False)
    answer: Future[Any] = field(compare=False)


class GroupWriter:
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

    @property
    def lives(self) -> bool:
        """Whether its thread runs, was not needed yet, or was asked to end."""
        return self._thread is None or self._thread.is_alive() or self._stop.is_set()

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
        is_asked = False
        try:
            with Session(self._engine, expire_on_commit=False) as session:
                for unit in batch:
                    answers.append(unit.work(session))
                    session.flush()
                    session.expunge_all()
                is_asked = True
                session.commit()
            if self._delay_s:
                time.sleep(self._delay_s)
        except BaseException as error:  # noqa: BLE001 — the waiting thread must hear of it
            if len(batch) == 1:
                batch[0].answer.set_exception(_fate(error) if is_asked else error)
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


def _fate(error: BaseException) -> BaseException:
    """What a failed commit means: after a failed write or flush of the log nobody knows until the next start.

    A full disk or a busy file is a plain no: the end of the transaction was never written.
    """
    code = getattr(getattr(error, "orig", None), "sqlite_errorcode", 0) or 0
    if code & 0xFF != _IOERR:
        return error
    unknown = FateUnknown("the disk did not answer the commit")
    unknown.__cause__ = error
    return unknown


_IOERR = 10
"""SQLITE_IOERR, the low byte of all its kinds."""
