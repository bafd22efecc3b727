"""Documents that could not be taken over: kept with their reason until they can, or a person decides."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, select, update
from sqlalchemy.orm import Session

from station.clock import is_past
from station.erp.models import PROBLEM, InboxProblem, ProblemState
from station.erp.port import Item
from station.exchange import documents as erp
from station.ground.spreadsheets.reasons import LATE, WAITING
from station.ground.work import OFFICE

FIRST_WAIT_S, LAST_WAIT_S = 30, 3600


def keep(tx: Session, source: str, item: Item, code: str, why: str, now: datetime) -> None:
    """Remember a document that was not applied; what waits for something else gets its next try."""
    payload = erp.to_data(item.doc) if item.doc is not None else _plain(item.raw)
    version = item.doc.version if item.doc is not None else 0
    problem = _find(tx, source, item.doc_type, item.doc_no)
    if problem is None:
        problem = InboxProblem(
            source=source, doc_type=item.doc_type, doc_no=item.doc_no[:80], tries=0, first_at=now
        )
        tx.add(problem)
    elif problem.state == ProblemState.DROPPED and problem.payload == payload:
        return  # a person decided about exactly this; a feed may tell it again
    else:
        PROBLEM.move_where(tx, InboxProblem.id == problem.id, "reopen", now=now, who=OFFICE.name)
        tx.refresh(problem)
    problem.version, problem.payload, problem.code, problem.why = version, payload, code, why[:300]
    problem.tries, problem.last_at = problem.tries + 1, now
    wait_s = min(FIRST_WAIT_S * 2 ** min(problem.tries - 1, 7), LAST_WAIT_S)
    problem.next_at = now + timedelta(seconds=wait_s) if code in WAITING else None
    tx.flush()


def _plain(raw: Any) -> Any:
    """What a connector could not understand, as far as JSON can hold it."""
    return raw if isinstance(raw, dict | list | str | int | None) else str(raw)


def _find(tx: Session, source: str, doc_type: str, doc_no: str) -> InboxProblem | None:
    return tx.scalars(
        select(InboxProblem).where(
            InboxProblem.source == source,
            InboxProblem.doc_type == doc_type,
            InboxProblem.doc_no == doc_no[:80],
        )
    ).first()


def solve(tx: Session, source: str, doc_type: str, numbers: Sequence[str], now: datetime) -> None:
    """These documents were taken after all."""
    if numbers:
        taken = and_(
            InboxProblem.source == source,
            InboxProblem.doc_type == doc_type,
            InboxProblem.doc_no.in_(numbers),
            InboxProblem.code != LATE,
        )
        PROBLEM.move_where(tx, taken, "solve", now=now, who=OFFICE.name, next_at=None)


def settle(tx: Session, problem: InboxProblem, who: str, now: datetime) -> None:
    """What was late has been taken all the same."""
    PROBLEM.move_where(tx, InboxProblem.id == problem.id, "solve", now=now, who=who, next_at=None)
    tx.refresh(problem)


def due(tx: Session, source: str, now: datetime, limit: int = 100) -> list[int]:
    """Documents that waited for something and are to be tried again."""
    return list(
        tx.scalars(
            select(InboxProblem.id)
            .where(
                InboxProblem.source == source,
                InboxProblem.state == ProblemState.OPEN,
                is_past(InboxProblem.next_at, now, timedelta(seconds=LAST_WAIT_S)),
            )
            .order_by(InboxProblem.next_at)
            .limit(limit)
        )
    )


def show(tx: Session, problem_id: int) -> InboxProblem:
    """One of them."""
    return tx.get_one(InboxProblem, problem_id)


def wait(tx: Session, problem_id: int, now: datetime) -> None:
    """It could not be tried: look again when the longest wait is over."""
    tx.execute(
        update(InboxProblem)
        .where(InboxProblem.id == problem_id)
        .values(next_at=now + timedelta(seconds=LAST_WAIT_S))
    )


def drop(tx: Session, problem_id: int, who: str, now: datetime) -> None:
    """A person decides that this document is to be left; LookupError when it is not open any more."""
    values = {"next_at": None, "handled_by": who, "last_at": now}
    if not PROBLEM.move_where(tx, InboxProblem.id == problem_id, "let_go", now=now, who=who, **values):
        raise LookupError("this document is not open any more")


def hasten(tx: Session, source: str, code: str, now: datetime) -> None:
    """What waited for this is to be tried at once: a word was translated, an article arrived."""
    tx.execute(
        update(InboxProblem)
        .where(
            InboxProblem.source == source, InboxProblem.state == ProblemState.OPEN, InboxProblem.code == code
        )
        .values(next_at=now)
    )
