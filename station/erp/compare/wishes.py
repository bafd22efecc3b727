"""Comparisons that are wished for, due at night, running or left over; only one runs per connection."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from station.clock import is_past
from station.erp import connections
from station.erp.compare.models import RECONCILIATION, Reconciliation, RunState
from station.erp.models import ErpFeed
from station.exchange.models import ErpConnection
from station.ground.db import table
from station.ground.work import SYSTEM

LEFT_OVER = timedelta(minutes=30)
"""After that a comparison that still runs was left over by a process that is gone."""


NIGHTLY = time(3)


TRY_AGAIN = timedelta(hours=1)
"""After a comparison of the night that failed."""


def ask(tx: Session, code: str, who: str, now: datetime) -> int:
    """Wish for a comparison; a wish that waits already, or one that runs, is enough. Its id."""
    connection_id = _lock(tx, code)
    fail_left_over(tx, now)
    waits = tx.scalar(
        select(Reconciliation.id)
        .where(
            Reconciliation.connection_id == connection_id,
            Reconciliation.state.in_((RunState.ASKED, RunState.RUNNING)),
        )
        .order_by(Reconciliation.id.desc())
        .limit(1)
    )
    return waits if waits is not None else _insert(tx, connection_id, RunState.ASKED, who, now)


def asked(tx: Session, code: str) -> int | None:
    """The oldest wish nobody works on; None too while a comparison with this ERP runs."""
    rows = tx.execute(
        select(Reconciliation.id, Reconciliation.state)
        .join(ErpConnection, ErpConnection.id == Reconciliation.connection_id)
        .where(ErpConnection.code == code, Reconciliation.state.in_((RunState.ASKED, RunState.RUNNING)))
        .order_by(Reconciliation.id)
    ).all()
    if any(row.state == RunState.RUNNING for row in rows):
        return None
    return rows[0].id if rows else None


def last(tx: Session, code: str) -> Reconciliation | None:
    """The newest comparison with a connection, asked for or not."""
    return tx.scalars(
        select(Reconciliation)
        .join(ErpConnection, ErpConnection.id == Reconciliation.connection_id)
        .where(ErpConnection.code == code)
        .order_by(Reconciliation.id.desc())
        .limit(1)
    ).first()


def due_nightly(tx: Session, code: str, now: datetime, zone: ZoneInfo) -> bool:
    """Whether the comparison of the night is due; not of a folder, and not during the first import."""
    connection = connections.known(tx, code)
    unfinished = select(ErpFeed.id).where(
        ErpFeed.connection_id == connection.id, ErpFeed.finished_at.is_(None)
    )
    if connection.kind == "folder" or tx.scalar(unfinished.limit(1)) is not None:
        return False
    rows = tx.execute(
        select(Reconciliation.state, Reconciliation.started_at).where(
            Reconciliation.connection_id == connection.id,
            Reconciliation.started_at >= nightly_before(now, zone),
        )
    )
    return is_due(now, zone, connection.created_at, [(row.state, row.started_at) for row in rows])


def nightly_before(now: datetime, zone: ZoneInfo) -> datetime:
    """The last three o'clock in the morning of the station."""
    local = now.astimezone(zone)
    day = local.date() if local.time() >= NIGHTLY else local.date() - timedelta(days=1)
    return datetime.combine(day, NIGHTLY, zone).astimezone(now.tzinfo)


def is_due(now: datetime, zone: ZoneInfo, created_at: datetime, runs: Iterable[tuple[str, datetime]]) -> bool:
    """Once after every three o'clock, later in the day when the ERP or the station was not there.

    `runs` are (state, start) of the comparisons so far. A connection waits for its first night.
    """
    night = nightly_before(now, zone)
    if created_at > night:
        return False
    for state, started_at in runs:
        if started_at < night or started_at > now + LEFT_OVER:  # or begun while the clock was wrong
            continue
        if state == RunState.DONE or (state == RunState.FAILED and now < started_at + TRY_AGAIN):
            return False
        if state == RunState.RUNNING and now < started_at + LEFT_OVER:
            return False
    return True


def fail_left_over(tx: Session, now: datetime) -> int:
    """Comparisons whose process is gone have failed; how many."""
    is_old = is_past(Reconciliation.started_at, now - LEFT_OVER, 2 * LEFT_OVER)
    values = {"error": "left over by a process that is gone", "finished_at": now}
    return RECONCILIATION.move_where(tx, is_old, "fail", now=now, who=SYSTEM.name, **values)


def _lock(tx: Session, code: str) -> int:
    """The connection's id, so that two processes decide one after the other."""
    connection_id = tx.scalar(select(ErpConnection.id).where(ErpConnection.code == code).with_for_update())
    if connection_id is None:
        raise LookupError(f"there is no connection {code}")
    return connection_id


def _insert(tx: Session, connection_id: int, state: str, who: str, now: datetime) -> int:
    values = {"connection_id": connection_id, "state": state, "asked_by": who[:80], "started_at": now}
    row = insert(table(Reconciliation)).values(**values, compared=0, differences=0, error="")
    return int(tx.execute(row.returning(table(Reconciliation).c.id)).scalar_one())


def claim(tx: Session, code: str, who: str, wish: int | None, now: datetime) -> int | None:
    """Be the one that runs it: the id of the comparison, None when another process does."""
    connection_id = _lock(tx, code)
    fail_left_over(tx, now)
    runs = select(Reconciliation.id).where(
        Reconciliation.connection_id == connection_id, Reconciliation.state == RunState.RUNNING
    )
    if tx.scalar(runs.limit(1)) is not None:
        return None
    if wish is None:
        return _insert(tx, connection_id, RunState.RUNNING, who, now)
    is_it = (Reconciliation.id == wish) & (Reconciliation.connection_id == connection_id)
    taken = RECONCILIATION.move_where(tx, is_it, "start", now=now, who=who, started_at=now)
    return wish if taken == 1 else None
