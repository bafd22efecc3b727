"""Taking pushed documents over: in short units of work, each beside the answer that tells of it.

Documents in one request are applied in their order, `CHUNK` at a time, so that scans get in between. With
an idempotency key the answers so far are written in the same units: a request that was cut off goes on
where it stopped when it comes again, and one that was finished is answered from what is kept.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from station.clock import Clock
from station.erp.inward import inbox, problems, vetting
from station.erp.port import Item
from station.erp.rest import replies
from station.erp.rest.shapes import BadShape, Entry
from station.erp.rest.tokens import Caller
from station.ground.db import BULK, DESK, Database, DatabaseUnusable
from station.ground.spreadsheets.reasons import LATE, NOT_APPLICABLE, UNKNOWN_SKU
from station.settings import Settings

log = logging.getLogger(__name__)

CHUNK = 50

OK, KEPT, BAD = 200, 202, 422

Answer = dict[str, Any]


@dataclass(frozen=True)
class Push:
    """What one request wants: documents of a connection under a key (empty for none)."""

    caller: Caller
    entries: Sequence[Entry]
    key: str = ""
    digest: str = ""
    items: Sequence[Item] = ()
    """The same documents once their files were opened, apart from any unit of work."""


@dataclass(frozen=True)
class Taken:
    """One answer per document; whether they are the kept ones of an earlier request."""

    answers: list[Answer]
    is_replay: bool = False


@dataclass(frozen=True)
class _Step:
    """How far a request has come after one unit of work."""

    answers: list[Answer]
    is_done: bool
    was_done: bool = False


class Intake:
    """The door for pushed documents of one station."""

    def __init__(self, db: Database, clock: Clock, settings: Settings) -> None:
        self.db, self.clock, self.settings = db, clock, settings
        self.chunk = CHUNK
        self._desk = replies.Desk()

    def take(self, push: Push) -> Taken:
        """Apply what was pushed; KeyReused, InFlight."""
        with self._desk.hold(push.caller.connection_id, push.key):
            push = replace(push, items=vetting.vetted([_item(entry) for entry in push.entries], self.db))
            step, first = _Step([], is_done=False), True
            while not step.is_done:
                step = self._advance(push, step.answers)
                if first and step.was_done:
                    return Taken(step.answers, is_replay=True)
                first = False
            return Taken(step.answers)

    def _advance(self, push: Push, answers: list[Answer]) -> _Step:
        """One unit of work; when it fails for a reason nobody foresaw, one document at a time."""
        priority = BULK if len(push.entries) > 1 else DESK
        try:
            return self.db.write(self._unit(push, answers, self.chunk), priority)
        except (replies.KeyReused, OperationalError, DatabaseUnusable):
            raise
        except Exception:
            if len(push.entries) > 1:
                log.warning("%s: a pushed chunk failed, documents are taken singly", push.caller.code)
                return self._singly(push, answers)
            log.exception("%s: a pushed document failed", push.caller.code)
            return self.db.write(self._unit(push, answers, 1, is_broken=True), priority)

    def _singly(self, push: Push, answers: list[Answer]) -> _Step:
        step = _Step(answers, is_done=False)
        for _ in range(self.chunk):
            if step.is_done:
                break
            try:
                step = self.db.write(self._unit(push, step.answers, 1), BULK)
            except (replies.KeyReused, OperationalError, DatabaseUnusable):
                raise
            except Exception:
                log.exception("%s: a pushed document failed", push.caller.code)
                step = self.db.write(self._unit(push, step.answers, 1, is_broken=True), BULK)
        return step

    def _unit(
        self, push: Push, answers: list[Answer], most: int, *, is_broken: bool = False
    ) -> Callable[[Session], _Step]:
        today, now = self.clock.today(), self.clock.now()
        return partial(
            self._work, push=push, answers=answers, most=most, is_broken=is_broken, today=today, now=now
        )

    def _work(
        self,
        tx: Session,
        push: Push,
        answers: list[Answer],
        most: int,
        is_broken: bool,
        today: date,
        now: datetime,
    ) -> _Step:
        kept = None
        if push.key:
            kept = replies.claim(tx, push.caller.connection_id, push.key, push.digest, now)
            answers = list(kept.body)
            if kept.status != replies.UNFINISHED:
                return _Step(answers, is_done=True, was_done=True)
        here = slice(len(answers), len(answers) + most)
        taken = (
            _broken(tx, push.caller.code, push.entries[here], now)
            if is_broken
            else self._take(tx, push, here, today, now)
        )
        answers = answers + taken
        is_done = len(answers) >= len(push.entries)
        if kept is not None:
            kept.body, kept.at = answers, now
            kept.status = OK if is_done else replies.UNFINISHED
            tx.flush()
        return _Step(answers, is_done)

    def _take(self, tx: Session, push: Push, here: slice, today: date, now: datetime) -> list[Answer]:
        part, source = push.entries[here], push.caller.code
        items = [item for entry, item in zip(part, push.items[here], strict=True) if entry.bad is None]
        taken = inbox.take(tx, source, items, settings=self.settings, today=today, now=now, via="api")
        if any(result.doc_type == "product" and result.is_changed for result in taken):
            problems.hasten(tx, source, UNKNOWN_SKU, now)
        results = iter(taken)
        return [
            refused(entry.bad, entry) if entry.bad is not None else told(entry, next(results))
            for entry in part
        ]


def _item(entry: Entry) -> Item:
    return Item(entry.doc_type, entry.doc_no, entry.doc)


def _broken(tx: Session, source: str, part: Sequence[Entry], now: datetime) -> list[Answer]:
    """Set documents aside whose taking over failed for a reason nobody foresaw."""
    answers = []
    for entry in part:
        if entry.bad is not None:
            answers.append(refused(entry.bad, entry))
            continue
        item = _item(entry)
        problems.keep(tx, source, item, NOT_APPLICABLE, "failed", now)
        result = inbox.Result(entry.doc_type, entry.doc_no, "PROBLEM", NOT_APPLICABLE, "failed")
        answers.append(told(entry, result))
    return answers


def told(entry: Entry, result: inbox.Result) -> Answer:
    """What became of a document, as the API says it; what a person must look at says why."""
    answer: Answer = {
        "status": OK,
        "kind": entry.doc_type,
        "number": entry.doc_no,
        "version": entry.doc.version,
        "result": result.result,
    }
    if result.result in {"PROBLEM", "LATE"}:
        code = result.code or LATE
        zh, en = inbox.explain(code, result.why)
        answer |= {"status": KEPT, "problem": {"code": code, "message": {"zh": zh, "en": en}}}
    return answer


def refused(bad: BadShape, entry: Entry) -> Answer:
    """A document of a list that cannot be read: nothing of it was kept."""
    return {
        "status": BAD,
        "kind": entry.doc_type,
        "number": entry.doc_no,
        "result": "INVALID",
        "error": {"code": bad.code, "message": {"zh": bad.zh, "en": bad.en}, "field": bad.field},
    }
