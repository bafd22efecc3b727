"""How far each feed was read, and how the first import goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.erp.inward.inbox import Result
from station.erp.models import ErpFeed
from station.erp.port import Page
from station.exchange.models import ErpConnection


def _find(tx: Session, code: str, feed: str) -> ErpFeed | None:
    return tx.scalars(
        select(ErpFeed)
        .join(ErpConnection, ErpConnection.id == ErpFeed.connection_id)
        .where(ErpConnection.code == code, ErpFeed.feed == feed)
    ).first()


def cursor(tx: Session, code: str, feed: str) -> Mapping[str, Any]:
    """Where to go on reading; empty for the beginning."""
    row = _find(tx, code, feed)
    return dict(row.cursor) if row else {}


def advance(
    tx: Session,
    code: str,
    feed: str,
    page: Page,
    results: Sequence[Result],
    now: datetime,
    *,
    was: Mapping[str, Any],
) -> None:
    """A page is safely ours: go on behind it, unless somebody moved the cursor away from `was` meanwhile.

    Counts and times are those of the first import.
    """
    row = _find(tx, code, feed)
    if row is None:
        connection_id = tx.scalar(select(ErpConnection.id).where(ErpConnection.code == code))
        assert connection_id is not None
        row = ErpFeed(
            connection_id=connection_id, feed=feed, cursor={}, taken=0, problems=0, started_at=now, at=now
        )
        tx.add(row)
    row.at = now
    if dict(row.cursor) == dict(was):
        row.cursor = dict(page.cursor)
    if row.finished_at is None:
        row.taken += len(results)
        row.total = page.total if page.total is not None else row.total
        row.problems += sum(result.result == "PROBLEM" for result in results)
        if not page.more:
            row.finished_at, row.total = now, row.taken
    tx.flush()


def list_all(tx: Session, code: str) -> list[ErpFeed]:
    """Every feed of a connection in the order of reading."""
    return list(
        tx.scalars(
            select(ErpFeed)
            .join(ErpConnection, ErpConnection.id == ErpFeed.connection_id)
            .where(ErpConnection.code == code)
            .order_by(ErpFeed.id)
        )
    )


def rewind(tx: Session, code: str) -> None:
    """Read everything once more; the counts of the first import stay, and what is known changes nothing."""
    for feed in list_all(tx, code):
        feed.cursor = {}
    tx.flush()
