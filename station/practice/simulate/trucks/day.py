"""A day of trucks from the gate to the slots, and what the hall and the book say of it at the end."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from station.clock import SystemClock
from station.practice.demo.world import ALL_HANDS
from station.practice.simulate.client import Handheld, Tally, Unreachable
from station.practice.simulate.crew import AllRounder
from station.practice.simulate.fresh import fresh_trucks
from station.practice.simulate.hall import Hall
from station.practice.simulate.trucks import plan
from station.practice.simulate.trucks.clerk import Clerk
from station.practice.simulate.trucks.dock import Dock
from station.practice.simulate.trucks.hand import Hand, Person
from station.practice.simulate.trucks.keepers import WAYS, GiftKeeper, Sorter, Standing
from station.practice.simulate.trucks.plan import Day
from station.practice.simulate.trucks.told import goods_of, told
from station.practice.simulate.trucks.truth import Truth
from station.practice.simulate.verdict import broken_rules
from station.practice.simulate.worker import OK, Stuck
from station.settings import Settings

START_S = 180
SLOTS = frozenset({"PICK", "RSV", "NEW"})
MOST_TURNS = 2000
"""Walks to the slots until everything is put away; more means that something goes round in circles."""


def simulate(
    trucks: int, workers: int, seed: int, *, progress: Callable[[int], None], patience_s: int = 120
) -> dict[str, Any]:
    """Receive `trucks` of this seed in a fresh station; the report described in docs/operate.md."""
    began = time.monotonic()
    today = SystemClock(Settings().zone).today()
    day, tally = plan.day_of(trucks, seed, today), Tally()
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(fresh_trucks(day, workers))
        report = work(lambda: Handheld(url, tally, patience_s), day, workers, seed, tally, progress)
    report["seconds"] = round(time.monotonic() - began)
    return report


def work(
    connect: Callable[[], Handheld],
    day: Day,
    workers: int,
    seed: int,
    tally: Tally,
    progress: Callable[[int], None] = lambda _n: None,
) -> dict[str, Any]:
    """Let a crew receive this day's trucks; `connect` gives each of them a handheld."""
    crew = _Crew(connect, day, workers, seed, tally)
    try:
        crew.work(progress)
        return crew.report()
    finally:
        crew.close()


