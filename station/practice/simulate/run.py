"""Running a simulation: a fresh station (or a running one), a crew, and the verdict."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import click

from station.clock import SystemClock
from station.practice.demo.world import ALL_HANDS
from station.practice.simulate.client import Handheld, Tally, Unreachable
from station.practice.simulate.crew import AllRounder, Dispatcher
from station.practice.simulate.dock import DockCrew
from station.practice.simulate.fresh import fresh_station
from station.practice.simulate.hall import Hall
from station.practice.simulate.office import Office, Supervisor
from station.practice.simulate.verdict import verdict
from station.practice.simulate.worker import Stuck, Worker
from station.settings import Settings

OK, ABSENT = 200, 404
START_S, PATIENCE_S = 180, 600
PLANNER_S = 8
"""How long the crew waits for orders whose goods are there and whom nothing was reserved for yet."""


@dataclass(frozen=True, slots=True)
class Mishaps:
    """What goes wrong on purpose: shares from 0 to 1 of orders cancelled, of stops that lack goods, and of
    stops and orders with a broken unit.
    """

    cancel: Decimal = Decimal(0)
    short: Decimal = Decimal(0)
    damage: Decimal = Decimal(0)


SMOOTH = Mishaps()
"""Nothing goes wrong but slips."""


def simulate(
    orders: int,
    workers: int,
    seed: int,
    url: str,
    mishaps: Mishaps = SMOOTH,
    *,
    progress: bool,
    tally: Tally | None = None,
    patience_s: int = 120,
    setup: str = "",
    closes_day: bool = True,
) -> dict[str, Any]:
    """Ship what can be shipped; the report described in docs/operate.md.

    A handheld gives up when the station is not there for `patience_s`. `setup` is the text of a set-up file:
    the hall is that shop's then, not the demo's. Beside a real ERP nobody here `closes_day`: whether an order
    that no stock can serve is cancelled is its decision.
    """
    started = time.monotonic()
    with contextlib.ExitStack() as stack:
        target = url or stack.enter_context(fresh_station(orders, workers, seed, setup))
        shift = _Shift(target, workers, seed, mishaps, tally or Tally(), patience_s, closes_day=closes_day)
        shipped = stack.enter_context(bar(orders, show=progress))
        stack.callback(shift.close)
        shift.run(shipped)
        report = shift.report()
    report["seconds"] = round(time.monotonic() - started)
    return report


@contextlib.contextmanager
def bar(length: int, *, show: bool, label: str = "shipped") -> Iterator[Callable[[int], None]]:
    """How far the day is, for a person at a terminal."""
    if not show:
        yield lambda _n: None
        return
    with click.progressbar(length=length, label=label, file=sys.stderr) as shown:
        yield shown.update


def floor_of(office: Handheld) -> dict[str, Any]:
    """What stands in the hall, once the station answers and has taken the morning's files over."""
    deadline = time.monotonic() + START_S
    while True:
        status, things = office.request("GET", "/demo/floor.json")
        if status == ABSENT:
            raise click.ClickException("this station is not a demo: it has no virtual floor")
        if status == OK and things["notices"] and office.request("GET", "/demo/orders.json")[1]:
            return dict(things)
        if time.monotonic() > deadline:
            raise click.ClickException("the station took no ERP files over")
        time.sleep(0.2)


