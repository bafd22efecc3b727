"""What a room hangs on the one list of rooms (`station.rooms`); a new process is a folder and one line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from station.ground.db.invariants import Invariant
from station.ground.scan.diagnosis import Said
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.workflow import Workflow
from station.ground.setup.alarms import Watch
from station.ground.setup.needs import Check
from station.ground.setup.section import Section
from station.ground.thresholds.setting import Setting
from station.ground.work import Works

Describer = Callable[[Session, Code], list[Said]]
Lookup = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Job:
    """A loop of this room. `begin` gives one turn of it, which says whether there is more to do at once.

    `end` is handed that turn when the loop ends for good.
    """

    name: str
    begin: Callable[[Works], Callable[[], bool]]
    idle_s: float = 1.0
    end: Callable[[Any], None] = lambda _turn: None


@dataclass(frozen=True, slots=True)
class Room:
    """One subject of the warehouse.

    `tables` and `pages` are names of modules: the ones with its tables, and the ones whose import puts its
    pages on a blueprint. `codes` answers the resolver's look-ups (product, lot_regex, waybill, notice),
    names articles (named) and hears of codes that nobody knew (unknown),
    `describes` says what a thing scanned is at this moment, `needs` what is missing for the first order,
    `alarms` what has waited for too long. `settings` are the thresholds of its processes that a supervisor
    changes at the desk.
    """

    name: str
    workflows: Sequence[Workflow] = ()
    tables: Sequence[str] = ()
    pages: Sequence[str] = ()
    codes: Mapping[str, Lookup] = field(default_factory=dict)
    describes: Mapping[Kind, Describer] = field(default_factory=dict)
    invariants: Sequence[Invariant] = ()
    registers: Sequence[Any] = ()
    jobs: Sequence[Job] = ()
    setup: Sequence[Section] = ()
    needs: Sequence[Check] = ()
    settings: Sequence[Setting] = ()
    alarms: Sequence[Watch] = ()
