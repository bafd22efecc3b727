"""How old our knowledge of an ERP's cancels is (P17, P21, §11).

A connection that is watched for cancels says in `cancels_at` up to when all of them are known here. One
without is not watched: its cancels come when somebody brings them, and nothing can be late.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from station.clock import age
from station.exchange.models import ErpConnection
from station.ground.db import table


@dataclass(frozen=True, slots=True)
class StaleSource:
    """A connection whose cancels we do not know well enough, and the last moment we did."""

    name: str
    cancels_at: datetime


def is_stale(cancels_at: datetime | None, *, is_active: bool, now: datetime, stale_s: int) -> bool:
    """Whether an order may have been cancelled without our knowing.

    A connection that was watched and is switched off tells us nothing any more. A clock that went back
    makes knowledge from the future as doubtful as old one.
    """
    if cancels_at is None:
        return False
    return not is_active or age(cancels_at, now) > timedelta(seconds=stale_s)


def stale_sources(tx: Session, codes: Select[Any], *, now: datetime, stale_s: int) -> list[StaleSource]:
    """The stale connections among those with the selected codes, the oldest knowledge first."""
    connection = table(ErpConnection).c
    rows = tx.execute(
        select(connection.code, connection.name, connection.is_active, connection.cancels_at)
        .where(connection.cancels_at.is_not(None), connection.code.in_(codes))
        .order_by(connection.cancels_at)
    )
    return [
        StaleSource(row.name or row.code, row.cancels_at)
        for row in rows
        if is_stale(row.cancels_at, is_active=row.is_active, now=now, stale_s=stale_s)
    ]
