"""``station bench``: one run, one table, ratios that can be compared between machines.

Everything is done twice: as handhelds do it (form in, screen as HTML out), and over the JSON door (`api`).
Machines differ by a factor of three, so the processor time of a scan stands beside that of a bare page of
the same server, ``GET /health``, measured in the same minute (`page_ratio`).
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import click

from station.ground.db import Database, schema
from station.practice.bench.fill import fill, raw_commit_rate
from station.practice.bench.process import memory_mb
from station.serving import server
from station.settings import Settings, load
from station.wiring import checks
from station.wiring.hub import build

SLOW_MS = 10
PATHS = ("handheld", "api")


@dataclass(frozen=True)
class Size:
    """How many handhelds, and seconds of each run; the bench's own, or a test's."""

    handhelds: int = 300
    busy: int = 50
    """Those who scan without pause, and the few of the pausing."""
    stops: int = 200
    """On the list of a busy one; the others have 25."""
    commit_s: float = 2
    warm_s: float = 1
    """Before anything is measured, so that what a server does only once weighs on no path."""
    page_s: float = 3
    busy_s: float = 5
    few_s: float = 7
    many_s: float = 11
    slow_s: float = 4


def bench(*, as_json: bool) -> None:
    """Measure and print; exit status 1 when the books are wrong afterwards."""
    started = time.monotonic()
    size = Size()
    figures = report(size, as_json=as_json)
    figures["seconds"] = round(time.monotonic() - started)
    click.echo(json.dumps(figures) if as_json else table(figures, size))
    sys.exit(0 if figures["integrity"] == "ok" else 1)


def report(size: Size, *, as_json: bool) -> dict[str, Any]:
    """Fill a hall of its own and measure: the figures of handhelds, under `api` those of the JSON door."""
    with tempfile.TemporaryDirectory(prefix="station-bench-") as folder:
        environ = os.environ | {"STATION_DATA": folder, "STATION_HOST": "127.0.0.1", "STATION_WORKERS": "off"}
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
    figures = {path: _figures(fast[path], slow[path], page, commit_rate, size) for path in PATHS}
    return (
        {"commit_rate": round(commit_rate)}
        | figures["handheld"]
        | {"api": figures["api"], "page": {"rate": page["rate"], "cost_ms": page["cost_ms"]}}
        | {"memory_mb": memory, "integrity": integrity(settings)}
    )


Load = tuple[str, int, float, bool]
"""A run: its name, handhelds, seconds, whether they pause."""
Runs = dict[str, dict[str, Any]]


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


def _figures(fast: Runs, slow: Runs, page: dict[str, Any], commit_rate: float, size: Size) -> dict[str, Any]:
    """The figures of one path; `cost_ms` is that of scans without pause."""
    slow_commits = 1 / (1 / commit_rate + SLOW_MS / 1000)
    cost, bare = fast["busy"]["cost_ms"], page["cost_ms"]
    return {
        "scan_rate": fast["busy"]["rate"],
        "ratio": round(fast["busy"]["rate"] / commit_rate, 3),
        "cost_ms": cost,
        "page_ratio": round(cost / bare, 1) if cost and bare else None,
        "handhelds": {str(size.busy): fast["few"], str(size.handhelds): fast["many"]},
        "slow_disk": {
            "commit_rate": round(slow_commits),
            "scan_rate": slow["busy"]["rate"],
            "ratio": round(slow["busy"]["rate"] / slow_commits, 2),
            str(size.handhelds): slow["many"],
        },
    }


@contextlib.contextmanager
def served(environ: dict[str, str], delay_ms: int) -> Iterator[tuple[int, int]]:
    """A production server: its port and its process."""
    port = server.free_port()
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "station.cli", "serve", "--port", str(port)],
        env=environ | {"STATION_COMMIT_DELAY_MS": str(delay_ms)},
        stdout=sys.stderr,
    )
    try:
        _wait(port)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(port: int) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2):
                return
        except OSError:
            if time.monotonic() > deadline:
                raise click.ClickException("the server did not start within 30 s") from None
            time.sleep(0.1)


def drive(
    port: int, count: int, seconds: float, *, thinks: bool, wire: str = "handheld", pid: int | None = None
) -> dict[str, Any]:
    """What `count` handhelds of another process measured; `pid` is the server's, to count its costs."""
    args = {"count": count, "port": port, "seconds": seconds, "thinks": thinks, "wire": wire, "pid": pid}
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "station.practice.bench.handhelds", json.dumps(args)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return dict(json.loads(done.stdout))


def integrity(settings: Settings) -> Any:
    """What is wrong with the books, else the word ok."""
    db = Database(settings.url)
    try:
        return checks.broken(db) or "ok"
    finally:
        db.close()


def table(figures: dict[str, Any], size: Size) -> str:
    """The report for a person."""
    paths = (("handheld", figures), ("JSON", figures["api"]))
    lines = [
        f"{'':44}{'this disk':>12}{f'+{SLOW_MS} ms':>12}",
        _rates("durable commits / s", figures, "commit_rate"),
    ]
    for name, own in paths:
        lines.append(_rates(f"scans / s, {size.busy} without pause, {name}", own, "scan_rate"))
        lines.append(_rates("  ratio to commits", own, "ratio"))
        lines.append(f"{'  processor ms / scan':44}{_or_dash(own['cost_ms']):>12}")
        lines.append(f"{'  ratio to a bare page':44}{_or_dash(own['page_ratio']):>12}")
    lines.append(f"{'bare page, processor ms':44}{_or_dash(figures['page']['cost_ms']):>12}")
    lines += ["", f"{'handhelds pausing 1–3 s':28}{_CAPTIONS}"]
    for name, own in paths:
        few, many = own["handhelds"][str(size.busy)], own["handhelds"][str(size.handhelds)]
        lines.append(_pausing(f"{size.busy}, {name}", few))
        lines.append(_pausing(f"{size.handhelds}, {name}", many))
        slow = own["slow_disk"][str(size.handhelds)]
        lines.append(_pausing(f"{size.handhelds}, {name}, +{SLOW_MS} ms", slow))
    memory, books, seconds = figures["memory_mb"], figures["integrity"], figures["seconds"]
    return "\n".join([*lines, "", f"server memory {memory} MB · books {books} · {seconds} s"])


_CAPTIONS = f"{'p50 ms':>9}{'p95':>9}{'p99':>9}{'served':>9}{'errors':>8}{'cost ms':>9}"


def _rates(name: str, figures: dict[str, Any], key: str) -> str:
    own, slow = figures.get(key), figures["slow_disk"][key]
    return f"{name:44}{own:>12}{slow:>12}"


def _pausing(name: str, run: dict[str, Any]) -> str:
    times = "".join(f"{run[key]:>9}" for key in ("p50", "p95", "p99"))
    return f"{name:28}{times}{run['served']:>9.2%}{run['errors']:>8}{_or_dash(run['cost_ms']):>9}"


def _or_dash(figure: float | None) -> str:
    return "–" if figure is None else str(figure)
