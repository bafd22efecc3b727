"""The only source of *now* and *today*.

Instants are aware UTC datetimes; ``today`` is the date on the warehouse's wall. Tests and the
simulator hand in a clock they can move; nobody else asks the operating system for the time.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """What the rooms need to know about time."""

    zone: ZoneInfo

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...

    def today(self) -> date:
        """The warehouse-local date."""
        ...


class SystemClock:
    """Wall time of this machine, dated in the warehouse's zone."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone

    def now(self) -> datetime:
        return datetime.now(UTC)

    def today(self) -> date:
        return self.now().astimezone(self.zone).date()


class MovableClock:
    """A clock that stands still until it is moved: for tests and the simulator."""

    def __init__(self, now: datetime, zone: ZoneInfo) -> None:
        self._now = now.astimezone(UTC)
        self.zone = zone

    def now(self) -> datetime:
        return self._now

    def today(self) -> date:
        return self._now.astimezone(self.zone).date()

    def advance(self, **delta: int) -> None:
        """Move forward by ``timedelta(**delta)``; negative values step back."""
        self._now += timedelta(**delta)
