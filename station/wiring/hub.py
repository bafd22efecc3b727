"""The station's parts, put together: what pages, workers and commands hold on to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from station.carriers.ranges import RangeService
from station.clock import Clock, SystemClock
from station.devices.workflow import place
from station.erp.sync import Sync
from station.erp.vault import Vault
from station.ground.db import Database
from station.ground.scan.door import Door
from station.ground.scan.workflow import Workflow
from station.inbound import documents as inbound
from station.inbound.arrive.workflow import arrive
from station.inbound.sign.workflow import sign_off
from station.inbound.stage1.workflow import stage1
from station.inbound.stage2.workflow import stage2
from station.outbound.dispatch import rules as dispatching
from station.outbound.dispatch.workflow import dispatch
from station.outbound.interception import rules as intercepting
from station.outbound.interception.workflow import intercept
from station.outbound.packing import rules as packing
from station.outbound.packing.workflow import pack
from station.outbound.picking import rules as picking
from station.outbound.picking.workflow import pick
from station.people.pins import Pins
from station.people.sessions import Gate
from station.settings import Settings
from station.storage.putaway import rules as storage
from station.storage.putaway.workflow import putaway
from station.wiring.services import Services

WORKFLOWS: Mapping[str, Workflow] = {
    flow.name: flow
    for flow in (arrive, stage1, stage2, sign_off, putaway, pick, pack, dispatch, intercept, place)
}
"""Every handheld process, in the order of the start page."""


def _waiting(warehouse: str) -> Mapping[str, Callable[[Session], int]]:
    return {
        "notices": lambda tx: len(inbound.open_notices(tx, warehouse, limit=1000)),
        "stage1": lambda tx: inbound.count_receipts(tx, "ARRIVED", "STAGE1"),
        "stage2": lambda tx: inbound.count_receipts(tx, "STAGE2"),
        "sign": lambda tx: inbound.count_receipts(tx, "AWAIT_SIGN", "SIGNED"),
        "putaway": storage.count_waiting,
        "picks": picking.count_open,
        "packs": packing.count_waiting,
        "staged": dispatching.staged,
        "intercepts": intercepting.count_waiting,
    }


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
    gate: Gate
    workflows: Mapping[str, Workflow]
    waiting: Mapping[str, Callable[[Session], int]]
    wake: threading.Event = field(default_factory=threading.Event)
    demo_people: list[tuple[str, str, str, str]] = field(default_factory=list)
    """(badge, PIN, name, roles) of the demo's people; empty in a real warehouse."""

    def sync(self) -> Sync:
        """A way to work with the ERPs; each thread has its own."""
        return Sync(self.db, self.clock, self.vault, self.settings)

    def close(self) -> None:
        """Finish what is queued and let go of the database."""
        self.db.close()


def build(settings: Settings, *, db: Database | None = None, clock: Clock | None = None) -> Hub:
    """Wire a station for `settings`; tests hand in their own database and clock."""
    db = db or Database(
        settings.url,
        journal=settings.journal,
        commit_delay_ms=settings.commit_delay_ms,
        pool_size=settings.threads,
    )
    clock = clock or SystemClock(settings.zone)
    pins = Pins.in_folder(settings.data)
    services = Services(settings, pins, RangeService())
    door = Door(db, clock, settings, services, WORKFLOWS)
    hub = Hub(
        settings=settings,
        db=db,
        clock=clock,
        pins=pins,
        vault=Vault.in_folder(settings.data),
        services=services,
        door=door,
        gate=Gate(db, pins, settings),
        workflows=WORKFLOWS,
        waiting=_waiting(settings.warehouse_code),
    )
    door.on_commit.append(hub.wake.set)
    return hub
