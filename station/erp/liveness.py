"""Whether an ERP answers, when it is looked at again, and who is talking to it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from station.erp import port
from station.erp.connections import known
from station.erp.connectors import connector_class
from station.exchange.models import ErpConnection

FIRST_WAIT_S, LAST_WAIT_S = 5, 60
"""A silent ERP is asked again after five seconds, and at most once a minute later on."""


def is_due(tx: Session, code: str, now: datetime) -> bool:
    """Whether it may be spoken to: it answers, or it is time to look again."""
    retry_at = tx.scalar(select(ErpConnection.retry_at).where(ErpConnection.code == code))
    return retry_at is None or retry_at <= now


def hasten(tx: Session, code: str) -> None:
    """Have it looked at without waiting for its turn."""
    tx.execute(update(ErpConnection).where(ErpConnection.code == code).values(retry_at=None))


def note_ok(tx: Session, code: str, now: datetime, *, cancels_at: datetime | None = None) -> None:
    """It answered; `cancels_at` when every cancel up to then is known."""
    values: dict[str, Any] = {"ok_at": now, "down_since": None, "retry_at": None, "failures": 0}
    if cancels_at is not None:
        values["cancels_at"] = cancels_at
    tx.execute(update(ErpConnection).where(ErpConnection.code == code).values(last_error="", **values))


def note_heartbeat(tx: Session, code: str, now: datetime) -> datetime | None:
    """The other side says that every cancel up to now was pushed: up to when they are known.

    It counts when the connection promises it; None when it is not watched.
    """
    connection = known(tx, code)
    is_promised = connector_class(connection.kind).promises_cancels(connection.settings)
    note_ok(tx, code, now, cancels_at=now if is_promised else None)
    return now if is_promised else None


def note_down(tx: Session, code: str, error: port.ErpError, now: datetime) -> None:
    """It did not answer, or forbids us: the next look after a while that grows."""
    connection = known(tx, code)
    wait_s = min(FIRST_WAIT_S * 2 ** min(connection.failures, 6), LAST_WAIT_S)
    if isinstance(error, port.Limited):
        wait_s = max(error.wait_s, 1)
    elif isinstance(error, port.NoAccess):
        wait_s = LAST_WAIT_S
    connection.failures += 1
    if not isinstance(error, port.Limited):
        connection.down_since = connection.down_since or now
    connection.retry_at = now + timedelta(seconds=wait_s)
    connection.last_error = f"{type(error).__name__}: {error}"[:300]
    tx.flush()


def claim(tx: Session, code: str, who: str, now: datetime, lease_s: int = 120) -> bool:
    """Be the only one that talks to this ERP for a while; renewing one's own claim is fine."""
    done = tx.execute(
        update(ErpConnection)
        .where(
            ErpConnection.code == code,
            (ErpConnection.leased_until.is_(None))
            | (ErpConnection.leased_until < now)
            | (ErpConnection.leased_by == who),
        )
        .values(leased_until=now + timedelta(seconds=lease_s), leased_by=who)
    )
    return done.rowcount == 1  # type: ignore[attr-defined, no-any-return]


def release(tx: Session, code: str, who: str) -> None:
    """Let another process talk to it."""
    tx.execute(
        update(ErpConnection)
        .where(ErpConnection.code == code, ErpConnection.leased_by == who)
        .values(leased_until=None, leased_by="")
    )
