"""``station bench waves``: handing out stock, walks, carts, and a release by the desk's button beside scans.

Everything is drawn from a seed that is printed. Times depend on the machine, so beside them stand ratios that
do not: to sorting the same stock once, to the fixed sequence, to carts filled as orders come, to idle scans.
"""

from __future__ import annotations

import json
import os
import random
import sys
import tempfile
import time
from datetime import date, timedelta
from typing import Any

import click

from station.outbound.waves.batching import Errand, batch, first_come
from station.outbound.waves.limits import Limits, Load
from station.practice.bench import releasing
from station.practice.bench.run import integrity, say
from station.settings import load
from station.stock.fifo import Candidate, Pool
from station.storage.hall import rounds
from station.storage.hall.addresses import Address
from station.storage.hall.ground import Extent, Ground, Measures, Point
from station.storage.hall.walks import Zone, sequence

ROWS, ARTICLES = 100_000, 5_000
TODAY = date(2026, 6, 1)
AISLES, BAYS, FAST_AISLES = 20, 90, 4
"""A hall of 20 aisles with 45 bays on either side; six of ten picks are in the first four aisles."""
TOURS, PICKS, CART = 200, 20, 12


def bench(orders: int, handhelds: int, seed: int, *, as_json: bool) -> None:
    """Measure and print; exit status 1 when the books are wrong afterwards."""
    figures: dict[str, Any] = {"seed": seed}
    say(as_json, "handing out stock …")
    figures["allocation"] = [allocation(lines, seed) for lines in (10_000, 100_000)]
    say(as_json, "walks …")
    figures["walks"] = [walks(name, cross, seed) for name, cross in (("one block", 0), ("two blocks", 23))]
    say(as_json, "carts …")
    figures["carts"] = [carts(name, cross, seed) for name, cross in (("one block", 0), ("two blocks", 23))]
    with tempfile.TemporaryDirectory(prefix="station-bench-") as folder:
        environ = os.environ | {"STATION_DATA": folder, "STATION_HOST": "127.0.0.1", "STATION_WORKERS": "off"}
        environ.pop("STATION_DATABASE_URL", None)
        settings = load(environ)
        say(as_json, f"{orders} orders released beside {handhelds} handhelds …")
        figures["release"] = releasing.measure(settings, environ, orders, handhelds, seed)
        figures["integrity"] = integrity(settings)
    click.echo(json.dumps(figures) if as_json else _table(figures))
    sys.exit(0 if figures["integrity"] == "ok" else 1)


def allocation(lines: int, seed: int) -> dict[str, Any]:
    """`lines` order lines against 100 000 stock rows, a few articles wanted much more than others."""
    rng = random.Random(seed)  # noqa: S311
    rows: dict[int, list[Candidate]] = {}
    for number in range(ROWS):
        sku = rng.randrange(ARTICLES)
        came = TODAY - timedelta(days=rng.randrange(300))
        until = came + timedelta(days=rng.randrange(60, 900)) if rng.random() < 0.7 else None  # noqa: PLR2004
        kind = "PICK" if rng.random() < 0.2 else "RSV"  # noqa: PLR2004
        row = Candidate(number, number, sku, until, came, number, kind, number, rng.randint(5, 60))
        rows.setdefault(sku, []).append(row)
    wants = [(int(ARTICLES * rng.random() ** 2), rng.randint(1, 3)) for _ in range(lines)]
    started = time.perf_counter()
    pool = Pool(rows, TODAY)
    served = sum(pool.take([want]) is not None for want in wants)
    spent = time.perf_counter() - started
    started = time.perf_counter()
    for some in rows.values():
        sorted(some, key=lambda row: (row.expires_on or row.received_on, row.received_on, row.lot_id))
    bare = time.perf_counter() - started
    return {
        "lines": lines,
        "rows": ROWS,
        "served": served,
        "seconds": round(spent, 3),
        "lines_per_s": round(lines / spent),
        "ratio_to_one_sort": round(spent / bare, 1),
    }


def hall(cross: int) -> Ground:
    """The hall of the instances; a way across after every `cross` bays of one side."""
    return Ground({"A": Extent(1, AISLES, BAYS)}, {"A": Zone("A")}, Measures(300, 120, cross))


def _slot(rng: random.Random) -> Address:
    aisles = FAST_AISLES if rng.random() < 0.6 else AISLES  # noqa: PLR2004
    return Address("A", rng.randint(1, aisles), rng.randint(1, BAYS), 1, 1)


