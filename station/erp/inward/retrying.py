"""Trying a document again that could not be taken over: by itself after a while, or as a person asks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from station.erp.inward import inbox, problems, vetting
from station.erp.models import InboxProblem, ProblemState
from station.erp.port import Item
from station.exchange import documents as erp
from station.ground.db import Database
from station.ground.spreadsheets.reasons import LATE, NOT_UNDERSTOOD, OTHER_CONTENT
from station.ground.work import OFFICE
from station.settings import Settings


def item_of(problem: InboxProblem, payload: dict[str, Any] | None, db: Database) -> Item:
    """The document, perhaps as a person mended it, ready for `retry`. Call it outside of any unit of work.

    ValueError when the payload is no document or one with another number.
    """
    if not isinstance(data := problem.payload if payload is None else payload, dict):
        raise ValueError(NOT_UNDERSTOOD)  # noqa: TRY004 — the caller shows a reason, whatever was wrong
    doc = erp.from_data(problem.doc_type, data)
    if erp.doc_no_of(doc) != problem.doc_no:
        raise ValueError(f"the number must stay {problem.doc_no}")
    return vetted(Item(problem.doc_type, problem.doc_no, doc), db)


def vetted(item: Item, db: Database) -> Item:
    """The document with its file opened. Call it outside of any unit of work."""
    (one,) = vetting.vetted([item], db)
    return one


def retry(
    tx: Session,
    problem_id: int,
    item: Item,
    *,
    who: str,
    settings: Settings,
    today: date,
    now: datetime,
) -> inbox.Result:
    """Try a document of `item_of` again; what came of it."""
    problem = tx.get_one(InboxProblem, problem_id)
    if who:
        problem.handled_by = who
        tx.flush()
    if who and problem.code == OTHER_CONTENT:  # a person decides that this is what counts
        item = replace(item, doc=replace(item.doc, version=inbox.version_of(tx, item) + 1))
    results = inbox.take(tx, problem.source, [item], settings=settings, today=today, now=now)
    tx.refresh(problem)
    is_over = problem.code == LATE and results[0].result != "LATE"
    is_elsewhere = (
        results[0].doc_no != problem.doc_no
    )  # its number was mended: what comes of it is kept there
    if (is_over or is_elsewhere) and problem.state == ProblemState.OPEN:
        problems.settle(tx, problem, who or OFFICE.name, now)
    return results[0]
