"""The only source of *now* and *today*.

Instants are aware UTC datetimes; ``today`` is the date on the warehouse's wall. Tests and the
simulator hand in a clock they can move; nobody else asks the operating system for the time.

A wall clock may be set: back an hour when the network's time arrives, a day or a year ahead and back by a
wrong battery. So what waits inside one process counts `steady` seconds, and an instant that was written
down is judged by `is_past` or `age`, for which what lies further ahead than it ever could be is past.
"""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol, overload
from zoneinfo import ZoneInfo


@overload
def is_past(at: datetime, now: datetime, most: timedelta) -> bool: ...
@overload
def is_past(at: Any, now: datetime, most: timedelta) -> Any: ...
def is_past(at: Any, now: datetime, most: timedelta) -> Any:
    """Whether the instant `at`, which was never set more than `most` ahead, is over.

    One that lies further ahead than `most` was written while the clock was wrong. `at` may be a column: then
    it is the condition for the database.
    """
    return (at <= now) | (at > now + most)


def age(at: datetime, now: datetime) -> timedelta:
    """How long ago `at` was; what comes from the future is as old as it lies ahead, so that it ages too."""
    return abs(now - at)


class Clock(Protocol):
    """What the rooms need to know about time."""

    zone: ZoneInfo

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...

    def today(self) -> date:
        """The warehouse-local date."""
        ...

    def steady(self) -> float:
        """Seconds on a clock that nobody can set and that means nothing to another process."""
        ...


class SystemClock:
    """Wall time of this machine, dated in the warehouse's zone."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone

    def now(self) -> datetime:
        return datetime.now(UTC)

    def today(self) -> date:
        return self.now().astimezone(self.zone).date()

    def steady(self) -> float:
        return time.monotonic()


class MovableClock:
    """A clock that stands still until it is moved: for tests and the simulator."""

    def __init__(self, now: datetime, zone: ZoneInfo) -> None:
        self._now = now.astimezone(UTC)
        self._steady_s = 0.0
        self.zone = zone

    def now(self) -> datetime:
        return self._now

    def today(self) -> date:
        return self._now.astimezone(self.zone).date()

    def steady(self) -> float:
        return self._steady_s

    def advance(self, **delta: int) -> None:
        """Let ``timedelta(**delta)`` pass, on the wall and on the steady clock."""
        self._now += timedelta(**delta)
        self._steady_s += timedelta(**delta).total_seconds()

    def jump(self, **delta: int) -> None:
        """Set the wall clock by ``timedelta(**delta)``, back when negative; no time passes."""
        self._now += timedelta(**delta)
