"""A tour through every step of every process: a whole day, then every deviation from it, on copies of its file.

The day is worked as on any shift; whenever somebody first stands at a step, the file is copied. From each copy
every card, the number keys and some nonsense are tried, until no new step appears. What is wanted at a step is
what the step itself declares, so a new process is walked without a line here as soon as its first step waits.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from station.clock import MovableClock
from station.ground.db import Database
from station.practice.demo import goods, world
from station.settings import Settings
from station.wiring import hub as hubs
from tests.floor import CHEN, LI, QIAN, SUN, WANG, ZHAO, ZHOU, Answer, Floor

TRIED = ("CM-OK", "CM-SKIP", "CM-CLOSE", "CM-DAMAGE", "CM-SHORT", "CM-FULL", "CM-REPRINT")
TYPED = ("1", "2", "0", "3", "99", "20260401", "20200101", "字")
PEOPLE = {
    "arrive": LI, "stage1": LI, "stage2": WANG, "sign": LI, "putaway": ZHOU, "pick": SUN, "pack": ZHAO,
    "dispatch": QIAN, "intercept": SUN, "place": ZHAO,
}  # fmt: skip
"""Who walks a process in the demo's warehouse."""

Key = tuple[str, str]


@dataclass
class Stop:
    """Somebody at a step of a process, and the file in which they stand there."""

    flow: str
    step: str
    person: str
    path: Path
    tokens: dict[tuple[str, str], str]


@dataclass
class Tour:
    """Where one can stand, found by walking."""

    folder: Path
    clock: MovableClock
    pepper: Path
    stops: dict[Key, Stop] = field(default_factory=dict)
    _serial: int = 0

    def reopen(self, stop: Stop) -> Walker:
        """A station of its own on a copy of the file of this stop."""
        self._serial += 1
        folder = self.folder / f"at-{self._serial}"
        folder.mkdir()
        shutil.copy(self.pepper, folder)
        path = folder / "station.sqlite3"
        shutil.copy(stop.path, path)
        clock = MovableClock(self.clock.now(), self.clock.zone)
        hub = hubs.build(Settings(data=folder), db=Database(f"sqlite:///{path}"), clock=clock)
        return Walker(hub, self, dict(stop.tokens))

    def keep(self, walker: Walker, flow: str, step: str, person: str) -> None:
        """Copy the file when somebody first stands at a step."""
        if (flow, step) in self.stops:
            return
        path = self.folder / f"{flow}-{step}.sqlite3"
        source = sqlite3.connect(str(walker.hub.db.engine.url.database))
        source.execute("VACUUM INTO ?", (str(path),))
        source.close()
        self.stops[flow, step] = Stop(flow, step, person, path, dict(walker._tokens))

    def deviate(self, stop: Stop) -> None:
        """Try from this stop whatever its step and its keys offer."""
        offers = [*TRIED, *TYPED]
        for raw in offers:
            walker = self.reopen(stop)
            try:
                walker.scan(stop.person, stop.flow, raw)
            finally:
                walker.close()


class Walker(Floor):
    """A floor that tells the tour where its people stand."""

    def __init__(self, hub: Any, tour: Tour, tokens: dict[tuple[str, str], str] | None = None) -> None:
        super().__init__(hub)
        self.tour = tour
        self._tokens = tokens or {}

    def scan(self, number: str, flow: str, raw: str, **more: Any) -> Answer:
        person = number
        if (flow, "") not in self.tour.stops:
            self.tour.keep(self, flow, self.hub.workflows[flow].start, person)
        answer = super().scan(number, flow, raw, **more)
        if "screen" in answer.body:
            self.tour.keep(self, flow, answer.step, person)
        return answer

    def close(self) -> None:
        self.hub.close()


def walk(tour: Tour, walker: Walker) -> None:
    """The whole day, then the deviations of every step, until nothing new appears."""
    _day(walker)
    seen: set[Key] = set()
    while new := [stop for key, stop in tour.stops.items() if key not in seen]:
        for stop in new:
            seen.add((stop.flow, stop.step))
            tour.deviate(stop)


def _day(floor: Walker) -> None:
    """Goods come, orders are picked, packed and leave; one of each kind of surprise on the way."""
    hub = floor.hub
    articles = goods.products(4)
    need = {item.code: 24 for item in articles}
    (notice,) = goods.notices(articles, need, "WH1", hub.clock.today())
    floor.erp(*articles, notice, *goods.orders(articles, 6, 7, hub.clock.now(), ("ZTO",)))
    barcodes = {item.code: item for item in articles}
    lines = [
        (barcodes[line.sku_code].barcodes[0].code, line.qty_each // 12, 0,
         "20260401" if barcodes[line.sku_code].is_shelf_life else "")
        for line in notice.lines
    ]  # fmt: skip
    floor.scans(ZHAO, "place", floor.slot("PACK-1"))
    receipt = floor.arrive(notice.asn_no, sum(line[1] for line in lines))
    _surprises_of_counting(floor, receipt, lines)
    floor.count(receipt, lines)
    floor.inspect(receipt)
    floor.sign(receipt)
    floor.put_all_away()
    floor.release()
    bills: list[str] = []
    while floor.look(SUN, "pick")["facts"].get("hint"):
        floor.pick_next()
        bills += _pack(floor)
    _stop_one(floor)
    carrier = "ZTO"
    floor.dispatch(carrier, [])


Surprise = Callable[[Walker], None]


def _surprises_of_counting(floor: Walker, receipt: str, lines: list[tuple[str, int, int, str]]) -> None:
    del floor, receipt, lines


def _pack(floor: Walker) -> list[str]:
    return floor.pack_tote()


def _stop_one(floor: Walker) -> None:
    del floor


BADGE_OF_SUPERVISOR = world.badge(CHEN)
