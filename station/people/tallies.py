"""The budgets of wrong PINs in the database: charged before a PIN is looked at, under a lock on each row.

So however many guesses come at once, over however many processes, no more are judged than there is room
for, and a restart forgets nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from station.ground.db import table
from station.people import guessing
from station.people.guessing import LIMITS, Fill, Line
from station.people.models import PinTally, User

_TALLY = table(PinTally)
_SET = (
    update(_TALLY)
    .where(_TALLY.c.id == bindparam("tally_id"))
    .values(clear_at=bindparam("clear"), free_at=bindparam("free"))
)


@dataclass(frozen=True, slots=True)
class Charge:
    """One line that a guess is charged to. `user_id` is the person guessed at."""

    line: Line
    key: str
    user_id: int | None = None


def opens_at(tx: Session, charges: Sequence[Charge], now: datetime) -> datetime:
    """When a guess on all these lines is judged; `now` when at once."""
    return _opens(_found(tx, charges), charges, now)


def charge(tx: Session, charges: Sequence[Charge], now: datetime) -> datetime | None:
    """Take one guess from every line, or none from any: then when there is room again, else None."""
    rows = _found(tx, charges, lock=True)
    opens = _opens(rows, charges, now)
    if opens > now:
        return opens
    for wanted in _ordered(charges):
        row, limit = rows.get((wanted.line, wanted.key)), LIMITS[wanted.line]
        fill = guessing.charged(_fill(row) if row else Fill(now, now), limit, now)
        if row:
            _set(tx, row, fill)
        else:
            values = {"line": wanted.line, "key": wanted.key, "user_id": wanted.user_id}
            tx.execute(insert(_TALLY), {**values, "clear_at": fill.clear_at, "free_at": fill.free_at})
    if len(rows) < len(charges):
        _tidy(tx, now)
    return None


def give_back(tx: Session, charges: Sequence[Charge], now: datetime) -> None:
    """The guess was right: every line gets back what it took."""
    for row in _found(tx, charges, lock=True).values():
        _set(tx, row, guessing.given_back(_fill(row), LIMITS[Line(row.line)], now))


def unlock(tx: Session, user_id: int, now: datetime) -> None:
    """Let this person's PIN be tried again at once, a few times."""
    for row in _of(tx, user_id):
        if row.line != Line.UNLOCK:
            _set(tx, row, guessing.unlocked(_fill(row), LIMITS[Line(row.line)], now))


def forget(tx: Session, user_id: int) -> None:
    """What was guessed at this person's PIN counts no more: it is another PIN now."""
    tx.execute(delete(_TALLY).where(_TALLY.c.user_id == user_id))


@dataclass(frozen=True, slots=True)
class Trouble:
    """A person whose PIN somebody has been trying: where `opens_at` is after now, guesses are not judged."""

    user_id: int
    name: str
    opens_at: datetime


def troubles(tx: Session, now: datetime, user_id: int | None = None) -> list[Trouble]:
    """Everybody whose PIN was wrong so often that it is slowed down; of one person when asked so."""
    query = (
        select(*_TALLY.c, User.name).join(User, User.id == _TALLY.c.user_id).where(_TALLY.c.clear_at > now)
    )
    if user_id is not None:
        query = query.where(_TALLY.c.user_id == user_id)
    by_user: dict[int, Trouble] = {}
    for row in tx.execute(query.order_by(User.name, _TALLY.c.id)):
        limit = LIMITS[Line(row.line)]
        if row.line == Line.UNLOCK or round(guessing.level(_fill(row), limit, now)) < limit.free:
            continue
        before = by_user.get(row.user_id)
        opens = guessing.opens(_fill(row), limit, now)
        latest = max(opens, before.opens_at) if before else opens
        by_user[row.user_id] = Trouble(row.user_id, row.name, latest)
    return list(by_user.values())


def _ordered(charges: Iterable[Charge]) -> list[Charge]:
    """In one order everywhere, so that two who lock several rows never wait for each other."""
    return sorted(charges, key=lambda charge: (charge.line, charge.key))


def _found(tx: Session, charges: Sequence[Charge], *, lock: bool = False) -> dict[tuple[str, str], Any]:
    mine = or_(*(and_(_TALLY.c.line == one.line, _TALLY.c.key == one.key) for one in charges))
    query = select(_TALLY).where(mine).order_by(_TALLY.c.line, _TALLY.c.key)
    rows = tx.execute(query.with_for_update() if lock else query)
    return {(row.line, row.key): row for row in rows}


def _of(tx: Session, user_id: int) -> Sequence[Any]:
    query = select(_TALLY).where(_TALLY.c.user_id == user_id).order_by(_TALLY.c.line, _TALLY.c.key)
    return tx.execute(query.with_for_update()).all()


def _opens(rows: dict[tuple[str, str], Any], charges: Sequence[Charge], now: datetime) -> datetime:
    waits = (
        guessing.opens(_fill(row), LIMITS[one.line], now)
        for one in charges
        if (row := rows.get((one.line, one.key))) is not None
    )
    return max(waits, default=now)


def _fill(row: Any) -> Fill:
    return Fill(row.clear_at, row.free_at)


def _set(tx: Session, row: Any, fill: Fill) -> None:
    tx.execute(_SET, {"tally_id": row.id, "clear": fill.clear_at, "free": fill.free_at})


_LONGEST = max(limit.longest for limit in LIMITS.values())


def _tidy(tx: Session, now: datetime) -> None:
    """Empty lines say nothing; nor does what only a wrong clock can have written."""
    past = or_(_TALLY.c.clear_at <= now, _TALLY.c.clear_at > now + _LONGEST)
    tx.execute(delete(_TALLY).where(past))
