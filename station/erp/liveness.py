"""Whether an ERP answers, when it is looked at again, and who is talking to it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from station.clock import is_past
from station.erp import port
from station.erp.connections import known
from station.erp.connectors import connector_class
from station.exchange.models import ErpConnection

FIRST_WAIT_S, LAST_WAIT_S = 5, 60
"""A silent ERP is asked again after five seconds, and at most once a minute later on."""

MOST_WAIT = timedelta(hours=1)
"""The longest an ERP that asks for patience is left alone."""

LEASE_S = 120
"""How long a process may be the only one that talks to an ERP before it has to say so again."""


def is_due(tx: Session, code: str, now: datetime) -> bool:
    """Whether it may be spoken to: it answers, or it is time to look again."""
    retry_at = tx.scalar(select(ErpConnection.retry_at).where(ErpConnection.code == code))
    return retry_at is None or is_past(retry_at, now, MOST_WAIT)


def hasten(tx: Session, code: str) -> None:
    """Have it looked at without waiting for its turn, or for a process that may be gone.

    One that lives finds its lease cleared and takes it again.
    """
    values = {"retry_at": None, "leased_until": None, "leased_by": ""}
    tx.execute(update(ErpConnection).where(ErpConnection.code == code).values(**values))


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


def note_down(tx: Session, code: str, error: port.ErpError, now: datetime) -> int:
    """It did not answer, or forbids us: the next look after a while that grows; that while in seconds."""
    connection = known(tx, code)
    wait_s: int = min(FIRST_WAIT_S * 2 ** min(connection.failures, 6), LAST_WAIT_S)
    if isinstance(error, port.Limited):
        wait_s = min(max(error.wait_s, 1), int(MOST_WAIT.total_seconds()))
    elif isinstance(error, port.NoAccess):
        wait_s = LAST_WAIT_S
    connection.failures += 1
    if not isinstance(error, port.Limited):
        connection.down_since = connection.down_since or now
    connection.retry_at = now + timedelta(seconds=wait_s)
    connection.last_error = f"{type(error).__name__}: {error}"[:300]
    tx.flush()
    return wait_s


def is_held(tx: Session, code: str, who: str) -> bool:
    """Whether it is still `who` that talks to this ERP."""
    return bool(tx.scalar(select(ErpConnection.leased_by == who).where(ErpConnection.code == code)))


def claim(tx: Session, code: str, who: str, now: datetime, lease_s: int = LEASE_S) -> bool:
    """Be the only one that talks to this ERP for a while; renewing one's own claim is fine.

    A lease that ends later than any could was made while the clock was wrong, and holds nobody up.
    """
    done = tx.execute(
        update(ErpConnection)
        .where(
            ErpConnection.code == code,
            (ErpConnection.leased_until.is_(None))
            | is_past(ErpConnection.leased_until, now, timedelta(seconds=lease_s))
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
