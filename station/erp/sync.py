"""Working with one connection: send what waits, read what is new, never lose and never double (§11).

One turn sends first and then reads for a short while, so that a first import of a hundred thousand orders
does not hold up confirmations. Each page is applied in short units of work; the last one also moves the
feed's cursor, so a crash repeats a page and never skips one. Only one process talks to an ERP at a time.

A feed of changes is not enough: an ERP may delete an order without a trace. Every few minutes the set of
open orders is compared with ours: what is missing there is cancelled, what differs is read again.

Beside its feeds a connector may `look` for what lies there in pieces of its own: the folder's whole files.
"""

from __future__ import annotations

import logging
import os
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from station.clock import Clock
from station.erp import connections, contract, liveness, makeup, port
from station.erp.inward import feeds
from station.erp.inward.arrivals import Arrivals
from station.erp.outward.courier import Courier
from station.ground.db import BULK, Database
from station.ground.vault import Vault, VaultClosed
from station.settings import Settings

log = logging.getLogger(__name__)

SEND_S, TURN_S = 0.5, 2.0
"""Seconds of sending, then of reading, when there is much of both."""

OPEN_SET_S = 120
RENEW_S = liveness.LEASE_S // 2
Progress = Callable[[str, int, int | None], None]


@dataclass
class _Line:
    """What this process remembers of a connection; all of it may be lost."""

    connector: contract.Connector
    made_of: makeup.Setup
    next_pull: float = 0
    next_set: float = 0
    noted: float = 0
    """Steady seconds, before which there is nothing to do."""
    pending: list[str] = field(default_factory=list)
    began: datetime | None = None