_ALL = sequence(
    [Address("A", aisle, bay, 1, 1) for aisle in range(1, AISLES + 1) for bay in range(1, BAYS + 1)], {}
)


def _points(ground: Ground, slots: list[Address]) -> list[Point]:
    found = (ground.point(slot) for slot in sorted(slots, key=_ALL.__getitem__))
    return [point for point in found if point is not None]


def walks(name: str, cross: int, seed: int, count: int = TOURS) -> dict[str, Any]:
    """Rounds of 20 picks: metres in the fixed serpentine and by the way the station computes."""
    ground, rng = hall(cross), random.Random(seed)  # noqa: S311
    tours = [_points(ground, [_slot(rng) for _ in range(PICKS)]) for _ in range(count)]
    started = time.perf_counter()
    planned = [rounds.plan(ground, tour) for tour in tours]
    spent = time.perf_counter() - started
    ours, fixed = sum(way.cm for way in planned), sum(way.fixed_cm for way in planned)
    improved = sum(ground.length(rounds.improved(ground, list(dict.fromkeys(tour)))) for tour in tours)
    return {
        "hall": name,
        "picks": PICKS,
        "tours": count,
        "serpentine_m": round(fixed / count / 100),
        "ours_m": round(ours / count / 100),
        "saved_pct": _pct(ours, fixed),
        "heuristic_over_ours_pct": _pct(improved, ours),
        "is_exact": ground.is_plain,
        "ms_per_tour": round(spent / count * 1000, 2),
    }


def carts(name: str, cross: int, seed: int) -> dict[str, Any]:
    """1 000 orders of two lines on average, on carts of twelve."""
    ground, rng = hall(cross), random.Random(seed)  # noqa: S311
    slots = {order: [_slot(rng) for _ in range(_lines(rng))] for order in range(1, 1001)}
    errands = [
        Errand(order, tuple(_points(ground, some)), Load(1, len(some))) for order, some in slots.items()
    ]
    limits = Limits(CART)
    started = time.perf_counter()
    groups = batch(ground, errands, limits)
    spent = time.perf_counter() - started

    def metres(groups: list[list[int]]) -> tuple[int, int]:
        ways = [
            rounds.plan(ground, _points(ground, [slot for order in group for slot in slots[order]]))
            for group in groups
        ]
        return sum(way.cm for way in ways), sum(way.fixed_cm for way in ways)

    ours, (_best, as_they_come) = metres(groups)[0], metres(first_come(errands, limits))
    return {
        "hall": name,
        "orders": len(errands),
        "carts": len(groups),
        "first_come_km": round(as_they_come / 100_000, 1),
        "ours_km": round(ours / 100_000, 1),
        "saved_pct": _pct(ours, as_they_come),
        "seconds": round(spent, 2),
    }


def _lines(rng: random.Random) -> int:
    many = 1
    while rng.random() < 0.5 and many < 8:  # noqa: PLR2004 — two on average
        many += 1
    return many


def _pct(ours: int, other: int) -> float:
    return round(100 * (ours / other - 1), 1)


def _table(figures: dict[str, Any]) -> str:
    lines = [f"seed {figures['seed']}"]
    lines += [
        f"{row['lines']:>7} lines, {row['rows']} stock rows: {row['seconds']} s, {row['lines_per_s']} "
        f"lines/s, {row['ratio_to_one_sort']} × sorting the rows once"
        for row in figures["allocation"]
    ]
    lines += [
        f"{row['picks']} picks, {row['hall']}: serpentine {row['serpentine_m']} m, ours {row['ours_m']} m "
        f"({row['saved_pct']:+} %{', exact' if row['is_exact'] else ''}), {row['ms_per_tour']} ms; "
        f"improving piece by piece {row['heuristic_over_ours_pct']:+} %"
        for row in figures["walks"]
    ]
    lines += [
        f"{row['orders']} orders, {row['hall']}: as they come {row['first_come_km']} km, ours "
        f"{row['ours_km']} km ({row['saved_pct']:+} %), {row['seconds']} s"
        for row in figures["carts"]
    ]
    done = figures["release"]
    lines.append(
        f"{done['orders']} orders in {done['waves']} waves released in {done['seconds']} s, "
        f"longest unit {done['longest_ms']} ms"
    )
    for name in ("idle", "beside"):
        row = done[name]
        lines.append(f"  scans {name:8} p50 {row['p50']} ms, p95 {row['p95']} ms, {row['errors']} errors")
    return "\n".join([*lines, f"  p95 ratio {done['p95_ratio']} · books {figures['integrity']}"])
