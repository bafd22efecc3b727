"""Signing in with badge and PIN; sessions live in the database and end there."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import bindparam, insert, select, true, update
from sqlalchemy.orm import Session

from station.ground.db import DESK, Database, Prepared, table
from station.ground.words.actor import Actor, Role
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.people import trail
from station.people.models import DeviceSession, User
from station.people.pins import Pins
from station.settings import Settings

ABSOLUTE_LIFE = timedelta(hours=12)
TOUCH_EVERY = timedelta(seconds=60)
FREE_TRIES = 5

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
_BADGE = select(
    User.id, User.name, User.badge, User.roles, User.lang, User.pin_hash, User.locked_until
).where(User.badge == bindparam("badge"), User.is_active.is_(true()))
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
    if idle > timedelta(seconds=idle_lock_s) or now - row.created_at > ABSOLUTE_LIFE:
        return None
    if touch and idle > TOUCH_EVERY:
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


def stand_at(work: Work, who: Actor, workstation: str) -> None:
    """The device of this session stands at `workstation` from now on: papers come out there."""
    sessions = table(DeviceSession)
    work.tx.execute(update(sessions).where(sessions.c.id == who.session_id).values(workstation=workstation))
    work.by = replace(who, workstation=workstation)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A fresh session: the token goes into the cookie and is not stored anywhere."""

    token: str
    actor: Actor


@dataclass
class Gate:
    """Sign-in and sign-out."""

    db: Database
    pins: Pins
    settings: Settings

    def sign_in(self, badge: str, pin: str, device: str, now: datetime) -> SignedIn:
        """Open a session. Wrong badge and wrong PIN get the same refusal after the same work.

        Five wrong PINs lock the badge for 30 s, doubling to 15 min.
        """
        with self.db.read() as tx:
            found = tx.execute(_BADGE, {"badge": badge}).first()
        locked = found is not None and found.locked_until is not None and found.locked_until > now
        right = self.pins.verify(found.pin_hash if found else _NOBODY, pin)
        if found is None or locked:
            raise Refused("E-AUTH-06")
        if not right:
            self.db.write(lambda tx: _count_wrong(tx, found.id, now), DESK)
            raise Refused("E-AUTH-06")
        token = secrets.token_urlsafe(32)
        actor = self.db.write(lambda tx: self._open(tx, found.id, token, device, now), DESK)
        return SignedIn(token, actor)

    def proves(self, user_id: int, pin_hash: str, pin: str, now: datetime) -> bool:
        """Whether `pin` is this person's, at a signature or an override.

        Wrong ones count and lock as at sign-in, so that a PIN cannot be found by trying; a locked
        person's right PIN is as wrong as any other.
        """
        with self.db.read() as tx:
            until = tx.scalar(select(User.locked_until).where(User.id == user_id))
        right = self.pins.verify(pin_hash, pin)
        if until is not None and until > now:
            return False
        if not right:
            self.db.write(lambda tx: _count_wrong(tx, user_id, now), DESK)
        return right

    def _open(self, tx: Session, user_id: int, token: str, device: str, now: datetime) -> Actor:
        tx.execute(update(User).where(User.id == user_id).values(wrong_pins=0, locked_until=None))
        workstation = tx.scalar(
            select(DeviceSession.workstation)
            .where(DeviceSession.device == device, DeviceSession.device != "")
            .order_by(DeviceSession.id.desc())
            .limit(1)
        )
        tx.execute(
            insert(DeviceSession),
            {
                "token_hash": digest(token),
                "user_id": user_id,
                "device": device,
                "workstation": workstation or "",
                "created_at": now,
                "seen_at": now,
            },
        )
        actor = identify(tx, token, now, self.settings.rules.idle_lock_s, touch=False)
        assert actor is not None
        trail.note(tx, actor, "SIGN_IN", actor.badge, now)
        return actor

    def sign_out(self, token: str, now: datetime) -> None:
        """End the session; the cookie is worthless afterwards."""

        def end(tx: Session) -> None:
            tx.execute(
                update(DeviceSession)
                .where(DeviceSession.token_hash == digest(token), DeviceSession.ended_at.is_(None))
                .values(ended_at=now)
            )

        self.db.write(end, DESK)


def _count_wrong(tx: Session, user_id: int, now: datetime) -> None:
    wrong = tx.scalar(select(User.wrong_pins).where(User.id == user_id)) or 0
    wrong += 1
    lock = None
    if wrong >= FREE_TRIES:
        lock = now + timedelta(seconds=min(30 * 2 ** min(wrong - FREE_TRIES, 5), 900))
    tx.execute(update(User).where(User.id == user_id).values(wrong_pins=wrong, locked_until=lock))
    badge = tx.scalar(select(User.badge).where(User.id == user_id)) or ""
    trail.note(tx, None, "WRONG_PIN", badge, now, times=wrong)


_NOBODY = (
    "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$Y2hlY2tlZCBhZ2FpbnN0IG5vYm9keSBhdCBhbGwsIGZpbmU"
)
"""Verified against when the badge is unknown, so that the answer takes as long."""