class _Crew:
    """Everybody of the day; one after the other, so that a seed is always the same day."""

    def __init__(
        self, connect: Callable[[], Handheld], day: Day, workers: int, seed: int, tally: Tally
    ) -> None:
        self.day, self.tally, self.truth = day, tally, Truth()
        self._connect, self._seed = connect, seed
        self.office = connect()
        self._devices, self.stuck = [self.office], list[str]()
        things = self._things()
        self.hall = Hall(things)
        self._rows = [tuple(row) for row in things["people"]]
        people = {
            role.lower(): self._person(role) for role in ("RECEIVER", "INSPECTOR", "SUPERVISOR", "KEEPER")
        }
        boss = people["supervisor"]
        self.dock = Dock(self._hand("RECEIVER", 1), self._hand("INSPECTOR", 2), people, self.truth)
        self.gifts = GiftKeeper(self._hand("GIFT_KEEPER", 3), self._person("PICKER"), boss, self.truth)
        self.clerk = Clerk(self._device(self._row("SUPERVISOR"), "desk"), self.truth)
        (area, *_others) = things["places"]["QUAR"]
        self.sorter = Sorter(self._hand("KEEPER", 4), people, self.truth, area[1])
        self.hands = [
            AllRounder(self._device(row, f"hh-{number}"), self.hall, seed * 1000 + number)
            for number, row in enumerate(self._helpers()[:workers])
        ]

    # --- who --------------------------------------------------------------------------------------

    def _things(self) -> dict[str, Any]:
        """What stands in the hall once the office's notices were taken over."""
        deadline, wanted = time.monotonic() + START_S, len(self.day.notices)
        while True:
            status, things = self.office.request("GET", "/demo/floor.json")
            if status == OK and len(things["notices"]) >= wanted:
                return dict(things)
            if time.monotonic() > deadline:
                raise Stuck("the station took no notices over")
            time.sleep(0.2)

    def _row(self, role: str) -> tuple[str, ...]:
        return next(row for row in self._rows if role in row[3].split(","))

    def _person(self, role: str) -> Person:
        row = self._row(role)
        return row[0], row[1]

    def _helpers(self) -> list[tuple[str, ...]]:
        return [row for row in self._rows if set(ALL_HANDS) <= set(row[3].split(","))]

    def _hand(self, role: str, number: int) -> Hand:
        return Hand(self._device(self._row(role), f"dock-{number}"), self.hall, self._seed + number)

    def _device(self, row: tuple[str, ...], name: str) -> Handheld:
        device = self._connect()
        self._devices.append(device)
        device.sign_in(row[0], row[1], name)
        return device

    def close(self) -> None:
        """Everybody puts the handheld down."""
        for device in self._devices:
            device.close()

    # --- the day ----------------------------------------------------------------------------------

    def work(self, progress: Callable[[int], None]) -> None:
        """Truck after truck to the slots; then what turned out bad. Whoever is stuck is reported."""
        try:
            for truck in self.day.trucks:
                receipt = self.dock.receive(truck)
                if receipt:
                    self.gifts.take_in(truck, receipt)
                self._put_away()
                progress(1)
            for truck in self.day.trucks:
                if truck.is_found:
                    self.clerk.match(truck, self.dock.blind[truck.asn_no])
            self.gifts.give_out()
            self._sort_out()
            self._put_away()
        except (Stuck, Unreachable) as error:
            self.stuck.append(str(error))

    def _put_away(self) -> None:
        """Everybody walks in turn until nothing waits."""
        for turn in range(MOST_TURNS):
            if not self.hands[turn % len(self.hands)].put_away():
                return
        raise Stuck("goods are still to be put away after everybody went many times")

    def _sort_out(self) -> None:
        """One place in five holds something bad; three in four of them leave quarantine again."""
        seen = _told_apart([one for one in self._standing() if one.goods.status == "GOOD"])
        rng = self.sorter.hand.rng
        for number, one in enumerate(rng.sample(seen, max(min(4, len(seen)), len(seen) // 5))):
            apart = self.sorter.set_apart(one)
            if number % 4 < len(WAYS):
                self.sorter.let_out(apart, WAYS[number % 4], one.goods.status)
                self.hall.let_go(apart.carton)

    def _book(self) -> dict[str, Any]:
        return dict(self.office.request("GET", "/demo/book.json")[1])

    def _standing(self) -> list[Standing]:
        """What stands in slots, as somebody sees it who walks past all of them."""
        rows = [row for row in self._book()["goods"] if row["kind"] in SLOTS]
        return sorted(Standing(row["place"], row["carton"], goods_of(row), row["qty"]) for row in rows)

    # --- what became of it ------------------------------------------------------------------------

    def report(self) -> dict[str, Any]:
        """What the day's trucks were, what became of it, and the station's own check."""
        status, violations = self.office.request("GET", "/demo/check.json")
        compared = told(self.truth, self._book())
        kinds = Counter(truck.kind.value for truck in self.day.trucks)
        broken = broken_rules(violations if status == OK else None)
        return {
            "trucks": len(self.day.trucks),
            "kinds": dict(sorted(kinds.items())),
            "sent_away": self.dock.sent_away,
            "matched": self.clerk.matched,
            **compared,
            "stuck": len(self.stuck),
            "scans": self.tally.scans,
            "refusals": dict(sorted(self.tally.refusals.items())),
            "seconds": 0,
            "check": [*self.stuck, *compared["differences"], *broken] or "ok",
        }


def _told_apart(seen: list[Standing]) -> list[Standing]:
    """Cartons, which have their labels, and of loose goods one lot of each article: nobody sees of two lots
    without a date which is which.
    """
    loose: dict[str, Standing] = {}
    for one in seen:
        alone = [other for other in seen if (other.place, other.goods.sku) == (one.place, one.goods.sku)]
        if not one.carton and len(alone) == 1:
            loose.setdefault(one.goods.sku, one)
    return [*(one for one in seen if one.carton), *loose.values()]
