"""Tokens of programs that use the API: made once, shown once, kept as a hash only."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from station.clock import age, is_past
from station.erp.models import ErpToken
from station.exchange.models import ErpConnection

KIND = "rest"
PREFIX = "st_"
NOTE_EVERY = timedelta(minutes=1)
MOST = 200
"""A longer text is no token of ours; it is not even hashed."""


class Caller(NamedTuple):
    """Whose token it is, and when it was last noted to be in use."""

    connection_id: int
    code: str
    is_active: bool
    token_id: int
    used_at: datetime | None


def issue(tx: Session, connection_id: int, name: str, who: str, now: datetime) -> str:
    """A new token for a connection of kind rest; nobody can read it again afterwards."""
    kind = tx.scalar(select(ErpConnection.kind).where(ErpConnection.id == connection_id))
    if kind != KIND:
        raise LookupError(f"connection {connection_id} has no tokens: only kind {KIND} has")
    token = PREFIX + secrets.token_urlsafe(32)
    tx.add(
        ErpToken(
            connection_id=connection_id,
            name=name[:60],
            token_hash=_hash(token),
            created_at=now,
            created_by=who[:80],
        )
    )
    tx.flush()
    return token


def revoke(tx: Session, token_id: int, now: datetime) -> None:
    """From now on it opens nothing; LookupError when there is no such token in use."""
    done = tx.execute(
        update(ErpToken).where(ErpToken.id == token_id, ErpToken.revoked_at.is_(None)).values(revoked_at=now)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise LookupError("there is no such token in use")


def list_of(tx: Session, connection_id: int) -> list[ErpToken]:
    """The tokens of a connection, newest first, revoked ones too."""
    query = select(ErpToken).where(ErpToken.connection_id == connection_id)
    return list(tx.scalars(query.order_by(ErpToken.id.desc())))


def identify(tx: Session, token: str) -> Caller | None:
    """Whose token this is; None for an unknown or revoked one."""
    if not token.startswith(PREFIX) or len(token) > MOST:
        return None
    row = tx.execute(
        select(ErpConnection.id, ErpConnection.code, ErpConnection.is_active, ErpToken.id, ErpToken.used_at)
        .join(ErpConnection, ErpConnection.id == ErpToken.connection_id)
        .where(ErpToken.token_hash == _hash(token), ErpToken.revoked_at.is_(None), ErpConnection.kind == KIND)
    ).first()
    return Caller(*row) if row else None


def is_note_due(caller: Caller, now: datetime) -> bool:
    """Whether its use has not been noted for a minute."""
    return caller.used_at is None or age(caller.used_at, now) >= NOTE_EVERY


def note_used(tx: Session, caller: Caller, now: datetime) -> None:
    """Remember when a token was used and its program heard of; once a minute is enough."""
    noted = tx.execute(
        update(ErpToken)
        .where(
            ErpToken.id == caller.token_id,
            or_(ErpToken.used_at.is_(None), is_past(ErpToken.used_at, now - NOTE_EVERY, 2 * NOTE_EVERY)),
        )
        .values(used_at=now)
    )
    if noted.rowcount:  # type: ignore[attr-defined]
        tx.execute(update(ErpConnection).where(ErpConnection.id == caller.connection_id).values(ok_at=now))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
