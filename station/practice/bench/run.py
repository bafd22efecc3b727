"""``station bench``: one run, one table, ratios that can be compared between machines.

Everything is done twice: as handhelds do it (form in, screen as HTML out), and over the JSON door (`api`).
Machines differ by a factor of three, so the processor time of a scan stands beside that of a bare page of
the same server, ``GET /health``, measured in the same minute (`page_ratio`). With `loops` the background
loops run beside it and the seals follow within a second, so that their share shows.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from typing import Any

import click
from sqlalchemy import func, select

from station.ground.db import Database, schema
from station.ground.seals.models import Seal
from station.practice.bench.driving import HASTEN, drive, served
from station.practice.bench.fill import fill, raw_commit_rate
from station.practice.bench.measures import SLOW_MS, Runs, Size, figures_of, table
from station.practice.bench.process import memory_mb
from station.settings import Settings, load
from station.wiring import checks
from station.wiring.hub import build

PATHS = ("handheld", "api")


def bench(*, as_json: bool, loops: bool) -> None:
    """Measure and print; exit status 1 when the books are wrong afterwards."""
    started = time.monotonic()
    size = Size()
    figures = report(size, as_json=as_json, loops=loops)
    figures["seconds"] = round(time.monotonic() - started)
    click.echo(json.dumps(figures) if as_json else table(figures, size))
    sys.exit(0 if figures["integrity"] == "ok" else 1)


def report(size: Size, *, as_json: bool, loops: bool = False) -> dict[str, Any]:
    """Fill a hall of its own and measure: the figures of handhelds, under `api` those of the JSON door."""
    with tempfile.TemporaryDirectory(prefix="station-bench-") as folder:
        environ = os.environ | {"STATION_DATA": folder, "STATION_HOST": "127.0.0.1"}
        environ |= (
            {"STATION_WORKERS": "on", "STATION_PREPARE": HASTEN} if loops else {"STATION_WORKERS": "off"}
        )
        environ.pop("STATION_DATABASE_URL", None)
        settings = load(environ)
        say(as_json, "filling a hall with pick work …")
        _prepare(settings, size)
        return _measure(settings, environ, size, as_json=as_json)


def say(as_json: bool, text: str) -> None:
    """Progress for a person; nothing beside JSON."""
    if not as_json:
        click.echo(text, err=True)


def _prepare(settings: Settings, size: Size) -> None:
    settings.data.mkdir(parents=True, exist_ok=True)
    schema.upgrade(settings.url)
    hub = build(settings)
    try:
        fill(hub, size.handhelds, size.busy, busy_stops=size.stops, stops=25)
    finally:
        hub.close()


def _measure(settings: Settings, environ: dict[str, str], size: Size, *, as_json: bool) -> dict[str, Any]:
    probe = Database(f"sqlite:///{settings.data / 'probe.sqlite3'}")
    commit_rate = raw_commit_rate(probe, size.commit_s)
    probe.close()
    say(as_json, "this machine's disk …")
    with served(environ, 0) as (port, pid):
        page = drive(port, size.busy, size.page_s, thinks=False, wire="page", pid=pid)
        fast = _runs(port, pid, _loads(size))
        memory = memory_mb(pid)
    say(as_json, f"the same with {SLOW_MS} ms added to each commit …")
    with served(environ, SLOW_MS) as (port, pid):
        slow = _runs(port, pid, _slow_loads(size))
    figures = {path: figures_of(fast[path], slow[path], page, commit_rate, size) for path in PATHS}
    return (
        {"commit_rate": round(commit_rate)}
        | figures["handheld"]
        | {"api": figures["api"], "page": {"rate": page["rate"], "cost_ms": page["cost_ms"]}}
        | {"memory_mb": memory, "sealed_rows": _sealed_rows(settings), "integrity": integrity(settings)}
    )


Load = tuple[str, int, float, bool]
"""A run: its name, handhelds, seconds, whether they pause."""


def _loads(size: Size) -> list[Load]:
    return [
        ("warm", size.busy, size.warm_s, False),
        ("busy", size.busy, size.busy_s, False),
        ("few", size.busy, size.few_s, True),
        ("many", size.handhelds, size.many_s, True),
    ]


def _slow_loads(size: Size) -> list[Load]:
    return [("busy", size.busy, size.slow_s, False), ("many", size.handhelds, size.many_s, True)]


def _runs(port: int, pid: int, loads: list[Load]) -> dict[str, Runs]:
    """Every load on both paths, one after the other, so that both meet the same machine."""
    runs: dict[str, Runs] = {path: {} for path in PATHS}
    for name, count, seconds, thinks in loads:
        for path in PATHS:
            runs[path][name] = drive(port, count, seconds, thinks=thinks, wire=path, pid=pid)
    return runs


def _sealed_rows(settings: Settings) -> int:
    """Rows of the books under seals; 0 without the loops."""
    db = Database(settings.url)
    try:
        with db.read() as tx:
            return tx.scalar(select(func.sum(Seal.row_count))) or 0
    finally:
        db.close()


def integrity(settings: Settings) -> Any:
    """What is wrong with the books, else the word ok."""
    db = Database(settings.url)
    try:
        return checks.broken(db) or "ok"
    finally:
        db.close()