class Sync:
    """Synchronises the connections of one station; safe to run in several processes."""

    def __init__(self, db: Database, clock: Clock, vault: Vault, settings: Settings) -> None:
        self.db, self.clock, self.vault, self.settings = db, clock, vault, settings
        self.arrivals = Arrivals(db, clock, settings)
        self.who = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._lines: dict[str, _Line] = {}
        self._claims: dict[str, float] = {}
        self._retries: dict[str, float] = {}

    # --- one turn -----------------------------------------------------------------------------

    def run_once(self, code: str) -> bool:
        """One turn with a connection; True when there is more to do at once."""
        if self.db.trouble or not self.is_due(code) or not self.hold(code):
            return False
        try:
            line = self._line(code)
            end = time.monotonic() + (SEND_S if line.pending else TURN_S)
            sent = self.push(code, lambda: time.monotonic() > end)
            return self._pull_due(code, line) or sent > 0
        except port.ErpError as error:
            self.note_down(code, error)
            return False
        except (VaultClosed, ValueError) as error:
            self.note_down(code, port.NoAccess(str(error)))
            return False

    def is_due(self, code: str) -> bool:
        """Whether the ERP may be spoken to; our own wait ends on the steady clock."""
        with self.db.read() as tx:
            if liveness.is_due(tx, code, self.clock.now()):
                return True
        return self._retries.get(code, float("inf")) <= self.clock.steady()

    def hold(self, code: str) -> bool:
        """Be the only process that talks to this ERP; one's own claim is renewed in good time."""
        if self.clock.steady() < self._claims.get(code, float("-inf")):
            with self.db.read() as tx:
                if liveness.is_held(tx, code, self.who):
                    return True
        claim = partial(liveness.claim, code=code, who=self.who, now=self.clock.now())
        if not self.db.write(claim, BULK):
            self._claims.pop(code, None)
            return False
        self._claims[code] = self.clock.steady() + RENEW_S
        return True

    def connector(self, code: str) -> contract.Connector:
        """The open line to an ERP, for a comparison between two turns."""
        return self._line(code).connector

    def work_now(self, code: str, progress: Progress | None = None) -> tuple[int, dict[str, int]]:
        """Send and read to the end, as a person asked: messages sent, counts by result.

        What goes wrong is noted as in any turn, and raised. The caller holds the connection.
        """
        try:
            return self.push(code), self.pull(code, progress)
        except port.ErpError as error:
            self.note_down(code, error)
            raise

    def note_down(self, code: str, error: port.ErpError) -> None:
        """It was silent, or forbids us: let go of the line, and wait."""
        log.warning("connection %s: %s: %s", code, type(error).__name__, error)
        self._forget(code)
        note = partial(liveness.note_down, code=code, error=error, now=self.clock.now())
        self._retries[code] = self.clock.steady() + self.db.write(note, BULK)

    def _forget(self, code: str) -> None:
        line = self._lines.pop(code, None)
        if line is not None:
            line.connector.close()

    def _line(self, code: str) -> _Line:
        """The open connector; a new one when its settings or words were changed."""
        with self.db.read() as tx:
            kind, setup = connections.setup_of(tx, self.vault, code, self.settings)
        line = self._lines.get(code)
        if line is None or line.made_of != setup:
            self._forget(code)
            line = self._lines[code] = _Line(connections.open_connector(kind, setup), setup)
        return line

    def close(self) -> None:
        """Let go of every line and claim."""
        for code in list(self._lines):
            self._forget(code)
        for code in list(self._claims):
            self.db.write(partial(liveness.release, code=code, who=self.who), BULK)
        self._claims.clear()

    # --- out ----------------------------------------------------------------------------------

    def push(self, code: str, until: Callable[[], bool] = lambda: False) -> int:
        """Send what is due, in order, or what fits before `until`; how many messages went out.

        Raises when the ERP is silent.
        """
        line = self._line(code)
        if line.connector.pulls_itself:
            return 0
        sent = Courier(self.db, self.clock, code, lambda: line.connector).push(until)
        if sent:
            self._note_ok(code)
        return sent

    # --- in -----------------------------------------------------------------------------------

    def pull(self, code: str, progress: Progress | None = None) -> dict[str, int]:
        """Read every feed to its end, compare the open orders, retry what waited; counts by result.

        `progress` hears of every page: feed, documents, how many there are in all. Of a folder: look once; a
        file is taken when two looks find it unchanged.
        """
        line = self._line(code)
        line.next_set = 0
        counts: dict[str, int] = {}
        self._begin(line)
        while line.pending:
            feed = line.pending[0]
            page = self._page(code, line, counts)
            if progress is not None:
                progress(feed, len(page.items), page.total)
        self._finish(code, line, counts)
        return counts

    def _pull_due(self, code: str, line: _Line) -> bool:
        """A short while of reading; True when there is more."""
        if not line.pending:
            if self.clock.steady() < line.next_pull:
                return False
            self._begin(line)
        counts: dict[str, int] = {}
        until = time.monotonic() + TURN_S
        while line.pending and time.monotonic() < until:
            self._page(code, line, counts)
        if line.pending:
            return True
        self._finish(code, line, counts)
        return False

    def _begin(self, line: _Line) -> None:
        line.pending = [feed.name for feed in line.connector.feeds()]
        line.began = self.clock.now()

    def _page(self, code: str, line: _Line, counts: dict[str, int]) -> port.Page:
        """Read one page of the feed that is next and apply it."""
        feed = line.pending[0]
        with self.db.read() as tx:
            cursor = feeds.cursor(tx, code, feed)
        began = time.monotonic()
        page = line.connector.changes(feed, cursor)
        self.db.give_way(time.monotonic() - began)
        results = self.arrivals.apply(code, page.items)
        _count(counts, results)
        now = self.clock.now()
        self.db.write(lambda tx: feeds.advance(tx, code, feed, page, results, now, was=cursor), BULK)
        if not page.more:
            line.pending.pop(0)
        return page

    def _finish(self, code: str, line: _Line, counts: dict[str, int]) -> None:
        """Everything was read: the cancel list is fresh as of when the reading began."""
        desk = contract.Desk(code, self.db, self.clock, partial(self.arrivals.apply, code))
        _count(counts, line.connector.look(desk))
        now = self.clock.steady()
        if now >= line.next_set:
            _count(counts, self.arrivals.compare_open(code, line.connector))
            line.next_set = now + OPEN_SET_S
        _count(counts, self.arrivals.retry_waiting(code, line.connector))
        line.next_pull = now + line.connector.every_s
        self._note_read(code, line, now)

    def _note_read(self, code: str, line: _Line, now: float) -> None:
        """An ERP that was asked is alive; when cancels were read to the end, they are known up to then."""
        if not line.connector.is_asked or now < line.noted:
            return
        self._note_ok(code, cancels_at=line.began if line.connector.watches_cancels else None)
        line.noted = now + line.connector.noted_every_s

    def _note_ok(self, code: str, cancels_at: datetime | None = None) -> None:
        now = self.clock.now()
        self.db.write(partial(liveness.note_ok, code=code, now=now, cancels_at=cancels_at), BULK)

    def probe(self, code: str) -> port.Report:
        """Try a connection as it is kept, change nothing."""
        with self.db.read() as tx:
            kind, setup = connections.setup_of(tx, self.vault, code, self.settings)
        return probe(kind, setup)


def _count(counts: dict[str, int], results: Sequence[contract.Outcome]) -> None:
    for result in results:
        counts[result.result] = counts.get(result.result, 0) + 1


def probe(kind: str, setup: makeup.Setup) -> port.Report:
    """Try settings, kept or not; what a connector raises becomes a finding."""
    report = port.Report()
    try:
        connector = connections.open_connector(kind, setup)
    except (port.ErpError, ValueError) as error:
        report.add("connect", ok=False, text=str(error))
        return report
    try:
        return connector.probe()
    except port.ErpError as error:
        report.add(type(error).__name__, ok=False, text=str(error))
        return report
    finally:
        connector.close()
