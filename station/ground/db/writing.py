"""The one way to write: see the package's docstring."""

from __future__ import annotations

import contextlib
import itertools
import threading
import time
from collections.abc import Iterator
from typing import TypeVar

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from station.ground.db.engines import FateUnknown, make_engine
from station.ground.db.group import BULK, DESK, SCAN, GroupWriter, Work
from station.ground.db.space import Trouble

T = TypeVar("T")

BUSY_S, LONGEST_REST_S = 2.0, 0.2
"""Since a scan the floor counts as busy this long; the longest rest between two pieces of bulk work."""
CALM_TIMES = 4
"""So many times as much may a piece of bulk work hold while nobody scans."""


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
            self._writer: GroupWriter | None = GroupWriter(self.engine, commit_delay_ms)
        else:
            self._readers = self.engine.execution_options(postgresql_readonly=True)
            self._writer = None
        self.trouble = Trouble.NONE
        """Why no new work is taken, as `station.ground.vitals` saw it last; who takes work asks."""
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
            is_asked = False
            try:
                with Session(self.engine, expire_on_commit=False) as session:
                    answer = work(session)
                    session.flush()
                    if self._delay_s:
                        time.sleep(self._delay_s)
                    is_asked = True
                    session.commit()
                return answer  # noqa: TRY300 — after the commit, which may still fail
            except DBAPIError as error:
                if is_asked and not _is_refused(error):
                    raise FateUnknown("the database did not answer the commit") from error
                if attempt >= tries or not _worth_repeating(error):
                    raise
                time.sleep(0.002 * attempt)
        raise AssertionError

    def give_way(self, worked_s: float) -> None:
        """Between two pieces of bulk work that took `worked_s`: rest as long while people scan.

        An import that takes all of the processor makes every scan beside it slow, however short its
        transactions are; on an idle floor it goes at full speed.
        """
        if self._is_busy():
            self._rest.wait(min(worked_s, LONGEST_REST_S))

    def portion(self, few: int) -> int:
        """How much one piece of bulk work may hold: `few` while people scan, more on an idle floor."""
        return few if self._is_busy() else few * CALM_TIMES

    def _is_busy(self) -> bool:
        return time.monotonic() - self._scanned_at < BUSY_S

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

    def is_writing(self) -> bool:
        """Whether what is handed over will be written: the writer's thread lives, or nobody needed it yet."""
        return self._writer is None or self._writer.lives

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


def _is_refused(error: DBAPIError) -> bool:
    """Whether PostgreSQL itself said no to a commit: it rolled back, or a deferred constraint does not hold.

    Anything else (a lost connection, a server that stops) may come after the commit was made.
    """
    state = getattr(error.orig, "sqlstate", None) or ""
    return state[:2] in {"23", "40"} and state != "40003"


def _worth_repeating(error: DBAPIError) -> bool:
    """Serialisation failure, deadlock, or a unique key taken meanwhile (PostgreSQL)."""
    state = getattr(error.orig, "sqlstate", None)
    return state in {"40001", "40P01"} or (isinstance(error, IntegrityError) and state == "23505")
