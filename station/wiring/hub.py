"""The station's parts, put together: what pages, workers and commands hold on to."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy.exc import DBAPIError

from station.carriers.ranges import RangeService
from station.clock import Clock, SystemClock
from station.erp.sync import Sync
from station.ground.db import Database, FateUnknown, reason
from station.ground.db.space import Space
from station.ground.room import Room
from station.ground.scan.door import Door
from station.ground.scan.workflow import Workflow
from station.ground.vault import Vault
from station.ground.vitals import Vitals
from station.ground.words.actor import Actor
from station.ground.work import Works
from station.office.steps import Looked
from station.people.first import FirstStart
from station.people.gate import Gate
from station.people.pins import Pins
from station.people.sessions import Noted
from station.rooms import ROOMS
from station.settings import Settings
from station.wiring.services import KnownPeople, Resolver, Services

log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass
class Hub:
    """One station: settings, database, clock, the door with its workflows, sign-in."""

    settings: Settings
    db: Database
    clock: Clock
    pins: Pins
    vault: Vault
    services: Services
    door: Door
    works: Works
    gate: Gate
    vitals: Vitals
    rooms: Sequence[Room]
    noted: Noted = field(default_factory=Noted)
    wake: threading.Event = field(default_factory=threading.Event)
    demo_people: list[tuple[str, str, str, str]] = field(default_factory=list)
    """(badge, PIN, name, roles) of the demo's people; empty in a real warehouse."""

    @property
    def workflows(self) -> Mapping[str, Workflow]:
        """Every handheld process, in the order of the start page."""
        return self.door.workflows

    def part(self, kind: type[T]) -> T:
        """The station's one part of this kind: its door, its gate, its vault, its services."""
        parts = (self.door, self.gate, self.vault, self.pins, self.services, *self.services.parts)
        return next(part for part in parts if isinstance(part, kind))

    def identify(self, token: str, *, is_in_use: bool = False) -> Actor | None:
        """The person behind a session's token, for pages; with `is_in_use` it does not idle out from here."""
        with self.db.read() as tx:
            actor = self.services.people.identify_only(tx, token, self.clock.now())
        if actor and is_in_use and self.noted.is_due(actor.session_id, self.clock.steady()):
            try:
                self.db.write(lambda tx: self.services.people.identify(tx, token, self.clock.now()))
            except (DBAPIError, FateUnknown) as error:  # a full disk closes no page
                log.warning("the use of a session was not noted: %s", reason(error))
        return actor

    def sync(self) -> Sync:
        """A way to work with the ERPs; each thread has its own."""
        return Sync(self.db, self.clock, self.vault, self.settings)

    def close(self) -> None:
        """Finish what is queued and let go of the database."""
        self.db.close()


def build(
    settings: Settings,
    *,
    db: Database | None = None,
    clock: Clock | None = None,
    rooms: Sequence[Room] = ROOMS,
) -> Hub:
    """Wire a station for `settings`; tests hand in their own database, clock and rooms."""
    db = db or Database(
        settings.url,
        journal=settings.journal,
        commit_delay_ms=settings.commit_delay_ms,
        pool_size=settings.threads,
    )
    clock = clock or SystemClock(settings.zone)
    pins = Pins.in_folder(settings.data)
    gate = Gate(db, pins, settings)
    services = Services(
        KnownPeople(settings, gate),
        Resolver(rooms, clock.today, settings.rules.shop_codes),
        parts=(RangeService(), FirstStart(), Looked()),
    )
    workflows = {flow.name: flow for room in rooms for flow in room.workflows}
    door = Door(db, clock, settings, services, workflows)
    hub = Hub(
        settings=settings,
        db=db,
        clock=clock,
        pins=pins,
        vault=Vault.in_folder(settings.data),
        services=services,
        door=door,
        works=Works(db, clock, settings),
        gate=gate,
        vitals=Vitals(db, clock, Space(db.url, settings.reserve_mb * 1_000_000)),
        rooms=rooms,
    )
    door.on_commit.append(hub.wake.set)
    return hub
