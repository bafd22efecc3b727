"""Sessions live in the database and end there."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, true, update
from sqlalchemy.orm import Session

from station.ground.db import Prepared, table
from station.ground.words.actor import Actor, Role
from station.ground.work import Work
from station.people.models import DeviceSession, User

ABSOLUTE_LIFE = timedelta(hours=12)
TOUCH_EVERY = timedelta(seconds=60)
AHEAD = timedelta(hours=1)
"""A clock that was an hour wrong throws nobody out; a session seen further ahead than that is over."""

_WHO = Prepared(
    select(
        DeviceSession.id,
        DeviceSession.device,
        DeviceSession.workstation,
        DeviceSession.created_at,
        DeviceSession.seen_at,
        User.id.label("user_id"),
        User.name,
        User.badge,
        User.roles,
        User.lang,
        User.theme,
        User.is_spoken,
    )
    .join(User, User.id == DeviceSession.user_id)
    .where(
        DeviceSession.token_hash == bindparam("token_hash"),
        DeviceSession.ended_at.is_(None),
        User.is_active.is_(true()),
    )
)
_BADGE = select(User.id, User.name, User.badge, User.roles, User.lang, User.pin_hash).where(
    User.badge == bindparam("badge"), User.is_active.is_(true())
)
_TOUCH = (
    update(table(DeviceSession))
    .where(table(DeviceSession).c.id == bindparam("session_id"))
    .values(seen_at=bindparam("now"))
)


def digest(token: str) -> str:
    """What the database keeps of a session's token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def identify(tx: Session, token: str, now: datetime, idle_lock_s: int, *, touch: bool) -> Actor | None:
    """The person behind a session's token; None when it ended, idled too long, or never was.

    `touch` notes in the database that the session is in use, at most once a minute.
    """
    if not token:
        return None
    row = _WHO.first(tx, token_hash=digest(token))
    if row is None:
        return None
    idle = now - row.seen_at
    if not -AHEAD <= idle <= timedelta(seconds=idle_lock_s):
        return None
    if not -AHEAD <= now - row.created_at <= ABSOLUTE_LIFE:
        return None
    if touch and (idle > TOUCH_EVERY or idle < timedelta()):
        tx.connection().execute(_TOUCH, {"session_id": row.id, "now": now})
    return Actor(
        user_id=row.user_id,
        name=row.name,
        badge=row.badge,
        roles=roles_of(row.roles),
        lang=row.lang,
        theme=row.theme,
        is_spoken=row.is_spoken,
        device=row.device,
        workstation=row.workstation,
        session_id=row.id,
    )


def roles_of(text: str) -> frozenset[Role]:
    """The roles in a user's comma-separated list."""
    return frozenset(Role(part) for part in text.split(",") if part)


def by_badge(tx: Session, badge: str) -> tuple[Actor, str] | None:
    """The active person with this badge and the hash of their PIN."""
    row = tx.connection().execute(_BADGE, {"badge": badge}).first()
    if row is None:
        return None
    actor = Actor(row.id, row.name, row.badge, roles_of(row.roles), lang=row.lang)
    return actor, row.pin_hash


def end(tx: Session, now: datetime, *, user_id: int | None = None, token: str = "") -> None:
    """Every session of a person, or the one of a token, is over at once."""
    mine = (
        DeviceSession.user_id == user_id if user_id is not None else DeviceSession.token_hash == digest(token)
    )
    tx.execute(update(DeviceSession).where(mine, DeviceSession.ended_at.is_(None)).values(ended_at=now))


def device_of(tx: Session, session_id: int) -> str:
    """The hash of the secret of the device on which a session was opened; empty for one without."""
    return tx.scalar(select(DeviceSession.device_hash).where(DeviceSession.id == session_id)) or ""


def stand_at(work: Work, who: Actor, workstation: str) -> None:
    """The device of this session stands at `workstation` from now on: papers come out there."""
    sessions = table(DeviceSession)
    work.tx.execute(update(sessions).where(sessions.c.id == who.session_id).values(workstation=workstation))
    work.by = replace(who, workstation=workstation)


def who_stands_at(tx: Session, places: Collection[str], now: datetime, idle_lock_s: int) -> dict[str, str]:
    """Who is signed in at these benches: code → name, of the newest session of each."""
    awake, alive = now - timedelta(seconds=idle_lock_s), now - ABSOLUTE_LIFE
    rows = tx.execute(
        select(DeviceSession.workstation, User.name)
        .join(User, User.id == DeviceSession.user_id)
        .where(
            DeviceSession.workstation.in_(places),
            DeviceSession.ended_at.is_(None),
            DeviceSession.seen_at >= awake,
            DeviceSession.created_at >= alive,
        )
        .order_by(DeviceSession.id)
    )
    return {row.workstation: row.name for row in rows}


class Noted:
    """Which sessions' use was noted a moment ago, in this process: a page turned is not a write each."""

    def __init__(self) -> None:
        self._at: dict[int, float] = {}

    def is_due(self, session_id: int, now: float) -> bool:
        """Whether it is time to note that this session is in use; `now` in seconds of the steady clock."""
        every_s = TOUCH_EVERY.total_seconds()
        if now - self._at.get(session_id, float("-inf")) <= every_s:
            return False
        self._at = {one: at for one, at in self._at.items() if now - at <= every_s} | {session_id: now}
        return True
