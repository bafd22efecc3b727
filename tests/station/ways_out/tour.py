"""A tour through every step of every process: a whole day, then every deviation from it, on copies of its file.

The day is worked as on any shift; whenever somebody first stands at a step, the file is copied. From each copy
every card, the number keys and some nonsense are tried, until no new step appears. What a step offers it says
itself, so a new process is walked without a line here as soon as somebody begins it.
"""

from __future__ import annotations

import contextlib
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from station.clock import MovableClock
from station.ground.db import Database
from station.ground.scan.codes import internal
from station.ground.work import OFFICE
from station.outbound.orders import rules as orders
from station.practice.demo import goods, world
from station.settings import Settings
from station.wiring import hub as hubs
from station.wiring.hub import Hub
from tests.floor import LI, QIAN, SUN, ZHAO, ZHOU, Answer, Floor

OFFERED = ("CM-OK", "CM-SKIP", "CM-CLOSE", "CM-DAMAGE", "CM-SHORT", "CM-FULL", "CM-REPRINT", "1", "2", "0")

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
    serial: int = 0

    def reopen(self, stop: Stop) -> Walker:
        """A station of its own on a copy of the file of this stop."""
        self.serial += 1
        folder = self.folder / f"at-{self.serial}"
        folder.mkdir()
        shutil.copy(self.pepper, folder)
        path = folder / "station.sqlite3"
        shutil.copy(stop.path, path)
        clock = MovableClock(self.clock.now(), self.clock.zone)
        hub = hubs.build(Settings(data=folder), db=Database(f"sqlite:///{path}"), clock=clock)
        return Walker(hub, self, dict(stop.tokens))

    def keep(self, walker: Walker, flow: str, step: str, person: str) -> None:
        """Copy the file when somebody first stands at a step."""
        if (flow, step) in self.stops or step.startswith("_"):
            return
        path = self.folder / f"{flow}-{step}.sqlite3"
        copy_of(walker.hub, path)
        self.stops[flow, step] = Stop(flow, step, person, path, dict(walker._tokens))

    def deviate(self, stop: Stop) -> None:
        """Try from this stop whatever its step and its keys offer."""
        with contextlib.closing(self.reopen(stop)) as walker:
            offered = {item["card"] for item in walker.look(stop.person, stop.flow)["commands"]}
        for raw in OFFERED:
            if raw.startswith("CM-") and raw not in offered:
                continue
            with contextlib.closing(self.reopen(stop)) as walker:
                walker.scan(stop.person, stop.flow, raw)


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

    def scan(self, number: str, flow: str, raw: str, **more: Any) -> Answer:
        start = self.hub.workflows[flow].start
        if (flow, start) not in self.tour.stops:
            self.sign_in(number)
            self.tour.keep(self, flow, start, number)
        answer = super().scan(number, flow, raw, **more)
        if "screen" in answer.body:
            self.tour.keep(self, flow, answer.step, number)
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
    """Goods come, orders are picked, packed and leave, with a surprise of each kind on the way."""
    hub = floor.hub
    articles = goods.products(4)
    need = {item.code: 24 for item in articles}
    (notice,) = goods.notices(articles, need, "WH1", hub.clock.today())
    floor.erp(*articles, notice, *goods.orders(articles, 8, 3, hub.clock.now(), ("ZTO",)))
    floor.scans(ZHAO, "place", internal("WS", "PACK1"))
    by_code = {item.code: item for item in articles}
    lines = [
        (
            by_code[line.sku_code].barcodes[0].code,
            line.qty_each // 12,
            0,
            "20260401" if by_code[line.sku_code].is_shelf_life else "",
        )
        for line in notice.lines
    ]
    receipt = floor.arrive(notice.asn_no, sum(line[1] for line in lines))
    _count_with_surprises(floor, receipt, lines)
    floor.inspect(receipt)
    floor.sign(receipt)
    _put_away_elsewhere(floor)
    floor.put_all_away()
    floor.release()
    bills = _pick_and_pack(floor)
    floor.scans(QIAN, "dispatch", floor.slot("LANE-ZTO"), "沪B99999", "小王", bills[0])
    floor.scan(QIAN, "dispatch", "CM-CLOSE")  # the others are left behind: asked about
    floor.scans(QIAN, "dispatch", *bills[1:])
    floor.scans(QIAN, "dispatch", "CM-CLOSE", world.badge(QIAN))


