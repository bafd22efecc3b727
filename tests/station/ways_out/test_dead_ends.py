"""No worker is ever stuck: from every step of every process, whatever became of the world, three scans lead out.

`ways_out.txt` lists every step with its ways out; it goes red when a step or a way out is added or taken away.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from printers.schema import print_job, print_route
from station.catalog.models import Sku
from station.clock import MovableClock
from station.ground.scan.models import Run
from station.ground.words.actor import Actor, Role
from station.ground.work import SYSTEM
from station.inbound.models import InboundNotice
from station.people.models import User
from station.practice.demo.world import badge
from station.rooms import ROOMS
from station.stock.models import LOCATION, Location, LocationState
from station.wiring import checks
from station.wiring.hub import Hub
from tests.conftest import MORNING, SHANGHAI
from tests.station.ways_out.tour import Stop, Tour, Walker, cancel_all, walk

LISTED = Path(__file__).with_name("ways_out.txt")
BROKEN = {"E-SYS-02", "E-SYS-07"}


def _tour(hall: Path, pepper: Path, folder: Path) -> Tour:
    """Every step of every process, each in a file in which somebody stands there."""
    tour = Tour(folder, MovableClock(MORNING, SHANGHAI), pepper)
    with contextlib.closing(tour.reopen(Stop("", "", "", hall, {}))) as walker:
        walk(tour, walker)
    return tour


def _listed() -> dict[str, list[str]]:
    lines = (
        line.split() for line in LISTED.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"
    )
    return {words[0]: words[1:] for words in lines}


def test_every_step_and_its_ways_out_are_listed() -> None:
    flows = [flow for room in ROOMS for flow in room.workflows]
    declared = {f"{flow.name}.{step}": [*flow.ways_out(step)] for flow in flows for step in flow.steps}
    assert declared == _listed()
    assert all(ways for ways in declared.values())


# --- what may become of the world meanwhile -------------------------------------------------------


def _nothing(_hub: Hub) -> None:
    """All is as it was."""


def _frozen(hub: Hub) -> None:
    """Every slot is being counted."""

    def freeze(work: object) -> None:
        for place in work.tx.scalars(select(Location).where(Location.state == LocationState.OPEN)):  # type: ignore[attr-defined]
            LOCATION.move(work, place, "freeze")  # type: ignore[arg-type]

    hub.works.do(freeze, SYSTEM)


def _no_paper(hub: Hub) -> None:
    """Every paper failed, and no printer is left."""
    hub.db.write(lambda tx: tx.execute(update(print_job).values(state="FAILED")))
    hub.db.write(lambda tx: tx.execute(delete(print_route)))


def _withdrawn(hub: Hub) -> None:
    """The office closes its notices and takes its articles off sale."""
    hub.db.write(lambda tx: tx.execute(update(InboundNotice).values(is_closed=True)))
    hub.db.write(lambda tx: tx.execute(update(Sku).values(is_active=False)))


def _taken_over(hub: Hub) -> None:
    """A supervisor frees everybody of what they hold."""
    boss = Actor(0, "陈主管", "", frozenset({Role.SUPERVISOR}))
    with hub.db.read() as tx:
        runs = list(tx.scalars(select(Run.id)))
    for run in runs:
        hub.door.free(run, boss)


def _everything(hub: Hub) -> None:
    cancel_all(hub)
    _no_paper(hub)
    _withdrawn(hub)
    _frozen(hub)


WORLDS: dict[str, Callable[[Hub], None]] = {
    "nothing": _nothing,
    "cancelled": cancel_all,
    "frozen": _frozen,
    "no paper": _no_paper,
    "withdrawn": _withdrawn,
    "taken over": _taken_over,
    "everything": _everything,
}


def _lead_out(tour: Tour, worlds: Callable[[int], Iterable[str]], books_every: int = 1) -> list[str]:
    """From where one does not come out, and why; the books are asked at each, or at one of so many steps."""
    stuck = []
    for number, stop in enumerate(tour.stops.values()):
        for world in worlds(number):
            with contextlib.closing(tour.reopen(stop)) as floor:
                WORLDS[world](floor.hub)
                if trouble := _leave(floor, stop, with_books=number % books_every == 0):
                    stuck.append(f"{stop.flow}.{stop.step}, {world}: {trouble}")
    return stuck


def _all_steps() -> set[tuple[str, str]]:
    return {(flow.name, step) for room in ROOMS for flow in room.workflows for step in flow.steps}


@pytest.mark.whole
def test_three_scans_lead_out_of_every_step(sqlite_hall: Path, pepper: Path, tmp_path: Path) -> None:
    """The worker is free and the books are right, whatever went wrong meanwhile: a thing in turn at each step.

    What nobody can reach would be proven by nothing: the tour stands at every step there is.
    """
    tour = _tour(sqlite_hall, pepper, tmp_path)
    assert _all_steps() - set(tour.stops) == set()
    names = sorted(WORLDS)
    assert _lead_out(tour, lambda number: [names[number % len(names)]], books_every=4) == []
    _others_can_go_on(tour)


@pytest.mark.long
def test_three_scans_lead_out_whatever_happens(sqlite_hall: Path, pepper: Path, tmp_path: Path) -> None:
    """Every step with everything that may happen meanwhile."""
    assert _lead_out(_tour(sqlite_hall, pepper, tmp_path), lambda _number: WORLDS) == []


def _leave(floor: Walker, stop: Stop, *, with_books: bool) -> str:
    """Look, do what the screen wants, and leave: what went wrong, or nothing."""
    shown = floor.look(stop.person, stop.flow)
    if shown["commands"] == [{"card": "CM-MENU", "label": {"zh": "离开", "en": "Leave"}}]:
        return "the screen cannot be drawn"
    first = floor.scan(stop.person, stop.flow, floor.barcode(str(shown["facts"].get("hint") or "1")))
    if first.status >= 500 or first.code in BROKEN:
        return f"{first.code} after the scan it wanted"
    out = floor.scan(stop.person, stop.flow, "CM-MENU")
    if not out.ok or out.step != floor.hub.workflows[stop.flow].start:
        return f"{out.code}, still at {out.step}"
    with floor.hub.db.read() as tx:
        mine = select(User.id).where(User.badge == badge(stop.person)).scalar_subquery()
        held = select(Run.subject).where(Run.workflow == stop.flow, Run.user_id == mine)
        if tx.scalar(held.where(Run.subject.is_not(None))):
            return "the task is still held"
    return "; ".join(checks.broken(floor.hub.db)) if with_books else ""


def _others_can_go_on(tour: Tour) -> None:
    """Leaving at the deepest point of a process leaves work that still waits for somebody."""
    for flow, step in (("pick", "qty"), ("pack", "verify"), ("stage1", "product"), ("putaway", "slot")):
        stop = tour.stops[flow, step]
        with contextlib.closing(tour.reopen(stop)) as floor:
            floor.scan(stop.person, flow, "CM-MENU")
            with floor.hub.db.read() as tx:
                assert floor.hub.workflows[flow].count_waiting(tx, floor.hub.settings) >= 1, flow