class _Shift:
    """One working day of the virtual crew."""

    def __init__(
        self,
        url: str,
        workers: int,
        seed: int,
        mishaps: Mishaps,
        tally: Tally,
        patience_s: int,
        *,
        closes_day: bool,
    ) -> None:
        self.url, self.count, self.seed, self._mishaps = url, workers, seed, mishaps
        self.tally, self._patience_s = tally, patience_s
        self._closes_day = closes_day
        self.office = Handheld(url, self.tally, patience_s)
        self._devices = [self.office]
        self.stuck: list[str] = []
        self.things = floor_of(self.office)
        self.hall = Hall(self.things)
        self.people = {row[3]: row for row in self.things["people"]}
        self.stop = threading.Event()

    def _orders(self) -> list[dict[str, str]]:
        while True:
            status, orders = self.office.request("GET", "/demo/orders.json")
            if status == OK:
                return list(orders)
            if self.stop.wait(0.2):
                return []

    def _device(self, row: list[str], name: str) -> Handheld:
        device = Handheld(self.url, self.tally, self._patience_s)
        self._devices.append(device)
        device.sign_in(row[0], row[1], name)
        return device

    def close(self) -> None:
        """Everybody puts the handheld down."""
        for device in self._devices:
            device.close()

    def _named(self, role: str) -> list[str]:
        return next(row for row in self.things["people"] if role in row[3].split(","))

    # --- the day ------------------------------------------------------------------------------

    def run(self, bar: Callable[[int], None]) -> None:
        """Receive, put away, release, pick, pack, dispatch."""
        threads = [threading.Thread(target=self._guard, args=(self._dock,), name="dock")]
        helpers = [row for row in self.things["people"] if set(ALL_HANDS) <= set(row[3].split(","))] or [
            self._named("PICKER")
        ]
        for i, row in enumerate(helpers[: self.count]):
            threads.append(
                threading.Thread(
                    target=self._guard, args=(lambda r=row, i=i: self._work(r, i),), name=f"w{i}"
                )
            )
        for thread in threads:
            thread.start()
        try:
            self._guard(lambda: self._lead(bar))
        finally:
            self.stop.set()
        for thread in threads:
            thread.join(timeout=60)

    def _guard(self, work: Callable[[], None]) -> None:
        try:
            work()
        except (Stuck, Unreachable) as error:
            self.stuck.append(f"{threading.current_thread().name}: {error}")
            self.stop.set()

    def _dock(self) -> None:
        receiver = Worker(self._device(self._named("RECEIVER"), "dock-1"), self.hall, self.seed)
        inspector = Worker(self._device(self._named("INSPECTOR"), "dock-2"), self.hall, self.seed + 1)
        signers = {
            name: (row[0], row[1])
            for name, row in (
                ("receiver", self._named("RECEIVER")),
                ("supervisor", self._named("SUPERVISOR")),
                ("keeper", self._named("KEEPER")),
            )
        }
        crew = DockCrew(receiver, inspector, signers)
        for asn_no in self.hall.trucks:
            if self.stop.is_set():
                return
            crew.receive(asn_no, SystemClock(Settings().zone).today())
        self.received = True

    received = False
    lacking: Collection[str] = ()
    """Orders that the office cancelled at the end because no stock could serve them."""
    waiting: Sequence[str] = ()
    """What was still to be put back or counted at the last look."""

    def _work(self, row: list[str], number: int) -> None:
        seed = self.seed * 1000 + number
        boss = self._named("SUPERVISOR")
        device, wrong = self._device(row, f"hh-{number}"), self._mishaps
        worker = AllRounder(device, self.hall, seed, wrong.short, (boss[0], boss[1]), wrong.damage)
        while not self.stop.is_set():
            if not (worker.pack() or worker.pick() or worker.put_away() or worker.count()):
                self.stop.wait(0.05)

    def _lead(self, bar: Callable[[int], None]) -> None:
        """The supervisor releases waves, the dispatcher hands over, until nothing moves any more."""
        lead = self._device(self._named("SUPERVISOR"), "desk")
        row = self._named("DISPATCHER")
        boss = self._named("SUPERVISOR")
        dispatcher = Dispatcher(self._device(row, "dispatch"), self.hall, self.seed + 2, (boss[0], boss[1]))
        puller = AllRounder(self._device(boss, "intc"), self.hall, self.seed + 3)
        office, boss_at_desk = Office(lead, self._mishaps.cancel, self.seed), Supervisor(lead)
        shown, quiet, last, still = 0, 0, "", time.monotonic()
        while not self.stop.is_set() and time.monotonic() < still + PATIENCE_S:
            lead.request("POST", "/desk/waves/release", {})
            puller.pull_all()
            puller.count(is_boss=True)
            shown += self._dispatch(dispatcher, row, bar, final=quiet > 2)  # noqa: PLR2004
            orders = self._orders()
            office.look(orders)
            boss_at_desk.look(orders)
            office.sign()
            self.waiting = _waiting(puller)
            states = sorted(f"{item['order']}{item['state']}" for item in orders) + self.waiting
            quiet = quiet + 1 if self.received and str(states) == last else 0
            last, still = str(states), still if quiet else time.monotonic()
            patient = time.monotonic() > still + PLANNER_S or not any(map(_is_unplanned, orders))
            if quiet > 8 and patient and not self.hall.waiting_totes and not _busy(states):  # noqa: PLR2004
                self.lacking = office.lacking
                if not self._closes_day or not office.close_day(orders):
                    return
            self.stop.wait(0.15)
        if not self.stop.is_set():
            raise Stuck(f"nothing has moved for {PATIENCE_S} s")

    def _dispatch(
        self, dispatcher: Dispatcher, row: list[str], bar: Callable[[int], None], *, final: bool
    ) -> int:
        staged = [item for item in self._orders() if item["state"] == "STAGED"]
        enough = 1 if final else 25
        if len(staged) < enough:
            return 0
        shipped = 0
        for carrier in self.hall.lanes:
            if any(item.get("carrier") == carrier for item in staged):
                done = dispatcher.hand_over(carrier, row[0], row[1])
                bar(done)
                shipped += done
        return shipped

    def report(self) -> dict[str, Any]:
        """Counts, reasons for what stayed, and the station's own check."""
        status, violations = self.office.request("GET", "/demo/check.json")
        broken = violations if status == OK else None
        told = verdict(self._orders(), broken, self.tally, self.stuck, self.lacking)
        return told | {"waiting": [*self.waiting]}


def _waiting(worker: AllRounder) -> list[str]:
    """What still has to be put back and counted: as long as it changes, the day is not over."""
    flows = ("putaway", "count")
    tables = [(flow, worker.device.look(flow)["facts"].get("table", [])) for flow in flows]
    return [f"{flow} {' '.join(row)} waits" for flow, table in tables for row in table]


def _is_unplanned(item: dict[str, str]) -> bool:
    return item["state"] == "NEW" or item["reason"].endswith("reserved by others")


def _busy(states: list[str]) -> bool:
    words = (
        "WAVED",
        "PICKING",
        "PICKED",
        "CHECKED",
        "PACKED",
        "WEIGHED",
        "STAGED",
        "INTERCEPTING",
        "ALLOCATED",
    )
    return any(state.endswith(words) for state in states)
