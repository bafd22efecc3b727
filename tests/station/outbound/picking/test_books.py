"""Whatever pickers, the office and bad luck do in whatever order, the books add up (I1–I7, I14)."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from station.clock import MovableClock
from station.exchange import documents as erp
from station.ground.db import Database
from station.ground.scan.codes import internal
from station.practice.demo import world
from station.settings import Settings
from station.wiring import checks
from station.wiring import hub as hubs
from tests.conftest import SHANGHAI
from tests.floor import SUN, Floor
from tests.station.outbound.shelves import BENCH, Shelves
from tests.station.scenarios.conftest import order_of

ACTS = (
    *("pick",) * 12,
    *("one", "short", "none", "broken", "skip", "full", "undo", "cancel", "leave", "restock"),
)
"""What may happen next; picking on is by far the most frequent."""
numbers = itertools.count(1)


@pytest.fixture(scope="module")
def ready(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hall with goods of two articles, each in two slots, and five orders in their waves."""
    folder = tmp_path_factory.mktemp("ready")
    path = folder / "station.sqlite3"
    shutil.copy(sqlite_template, path)
    floor = _floor(path, folder)
    hub = floor.hub
    hub.db.write(lambda tx: world.lay_out(tx, hub.pins, hub.clock.now()))
    shelves = Shelves(floor)
    for slot, (sku, qty, days) in zip(
        shelves.slots(4),
        [("S0001", 6, 200), ("S0001", 4, 250), ("S0002", 5, 200), ("S0002", 2, 250)],
        strict=True,
    ):
        shelves.put(sku, qty, slot, days=days)
    floor.erp(
        order_of(1, ("S0001", 1)), order_of(2, ("S0001", 1)), order_of(3, ("S0001", 1)),
        order_of(4, ("S0001", 3), ("S0002", 2)), order_of(5, ("S0002", 3)),
    )  # fmt: skip
    floor.release()
    hub.close()
    return path


def _floor(path: Path, folder: Path) -> Floor:
    clock = MovableClock(datetime(2026, 5, 1, 9, 0, tzinfo=SHANGHAI), SHANGHAI)
    database = Database(f"sqlite:///{path}")
    return Floor(hubs.build(Settings(data=folder / "data"), db=database, clock=clock))


def _act(floor: Floor, act: str, order: int) -> None:
    """One thing that may happen; what the station refuses at this step changes nothing."""
    floor.hub.clock.advance(seconds=1)  # type: ignore[attr-defined]
    screen = floor.look(SUN, "pick")
    step, facts = screen["step"], screen["facts"]
    ways: dict[str, Callable[[], list[str]]] = {
        "one": lambda: ["1"],
        "short": lambda: ["CM-SHORT", "2", "1"],
        "none": lambda: ["CM-SHORT", "1", "0", "0"],
        "broken": lambda: ["CM-DAMAGE", "1", "CM-SKIP" if order % 2 else floor.slot("QUAR-1")],
        "skip": lambda: ["CM-SKIP"],
        "full": lambda: ["CM-FULL", _tote()],
        "undo": lambda: ["CM-UNDO"],
        "leave": lambda: ["CM-MENU"],
        "pick": lambda: [_next(floor, step, facts)],
    }
    if act == "cancel":
        floor.erp(erp.CancelOrder(erp_no=f"SO-{order}"))
    elif act == "restock":
        _restock(floor, order)
    else:
        for raw in ways[act]():
            answer = floor.scan(SUN, "pick", raw)
            assert answer.status < 500, answer.body
            assert answer.code != "E-SYS-07", (step, raw)


def _tote() -> str:
    return internal("TT", f"T{next(numbers) % 9 + 1:03d}")


def _next(floor: Floor, step: str, facts: dict[str, Any]) -> str:
    hint = str(facts.get("hint", ""))
    if step == "list":
        return "CM-OK"
    places = {"EMPTY-TOTE": _tote(), "BENCH": BENCH, "INTC": floor.slot("INTC-1")}
    return places.get(hint) or floor.barcode(hint)


def _restock(floor: Floor, order: int) -> None:
    from station.ground.words.messages import Refused
    from station.outbound.orders import rules as orders

    shelves = Shelves.__new__(Shelves)
    shelves.floor = floor
    order_id = shelves.order_id(f"SO-{order}")
    try:
        shelves.do(lambda work: orders.restock(work, order_id))
    except Refused:
        return
    floor.release()


@settings(
    deadline=None,
    derandomize=True,
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.tuples(st.sampled_from(ACTS), st.integers(1, 5)), min_size=20, max_size=70))
def test_any_order_of_picking_short_undo_and_cancel_keeps_the_books(
    ready: Path, tmp_path: Path, acts: list[tuple[str, int]]
) -> None:
    path = tmp_path / f"run{next(numbers)}.sqlite3"
    shutil.copy(ready, path)
    floor = _floor(path, tmp_path)
    try:
        for act, order in acts:
            _act(floor, act, order)
        assert checks.broken(floor.hub.db) == []
        _finish(floor)
        assert checks.broken(floor.hub.db) == []
    finally:
        floor.hub.close()
        path.unlink()


def _finish(floor: Floor) -> None:
    """The picker is never stuck: from wherever he stands every list comes to its end."""
    for _ in range(200):
        screen = floor.look(SUN, "pick")
        step, facts = screen["step"], screen["facts"]
        if step == "list" and not facts.get("hint"):
            return
        raw = {"why": "CM-SKIP", "found": "CM-SKIP", "broken": "CM-SKIP"}.get(step) or _next(
            floor, step, facts
        )
        floor.scan(SUN, "pick", raw)
    raise AssertionError(f"still at {floor.look(SUN, 'pick')}")
