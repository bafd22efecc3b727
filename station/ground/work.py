"""One unit of work: what every rule is handed first (design: one unit of work).

A scan's `Context` is a `Work`; a desk page, an ERP's turn and a nightly job make one. So a key on a
handheld, a button at the desk, a message and the simulator call the same rule.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from secrets import token_hex
from typing import Protocol, TypeVar

from sqlalchemy.orm import Session

from station.clock import Clock
from station.ground.db import DESK, Database
from station.ground.thresholds.reading import rules_of
from station.ground.words.messages import Refused
from station.settings import Rules, Settings

T = TypeVar("T")


class By(Protocol):
    """Whoever does it: a person on a device, or the station itself."""

    @property
    def user_id(self) -> int | None: ...
    @property
    def name(self) -> str: ...
    @property
    def device(self) -> str: ...
    @property
    def workstation(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Machine:
    """Something that is nobody: an ERP, the planner, the nightly job."""

    name: str
    user_id: int | None = None
    device: str = ""
    workstation: str = ""


SYSTEM, OFFICE = Machine("system"), Machine("ERP")


@dataclass(kw_only=True)
class Work:
    """The session, the instant and day, the settings, who does it.

    `key` is this unit's own: what it posts carries it, so that the same unit done twice is seen (I8).
    `permissions` holds what a supervisor has allowed in it: code → who and why.
    """

    tx: Session
    now: datetime
    today: date
    settings: Settings
    by: By
    key: str = ""
    permissions: dict[str, str] = field(default_factory=dict)

    @cached_property
    def rules(self) -> Rules:
        """The thresholds that count now: what the desk has said over the file's (`station.ground.knobs`)."""
        return rules_of(self.tx, self.settings)

    def unless_allowed(self, code: str, /, **facts: object) -> str:
        """Refuse with the S-level `code`, unless a supervisor has allowed exactly that; then who and why."""
        allowed = self._allowed()
        if code not in allowed:
            raise Refused(code, **facts)
        return allowed[code]

    def used(self, code: str) -> None:
        """The permission to go on after `code` was for this once only."""
        self._allowed().pop(code, None)

    def _allowed(self) -> dict[str, str]:
        return self.permissions


@dataclass(frozen=True, slots=True)
class Works:
    """Makes units of work outside the scan door: for pages, loops, commands."""

    db: Database
    clock: Clock
    settings: Settings

    def work(self, tx: Session, by: By, key: str = "") -> Work:
        """A unit of work in `tx`, now; whoever needs none of its own gets a `key` that nobody else has."""
        now = self.clock.now()
        today = now.astimezone(self.clock.zone).date()
        return Work(tx=tx, now=now, today=today, settings=self.settings, by=by, key=key or token_hex(8))

    def do(self, rule: Callable[[Work], T], by: By, *, key: str = "", priority: int = DESK) -> T:
        """Run `rule` in a unit of work of its own, durably; what it raises is raised here."""
        return self.db.write(lambda tx: rule(self.work(tx, by, key)), priority)
