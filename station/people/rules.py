"""Making people: who may do what."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.ground.scan.codes import internal
from station.ground.words.actor import Actor, Role
from station.people import trail
from station.people.models import User


def add_user(
    tx: Session,
    number: str,
    name: str,
    pin_hash: str,
    roles: Iterable[Role],
    now: datetime,
    by: Actor | None = None,
) -> User:
    """A new person with the badge ``US<number>``; ValueError when the number is taken or not plain."""
    badge = internal("US", number)
    if tx.scalar(select(User.id).where(User.badge == badge)) is not None:
        raise ValueError(f"badge number {number} is taken")
    names = ",".join(sorted(Role(role).value for role in roles))
    user = User(badge=badge, name=name, pin_hash=pin_hash, roles=names, created_at=now)
    tx.add(user)
    tx.flush()
    trail.note(tx, by, "ADD_USER", badge, now, name=name, roles=names)
    return user
