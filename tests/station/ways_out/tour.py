"""A tour through every step of every process: a whole day, then every deviation from it, on copies of its file.

The day is worked as on any shift; whenever somebody first stands at a step, the file is copied. From each copy
every card, the number keys and some nonsense are tried, until no new step appears. What a step offers it says
itself, so a new process is walked without a line here as soon as somebody begins it.
"""

from __future__ import annotations

import contextlib
import itertools
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

from station.clock import MovableClock
from station.ground.db import Database
from station.ground.scan.codes import internal
from station.ground.work import OFFICE
from station.outbound.orders import rules as orders
from station.outbound.orders.models import DeliveryOrder
from station.practice.demo import world
from station.settings import Rules, Settings
from station.wiring import hub as hubs
from station.wiring.hub import Hub
from tests.floor import CHEN, SUN, ZHAO, Answer, Floor
from tests.station.ways_out import day

Key = tuple[str, str]


@dataclass
class Stop:
    """Somebody at a step of a process, and the file in which they stand there."""

    flow: str
    step: str
    person: str
    path: Path
    tokens: dict[tuple[str, str], str]


CANCELLED = {"pick", "sort", "pack", "dispatch", "intercept"}
"""The processes where the office's change of mind leads to steps of their own."""


@dataclass
class Tour:
    """Where one can stand, found by walking."""

    folder: Path
    clock: MovableClock
    pepper: Path
    stops: dict[Key, Stop] = field(default_factory=dict)
    serial: int = 0
    is_over: bool = False

    def reopen(self, stop: Stop) -> Walker:
        """A station of its own on a copy of the file of this stop."""
        self.serial += 1
        folder = self.folder / f"at-{self.serial}"
        folder.mkdir()
        shutil.copy(self.pepper, folder)
        path = folder / "station.sqlite3"
        shutil.copy(stop.path, path)
        clock = MovableClock(self.clock.now(), self.clock.zone)
        hub = hubs.build(
            Settings(data=folder, rules=Rules(first_delivery_full=False)),
            db=Database(f"sqlite:///{path}"),
            clock=clock,
        )
        return Walker(hub, self, dict(stop.tokens))

    def keep(self, walker: Walker, flow: str, step: str, person: str) -> None:
        """Copy the file when somebody first stands at a step."""
        if self.is_over or (flow, step) in self.stops or step.startswith("_"):
            return
        path = self.folder / f"{flow}-{step}.sqlite3"
        copy_of(walker.hub, path)
        self.stops[flow, step] = Stop(flow, step, person, path, dict(walker._tokens))

    def deviate(self, stop: Stop) -> None:
        """Try from this stop whatever its step and its keys offer."""
        with contextlib.closing(self.reopen(stop)) as walker:
            shown = walker.look(stop.person, stop.flow)
        offered = [item["card"] for item in shown["commands"]]
        if shown["facts"].get("pad") in {"qty", "choice"}:
            offered += ["1", "2", "0"]
        for raw in offered:
            with contextlib.closing(self.reopen(stop)) as walker:
                walker.scan(stop.person, stop.flow, raw)
        if stop.flow not in CANCELLED:
            return
        with contextlib.closing(self.reopen(stop)) as walker:
            hint = walker.hint(stop)  # what lay there before the office changed its mind
            cancel_all(walker.hub)
            walker.scan(stop.person, stop.flow, hint)


def copy_of(hub: Hub, path: Path) -> None:
    """The whole file as it is now, by a connection of the station itself: two libraries would lose their locks."""
    raw = hub.db.engine.raw_connection()
    try:
        raw.cursor().execute("VACUUM INTO ?", (str(path),))
    finally:
        raw.close()


class Walker(Floor):
    """A floor that tells the tour where its people stand."""

    def __init__(self, hub: Hub, tour: Tour, tokens: dict[tuple[str, str], str] | None = None) -> None:
        super().__init__(hub)
        self.tour = tour
        self._tokens = tokens or {}
        self._ids = itertools.count(1_000_000 * (1 + tour.serial))

    def scan(self, number: str, flow: str, raw: str, **more: Any) -> Answer:
        start = self.hub.workflows[flow].start
        if (flow, start) not in self.tour.stops:
            self.sign_in(number)
            self.tour.keep(self, flow, start, number)
        answer = super().scan(number, flow, raw, **more)
        if "screen" in answer.body:
            self.tour.keep(self, flow, answer.step, number)
        return answer

    def hint(self, stop: Stop) -> str:
        """The thing that the step wants, as one finds it on the floor."""
        facts = self.look(stop.person, stop.flow)["facts"]
        hint = str(facts.get("hint") or "1")
        things = {"TOTE-ITEM": "", "BOX": internal("BX", "03"), "WEIGH": "CM-OK", "INTC": "", "LANE": ""}
        if hint == "TOTE-ITEM":
            return self.item_in_tote(facts["big"])
        return things.get(hint) or self.barcode(hint)

    def weigh(self, answer: Answer, off_dg: int = 0) -> None:
        """The first parcel's weight is nearly typed, then off by half a kilogram: its units are verified again."""
        if ("pack", "typed") not in self.tour.stops:
            self.scan(ZHAO, "pack", "CM-QTY")
            self.scans(ZHAO, "pack", world.badge(CHEN), world.PIN, "5", "CM-SKIP")
        if ("pack", "reverify") not in self.tour.stops and not off_dg:
            super().weigh(answer, 5000)
            wrong = self.scan(ZHAO, "pack", "CM-OK")
            while wrong.step == "reverify":
                wrong = self.scans(ZHAO, "pack", self.barcode(str(wrong.facts["hint"])))
        super().weigh(answer, off_dg)

    def close(self) -> None:
        self.hub.close()


def walk(tour: Tour, walker: Walker) -> None:
    """The whole day, then the deviations of every step, until nothing new appears."""
    day.work(walker)
    with contextlib.closing(tour.reopen(tour.stops["pack", "verify"])) as copy:
        cancel_all(copy.hub)
        copy.scan(SUN, "intercept", internal("TT", "T001"))
    seen: set[Key] = set()
    while new := [stop for key, stop in tour.stops.items() if key not in seen]:
        for stop in new:
            seen.add((stop.flow, stop.step))
            tour.deviate(stop)
    tour.is_over = True


def cancel_all(hub: Hub) -> None:
    """The office cancels every order."""
    with hub.db.read() as tx:
        numbers = list(tx.scalars(select(DeliveryOrder.erp_no)))
    for number in numbers:
        hub.works.do(lambda work, n=number: orders.cancel(work, n, "test", f"C-{n}"), OFFICE)  # type: ignore[misc]
