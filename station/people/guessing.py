"""How often a PIN may be guessed: budgets that empty slowly, and waits that grow. Pure arithmetic.

Every guess is charged to several lines at once, and is judged only when all of them have room:

- the person guessed at has three: at devices and in sessions known to be theirs (OWN), at sign-in from
  anywhere else (STRANGER), at a signature on somebody else's handheld (ASKED). None of them can be used up
  by the others'.
- one place that guesses at one person (PLACE: an address, a device, a colleague) is stopped before that
  person's line slows down, so that whoever guesses shuts himself out and not the others.
- whoever guesses at many: an address and a device at sign-in (ADDRESS, DEVICE), a session and the person in
  it at signatures (SESSION, ASKER), and an address with all its signed-in handhelds (CROWD).

A line holds wrong guesses like a leaking bucket: each fills it by one, and one leaks out every `interval`.
So in any day at most `most` are judged on it. A right PIN gives back only what it took itself: nobody's
success clears the way for somebody else's guesses.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

DAY = timedelta(days=1)
FIRST_WAIT = timedelta(seconds=30)


class Line(StrEnum):
    """Whose budget it is: see the module."""

    OWN = "OWN"
    STRANGER = "STRANGER"
    ASKED = "ASKED"
    PLACE = "PLACE"
    ADDRESS = "ADDRESS"
    DEVICE = "DEVICE"
    SESSION = "SESSION"
    ASKER = "ASKER"
    CROWD = "CROWD"
    UNLOCK = "UNLOCK"


@dataclass(frozen=True, slots=True)
class Limit:
    """`free` wrong ones without a wait, then waits of 30 s, 1 min, 2 min…, `cap` at most, one less each
    `interval`.
    """

    free: int
    cap: int
    interval: timedelta

    @property
    def longest(self) -> timedelta:
        """Until a full line is empty. What lies further ahead was written by a clock that was wrong."""
        return self.cap * self.interval

    @property
    def most(self) -> int:
        """Guesses that are judged on this line within a day, at most."""
        return self.cap + DAY // self.interval

    def wait(self, level: float) -> timedelta:
        """After the guess that fills the line up to `level`."""
        over = round(level) - self.free
        return timedelta() if over < 0 else min(FIRST_WAIT * 2**over, self.interval)


_PERSON = Limit(free=9, cap=11, interval=timedelta(hours=2))
LIMITS = {
    Line.OWN: _PERSON,
    Line.STRANGER: _PERSON,
    Line.ASKED: _PERSON,
    Line.PLACE: Limit(free=5, cap=8, interval=timedelta(hours=2)),
    Line.ADDRESS: Limit(free=8, cap=16, interval=timedelta(minutes=20)),
    Line.DEVICE: Limit(free=8, cap=16, interval=timedelta(minutes=20)),
    Line.SESSION: Limit(free=6, cap=12, interval=timedelta(minutes=20)),
    Line.ASKER: Limit(free=6, cap=12, interval=timedelta(minutes=20)),
    Line.CROWD: Limit(free=40, cap=80, interval=timedelta(minutes=2)),
    Line.UNLOCK: Limit(free=2, cap=2, interval=timedelta(days=1)),
}
PERSONS = (Line.OWN, Line.STRANGER, Line.ASKED)
"""The lines of the person guessed at."""
AFTER_UNLOCK = 3
"""Wrong ones that an unlocked person has at most before the line is full again."""
MOST_A_DAY = sum(LIMITS[line].most for line in PERSONS) + LIMITS[Line.UNLOCK].most * AFTER_UNLOCK * len(
    PERSONS
)
"""Guesses at one person's PIN that are judged in a day, by all doors together, unlocked at the desk as
often as that goes: fewer than 100, so that a PIN of four digits is found with a chance below one in a
hundred.
"""


@dataclass(frozen=True, slots=True)
class Fill:
    """How full a line is: empty at `clear_at` when nothing comes, and closed until `free_at`."""

    clear_at: datetime
    free_at: datetime


def seen(fill: Fill, limit: Limit, now: datetime) -> Fill:
    """`fill` as it counts now: what lies further ahead than it ever could is taken as past."""
    if fill.clear_at > now + limit.longest or fill.free_at > now + limit.interval:
        return Fill(now, now)
    return Fill(max(fill.clear_at, now), max(fill.free_at, now))


def level(fill: Fill, limit: Limit, now: datetime) -> float:
    """How many wrong ones the line holds, in guesses."""
    return (seen(fill, limit, now).clear_at - now) / limit.interval


def opens(fill: Fill, limit: Limit, now: datetime) -> datetime:
    """When the next guess is judged; `now` when at once."""
    here = seen(fill, limit, now)
    return max(now, here.free_at, here.clear_at - (limit.cap - 1) * limit.interval)


def charged(fill: Fill, limit: Limit, now: datetime) -> Fill:
    """With one guess more."""
    clear_at = seen(fill, limit, now).clear_at + limit.interval
    wait = limit.wait((clear_at - now) / limit.interval)
    return Fill(clear_at, now + wait if wait else _open(limit, now))


def given_back(fill: Fill, limit: Limit, now: datetime) -> Fill:
    """Without the guess that turned out right."""
    return Fill(max(now, seen(fill, limit, now).clear_at - limit.interval), _open(limit, now))


def unlocked(fill: Fill, limit: Limit, now: datetime) -> Fill:
    """Open at once, and with `AFTER_UNLOCK` guesses of room; never fuller than before."""
    room = min(limit.cap - AFTER_UNLOCK, limit.free - 1)
    return Fill(min(seen(fill, limit, now).clear_at, now + room * limit.interval), _open(limit, now))


def _open(limit: Limit, now: datetime) -> datetime:
    """Open for everybody, also for those who looked at the clock a moment before and come after."""
    return now - limit.interval
