"""People: who may do what, who may not for now, and whose PIN is new.

What changes a person ends their sessions at once: a stolen handheld, an old role or an old PIN is worth
nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from station.ground.scan.codes import internal
from station.ground.words.actor import Actor, Role
from station.ground.words.messages import Refused
from station.people import sessions, tallies, trail
from station.people.guessing import Line
from station.people.models import KnownDevice, User
from station.people.pins import LONGEST, SHORTEST
from station.people.tallies import Charge

POWER = frozenset({Role.SUPERVISOR, Role.ADMIN})
"""Who rules over people at the desk."""

LONGEST_NUMBER = 12
"""Letters and digits of a badge's number."""


def add_user(
    tx: Session,
    number: str,
    name: str,
    pin_hash: str,
    roles: Iterable[Role],
    now: datetime,
    by: Actor | None = None,
) -> User:
    """A new person with the badge ``US<number>``: E-PPL-01 when it is taken, E-PPL-02 when it is no number.

    With an empty `pin_hash` nobody can sign in with that badge until a PIN is given.
    """
    badge = _free_badge(tx, number)
    user = User(badge=badge, name=name, pin_hash=pin_hash, roles=_named(roles), created_at=now)
    tx.add(user)
    tx.flush()
    trail.note(tx, by, "ADD_USER", badge, now, name=name, roles=user.roles)
    return user


def check_pin(pin: str, number: str, least: int) -> None:
    """Refuse what is no PIN or too short for the roles (E-PPL-03), or tried first by everybody (E-PPL-04)."""
    if not (least <= len(pin) <= LONGEST and pin.isascii() and pin.isdigit()):
        raise Refused("E-PPL-03", least=max(least, SHORTEST), most=LONGEST)
    steps = {(int(after) - int(before)) % 10 for before, after in itertools.pairwise(pin)}
    halves = pin[: len(pin) // 2], pin[len(pin) // 2 :]
    if steps <= {0} or steps <= {1} or steps <= {9} or halves[0] == halves[1] or pin == number:
        raise Refused("E-PPL-04")


def number_of(badge: str) -> str:
    """What stands on a badge between its prefix and its check character."""
    return badge.removeprefix("US")[:-1]


def person(tx: Session, number: str) -> User:
    """The person whose badge has this number or text; LookupError when there is none."""
    badge = number.strip().upper()
    known = [badge, internal("US", badge)] if badge.isascii() and badge.isalnum() else [badge]
    user = tx.scalars(select(User).where(User.badge.in_(known))).first()
    if user is None:
        raise LookupError(f"nobody has the badge {number}")
    return user


def set_pin(tx: Session, user: User, pin_hash: str, now: datetime, by: Actor | None = None) -> None:
    """Another PIN: guesses at the old one count no more, and no browser is known to be theirs."""
    tx.execute(update(User).where(User.id == user.id).values(pin_hash=pin_hash))
    tx.execute(delete(KnownDevice).where(KnownDevice.user_id == user.id))
    tallies.forget(tx, user.id)
    _changed(tx, user, "SET_PIN", now, by)


def set_badge(tx: Session, user: User, number: str, now: datetime, by: Actor | None = None) -> None:
    """A new badge for a lost one, which opens nothing any more; E-PPL-01, E-PPL-02 as in `add_user`."""
    old, badge = user.badge, _free_badge(tx, number)
    tx.execute(update(User).where(User.id == user.id).values(badge=badge))
    tx.refresh(user)
    _changed(tx, user, "SET_BADGE", now, by, old=old, new=badge)


def set_name(tx: Session, user: User, name: str, now: datetime, by: Actor | None = None) -> None:
    """The name that stands on papers from now on."""
    old = user.name
    tx.execute(update(User).where(User.id == user.id).values(name=name))
    trail.note(tx, by, "SET_NAME", user.badge, now, old=old, new=name)


def set_active(tx: Session, user: User, now: datetime, by: Actor | None = None, *, is_active: bool) -> None:
    """Switch a person off (their badge opens nothing any more) or on again."""
    tx.execute(update(User).where(User.id == user.id).values(is_active=is_active))
    if not is_active:
        tx.execute(delete(KnownDevice).where(KnownDevice.user_id == user.id))
    _changed(tx, user, "ENABLE_USER" if is_active else "DISABLE_USER", now, by)


def set_roles(tx: Session, user: User, roles: Iterable[Role], now: datetime, by: Actor | None = None) -> None:
    """Other roles; the PIN must be long enough for them at its next use."""
    old, names = user.roles, _named(roles)
    tx.execute(update(User).where(User.id == user.id).values(roles=names))
    _changed(tx, user, "SET_ROLES", now, by, old=old, new=names)


def unlock(tx: Session, user: User, now: datetime, by: Actor | None = None) -> None:
    """Let a person try their PIN again at once.

    At the desk (`by`) twice a day, or whoever guesses would have a helper (E-AUTH-09): then a new PIN is the
    way. The command line may always.
    """
    if by is not None and tallies.charge(tx, [Charge(Line.UNLOCK, str(user.id), user.id)], now):
        raise Refused("E-AUTH-09")
    tallies.unlock(tx, user.id, now)
    trail.note(tx, by, "UNLOCK_USER", user.badge, now)


def somebody_is(tx: Session, role: Role) -> bool:
    """Whether anybody who may sign in holds this role."""
    listed = ("," + User.roles + ",").contains(f",{role.value},", autoescape=True)
    return tx.scalar(select(User.id).where(User.is_active, listed).limit(1)) is not None


def may_change(by: Actor, user: User) -> bool:
    """Whether somebody at the desk may switch this person off and on: an administrator everybody but
    himself, a supervisor those who rule over nobody.
    """
    if by.user_id == user.id or not by.may(POWER):
        return False
    return Role.ADMIN in by.roles or not POWER & sessions.roles_of(user.roles)


def may_unlock(by: Actor, user: User) -> bool:
    """Whether somebody at the desk may unlock this person: nobody unlocks himself."""
    return by.may(POWER) and by.user_id != user.id


def _free_badge(tx: Session, number: str) -> str:
    if not (1 <= len(number) <= LONGEST_NUMBER and number.isascii() and number.isalnum()):
        raise Refused("E-PPL-02", most=LONGEST_NUMBER)
    badge = internal("US", number.upper())
    if tx.scalar(select(User.id).where(User.badge == badge)) is not None:
        raise Refused("E-PPL-01", number=number)
    return badge


def _changed(tx: Session, user: User, action: str, now: datetime, by: Actor | None, **detail: str) -> None:
    sessions.end(tx, now, user_id=user.id)
    trail.note(tx, by, action, user.badge, now, **detail)


def _named(roles: Iterable[Role]) -> str:
    return ",".join(sorted(Role(role).value for role in roles))