def _count_with_surprises(floor: Walker, receipt: str, lines: list[tuple[str, int, int, str]]) -> None:
    first = lines[0]
    floor.scans(LI, "stage1", receipt, first[0], "99", "CM-OK")
    floor.scan(LI, "stage1", "0")  # far more than ordered
    floor.scans(LI, "stage1", "CM-MENU", receipt, first[0], str(first[1]), "CM-OK", "0")
    if first[3]:
        floor.scans(LI, "stage1", first[3], "CM-OK")
    floor.scans(LI, "stage1", "1")
    floor.scan(LI, "stage1", "CM-CLOSE")  # the other lines are missing
    floor.scan(LI, "stage1", "CM-SKIP")
    for barcode, cartons, _loose, produced in lines[1:]:
        floor.scans(LI, "stage1", barcode, str(cartons), "CM-OK", "0")
        if produced:
            floor.scans(LI, "stage1", produced, "CM-OK")
        floor.scans(LI, "stage1", "1")
    floor.scans(LI, "stage1", "CM-CLOSE")
    floor.scan(LI, "stage1", receipt)  # taken back before anybody inspects


def _put_away_elsewhere(floor: Walker) -> None:
    """To another slot than the one proposed: the screen asks why."""
    hint = floor.look(ZHOU, "putaway")["facts"]["hint"]
    answer = floor.scans(ZHOU, "putaway", hint)
    other = next(slot for slot in ("A-01-02-1-01", "A-01-03-1-01") if slot != answer.facts["big"])
    floor.scan(ZHOU, "putaway", floor.slot(other))
    floor.scan(ZHOU, "putaway", "CM-MENU")


def _pick_and_pack(floor: Walker) -> list[str]:
    bills: list[str] = []
    stopped = False
    while floor.look(SUN, "pick")["facts"].get("hint"):
        floor.pick_next()
        if not stopped:
            stopped = _stop_at_the_bench(floor)
        bills += floor.pack_tote()
    return bills


def _stop_at_the_bench(floor: Walker) -> bool:
    """The office cancels what a packer has open: on a copy, so that the day goes on."""
    floor.tour.serial += 1
    floor.scans(ZHAO, "pack", internal("TT", "T001"))
    stop = Stop(
        "pack", "copy", ZHAO, floor.tour.folder / f"copy-{floor.tour.serial}.sqlite3", dict(floor._tokens)
    )
    copy_of(floor.hub, stop.path)
    with contextlib.closing(floor.tour.reopen(stop)) as copy:
        cancel_all(copy.hub)
        hint = copy.look(ZHAO, "pack")["facts"].get("hint", "")
        copy.scan(ZHAO, "pack", copy.item_in_tote("T001") if hint == "TOTE-ITEM" else copy.barcode(str(hint)))
        copy.scan(SUN, "intercept", internal("TT", "T001"))
    floor.scan(ZHAO, "pack", "CM-MENU")
    return True


def cancel_all(hub: Hub) -> None:
    """The office cancels every order."""
    from sqlalchemy import select

    from station.outbound.orders.models import DeliveryOrder

    with hub.db.read() as tx:
        numbers = list(tx.scalars(select(DeliveryOrder.erp_no)))
    for number in numbers:
        hub.works.do(lambda work, n=number: orders.cancel(work, n, "test", f"C-{n}"), OFFICE)  # type: ignore[misc]
