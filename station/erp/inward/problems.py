"""Documents that could not be taken over: kept with their reason until they can, or a person decides."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from station.erp.inward.reasons import LATE, NOT_UNDERSTOOD, WAITING
from station.erp.models import InboxProblem
from station.erp.port import Item
from station.exchange import documents as erp
from station.settings import Settings

FIRST_WAIT_S, LAST_WAIT_S = 30, 3600
PAGE = 50


def keep(tx: Session, source: str, item: Item, code: str, why: str, now: datetime) -> None:
    """Remember a document that was not applied; what waits for something else gets its next try."""
    payload = erp.to_data(item.doc) if item.doc is not None else _plain(item.raw)
    version = item.doc.version if item.doc is not None else 0
    found = _find(tx, source, item.doc_type, item.doc_no)
    if found is None:
        found = InboxProblem(
            source=source, doc_type=item.doc_type, doc_no=item.doc_no[:80], tries=0, first_at=now
        )
        tx.add(found)
    elif found.state == "DROPPED" and found.payload == payload:
        return  # a person decided about exactly this; a feed may tell it again
    found.version, found.payload, found.code, found.why = version, payload, code, why[:300]
    found.state, found.tries, found.last_at = "OPEN", found.tries + 1, now
    wait_s = min(FIRST_WAIT_S * 2 ** min(found.tries - 1, 7), LAST_WAIT_S)
    found.next_at = now + timedelta(seconds=wait_s) if code in WAITING else None
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


def solve(tx: Session, source: str, doc_type: str, numbers: Sequence[str]) -> None:
    """These documents were taken after all."""
    if numbers:
        tx.execute(
            update(InboxProblem)
            .where(
                InboxProblem.source == source,
                InboxProblem.doc_type == doc_type,
                InboxProblem.doc_no.in_(numbers),
                InboxProblem.state == "OPEN",
                InboxProblem.code != LATE,
            )
            .values(state="DONE", next_at=None)
            .execution_options(synchronize_session=False)
        )


def list_open(tx: Session, page: int = 0) -> list[InboxProblem]:
    """What waits for a person or for something else, newest first; one too many when there is more."""
    query = select(InboxProblem).where(InboxProblem.state == "OPEN").order_by(InboxProblem.id.desc())
    return list(tx.scalars(query.offset(page * PAGE).limit(PAGE + 1)))


def count_open(tx: Session, source: str = "") -> int:
    """How many documents are set aside."""
    query = select(func.count()).select_from(InboxProblem).where(InboxProblem.state == "OPEN")
    return tx.scalar(query.where(InboxProblem.source == source) if source else query) or 0


def due(tx: Session, source: str, now: datetime, limit: int = 100) -> list[int]:
    """Documents that waited for something and are to be tried again."""
    return list(
        tx.scalars(
            select(InboxProblem.id)
            .where(InboxProblem.source == source, InboxProblem.state == "OPEN", InboxProblem.next_at <= now)
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


def retry(
    tx: Session,
    problem_id: int,
    payload: dict[str, Any] | None,
    *,
    who: str,
    settings: Settings,
    today: date,
    now: datetime,
) -> Any:
    """Try again, perhaps with what a person mended; an `inbox.Result`.

    ValueError when the payload is no document or one with another number.
    """
    from station.erp.inward import inbox

    found = tx.get_one(InboxProblem, problem_id)
    if not isinstance(data := found.payload if payload is None else payload, dict):
        raise ValueError(NOT_UNDERSTOOD)  # noqa: TRY004 — the caller shows a reason, whatever was wrong
    doc = erp.from_data(found.doc_type, data)
    if erp.doc_no_of(doc) != found.doc_no:
        raise ValueError(f"the number must stay {found.doc_no}")
    if who:
        found.handled_by = who
        tx.flush()
    item = Item(found.doc_type, found.doc_no, doc)
    results = inbox.take(tx, found.source, [item], settings=settings, today=today, now=now)
    tx.refresh(found)
    if found.code == LATE and results[0].result != "LATE" and found.state == "OPEN":
        found.state, found.next_at = "DONE", None
        tx.flush()
    return results[0]


def drop(tx: Session, problem_id: int, who: str, now: datetime) -> None:
    """A person decides that this document is to be left; LookupError when it is not open any more."""
    done = tx.execute(
        update(InboxProblem)
        .where(InboxProblem.id == problem_id, InboxProblem.state == "OPEN")
        .values(state="DROPPED", next_at=None, handled_by=who, last_at=now)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise LookupError("this document is not open any more")


def hasten(tx: Session, source: str, code: str, now: datetime) -> None:
    """What waited for this is to be tried at once: a word was translated, an article arrived."""
    tx.execute(
        update(InboxProblem)
        .where(InboxProblem.source == source, InboxProblem.state == "OPEN", InboxProblem.code == code)
        .values(next_at=now)
    )
