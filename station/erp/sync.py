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
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from station.clock import Clock
from station.erp import connections, port
from station.erp.inward import feeds, inbox, openset, problems, retrying
from station.erp.outward.courier import Courier
from station.erp.vault import Vault, VaultClosed
from station.exchange import documents
from station.ground.db import BULK, Database
from station.settings import Settings

log = logging.getLogger(__name__)

CHUNK = 50
"""Documents applied per unit of work: about ten milliseconds, so that scans get in between."""

SEND_S, TURN_S = 0.5, 2.0
"""Seconds of sending, then of reading, when there is much of both."""

OPEN_SET_S = 120
CLAIM_S, RENEW_S = 120, 60
Told = Callable[[str, int, int | None], None]


@dataclass
class _Line:
    """What this process remembers of a connection; all of it may be lost."""

    connector: port.Connector
    made_of: port.Setup
    next_pull: datetime | None = None
    next_set: datetime | None = None
    pending: list[str] = field(default_factory=list)
    began: datetime | None = None
    noted: datetime | None = None


class Sync:
    """Synchronises the connections of one station; safe to run in several processes."""

    def __init__(self, db: Database, clock: Clock, vault: Vault, settings: Settings) -> None:
        self.db, self.clock, self.vault, self.settings = db, clock, vault, settings
        self.chunk = CHUNK
        self.who = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._lines: dict[str, _Line] = {}
        self._claims: dict[str, datetime] = {}

    # --- one turn -----------------------------------------------------------------------------

    def run_once(self, code: str) -> bool:
        """One turn with a connection; True when there is more to do at once."""
        now = self.clock.now()
        with self.db.read() as tx:
            if not connections.is_due(tx, code, now):
                return False
        if not self.hold(code):
            return False
        try:
            line = self._line(code)
            end = time.monotonic() + (SEND_S if line.pending else TURN_S)
            sent = self.push(code, lambda: time.monotonic() > end)
            return self._pull_due(code, line) or sent > 0
        except port.ErpError as error:
            self._note_down(code, error)
            return False
        except (VaultClosed, ValueError) as error:
            self._note_down(code, port.NoAccess(str(error)))
            return False

    def hold(self, code: str) -> bool:
        """Be the only process that talks to this ERP; one's own claim is renewed in good time."""
        now, mine = self.clock.now(), self._claims.get(code)
        if mine is not None and now < mine:
            return True
        claim = partial(connections.claim, code=code, who=self.who, now=now, lease_s=CLAIM_S)
        if not self.db.write(claim, BULK):
            self._claims.pop(code, None)
            return False
        self._claims[code] = now + timedelta(seconds=RENEW_S)
        return True

    def connector(self, code: str) -> port.Connector:
        """The open line to an ERP, for a comparison between two turns."""
        return self._line(code).connector

    def work_now(self, code: str, told: Told | None = None) -> tuple[int, dict[str, int]]:
        """Send and read to the end, as a person asked: messages sent, counts by result.

        What goes wrong is noted as in any turn, and raised. The caller holds the connection.
        """
        try:
            return self.push(code), self.pull(code, told)
        except port.ErpError as error:
            self._note_down(code, error)
            raise

    def _note_down(self, code: str, error: port.ErpError) -> None:
        log.warning("connection %s: %s: %s", code, type(error).__name__, error)
        self._forget(code)
        self.db.write(partial(connections.note_down, code=code, error=error, now=self.clock.now()), BULK)

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
            self.db.write(partial(connections.release, code=code, who=self.who), BULK)
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

    def pull(self, code: str, told: Told | None = None) -> dict[str, int]:
        """Read every feed to its end, compare the open orders, retry what waited; counts by result.

        `told` hears of every page: feed, documents, how many there are in all. Of a folder: look once; a
        file is taken when two looks find it unchanged.
        """
        line = self._line(code)
        line.next_set = None
        counts: dict[str, int] = {}
        self._begin(line)
        while line.pending:
            feed = line.pending[0]
            page = self._page(code, line, counts)
            if told is not None:
                told(feed, len(page.items), page.total)
        self._finish(code, line, counts)
        return counts

    def _pull_due(self, code: str, line: _Line) -> bool:
        """A short while of reading; True when there is more."""
        now = self.clock.now()
        if not line.pending:
            if line.next_pull is not None and now < line.next_pull:
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
        results = self.apply(code, page.items)
        _count(counts, results)
        now = self.clock.now()
        self.db.write(lambda tx: feeds.advance(tx, code, feed, page, results, now, was=cursor), BULK)
        if not page.more:
            line.pending.pop(0)
        return page

    def _finish(self, code: str, line: _Line, counts: dict[str, int]) -> None:
        """Everything was read: the cancel list is fresh as of when the reading began."""
        now = self.clock.now()
        desk = port.Desk(code, self.db, self.clock, partial(self.apply, code))
        _count(counts, line.connector.look(desk))
        if line.next_set is None or now >= line.next_set:
            _count(counts, self.compare_open(code, line.connector))
            line.next_set = now + timedelta(seconds=OPEN_SET_S)
        _count(counts, self.retry_waiting(code))
        line.next_pull = now + timedelta(seconds=line.connector.every_s)
        self._note_read(code, line, now)

    def _note_read(self, code: str, line: _Line, now: datetime) -> None:
        """An ERP that was asked is alive; when cancels were read to the end, they are known up to then."""
        if not line.connector.is_asked or (line.noted is not None and now < line.noted):
            return
        self._note_ok(code, cancels_at=line.began if line.connector.watches_cancels else None)
        pause_s = line.connector.noted_every_s
        line.noted = now + timedelta(seconds=pause_s) if pause_s else None

    def _note_ok(self, code: str, cancels_at: datetime | None = None) -> None:
        now = self.clock.now()
        self.db.write(partial(connections.note_ok, code=code, now=now, cancels_at=cancels_at), BULK)

    # --- applying -----------------------------------------------------------------------------

    def apply(self, code: str, items: Sequence[port.Item], via: str = "") -> list[inbox.Result]:
        """Take documents over in short units of work; one result each."""
        results: list[inbox.Result] = []
        for start in range(0, len(items), self.chunk):
            began = time.monotonic()
            results += self._apply(code, items[start : start + self.chunk], via)
            if len(items) > self.chunk:
                self.db.give_way(time.monotonic() - began)
        words = {item.unmapped for item in items if item.unmapped}
        if words:
            now = self.clock.now()
            self.db.write(lambda tx: _note_words(tx, code, words, now), BULK)
        return results

    def _apply(self, code: str, items: Sequence[port.Item], via: str) -> list[inbox.Result]:
        """One unit of work; when it fails for a reason nobody foresaw, the culprit is found by halving."""
        try:
            return self.db.write(self._taking(code, items, via), BULK)
        except Exception as error:
            if len(items) == 1:
                log.exception("%s: %s %s", code, items[0].doc_type, items[0].doc_no)
                return [self._keep_broken(code, items[0], error)]
            middle = len(items) // 2
            return self._apply(code, items[:middle], via) + self._apply(code, items[middle:], via)

    def _taking(
        self, code: str, items: Sequence[port.Item], via: str
    ) -> Callable[[Session], list[inbox.Result]]:
        today, now = self.clock.today(), self.clock.now()
        return lambda tx: inbox.take(tx, code, items, settings=self.settings, today=today, now=now, via=via)

    def _keep_broken(self, code: str, item: port.Item, error: Exception) -> inbox.Result:
        why, now = f"{type(error).__name__}"[:200], self.clock.now()
        self.db.write(lambda tx: problems.keep(tx, code, item, "E-ERP-90", why, now), BULK)
        return inbox.Result(item.doc_type, item.doc_no, "PROBLEM", "E-ERP-90", why)

    def retry_waiting(self, code: str) -> list[inbox.Result]:
        """What waited for an article or a word is tried again; words need the ERP's document anew."""
        with self.db.read() as tx:
            due = problems.due(tx, code, self.clock.now())
        results = []
        for problem_id in due:
            result = self._retry(code, problem_id)
            if result is not None:
                results.append(result)
        return results

    def _retry(self, code: str, problem_id: int) -> inbox.Result | None:
        today, now = self.clock.today(), self.clock.now()
        with self.db.read() as tx:
            kept = problems.show(tx, problem_id)
        if kept.code == "E-ERP-92":  # only the ERP can tell it again, now that the word is known
            item = self._line(code).connector.order(kept.doc_no) if kept.doc_type == "order" else None
            if item is None:
                self.db.write(lambda tx: problems.wait(tx, problem_id, now), BULK)
                return None
            return self.apply(code, [item])[0]
        again: Callable[[Session], Any] = partial(
            retrying.retry,
            problem_id=problem_id,
            payload=None,
            who="",
            settings=self.settings,
            today=today,
            now=now,
        )
        found: inbox.Result = self.db.write(again, BULK)
        return found

    # --- the set of open orders ---------------------------------------------------------------

    def compare_open(self, code: str, connector: port.Connector) -> list[inbox.Result]:
        """Cancel what the ERP has no more, read again what differs or was never seen."""
        told = connector.open_orders()
        if told is None:
            return []
        with self.db.read() as tx:
            ours = openset.ours(tx, code)
        todo = openset.compare(told, ours)
        items: list[port.Item] = []
        for doc_no in todo.to_read:
            item = connector.order(doc_no)
            if item is not None:
                items.append(item)
        for doc_no in todo.gone:
            item = connector.order(doc_no)  # closed meanwhile, or really gone?
            if item is None:
                gone = documents.CancelOrder(erp_no=doc_no, version=0, reason="gone in the ERP")
                item = port.Item("cancel", doc_no, gone)
            if item.doc_type == "cancel":
                items.append(item)
        return self.apply(code, items)

    def probe(self, code: str) -> port.Report:
        """Try a connection as it is kept, change nothing."""
        with self.db.read() as tx:
            kind, setup = connections.setup_of(tx, self.vault, code, self.settings)
        return probe(kind, setup)


def _count(counts: dict[str, int], results: Sequence[port.Outcome]) -> None:
    for result in results:
        counts[result.result] = counts.get(result.result, 0) + 1


def probe(kind: str, setup: port.Setup) -> port.Report:
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


def _note_words(tx: Session, code: str, words: set[tuple[str, str]], now: datetime) -> None:
    connection_id = connections.known(tx, code).id
    for kind, theirs in sorted(words):
        connections.note_word(tx, connection_id, kind, theirs, now)
