"""``station bench``: one run, one table, ratios that can be compared between machines."""

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
from pathlib import Path
from typing import Any

import click

from station import schema, server
from station.bench.fill import fill, raw_commit_rate
from station.db import Database
from station.hub import build
from station.settings import Settings, load
from station.wiring import checks

SLOW_MS = 10
HANDHELDS = 300
BUSY = 50


def bench(*, as_json: bool) -> None:
    """Measure and print; exit status 1 when the books are wrong afterwards."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="station-bench-") as folder:
        environ = os.environ | {"STATION_DATA": folder, "STATION_HOST": "127.0.0.1", "STATION_WORKERS": "off"}
        environ.pop("STATION_DATABASE_URL", None)
        settings = load(environ)
        say(as_json, "filling a hall with pick work …")
        _prepare(settings)
        report = _measure(settings, environ, as_json=as_json)
    report["seconds"] = round(time.monotonic() - started)
    if as_json:
        click.echo(json.dumps(report))
    else:
        _table(report)
    sys.exit(0 if report["integrity"] == "ok" else 1)


def say(as_json: bool, text: str) -> None:
    """Progress for a person; nothing beside JSON."""
    if not as_json:
        click.echo(text, err=True)


def _prepare(settings: Settings) -> None:
    settings.data.mkdir(parents=True, exist_ok=True)
    schema.upgrade(settings.url)
    hub = build(settings)
    try:
        fill(hub, HANDHELDS, BUSY, busy_stops=200, stops=25)
    finally:
        hub.close()


def _measure(settings: Settings, environ: dict[str, str], *, as_json: bool) -> dict[str, Any]:
    probe = Database(f"sqlite:///{settings.data / 'probe.sqlite3'}")
    commit_rate = raw_commit_rate(probe, 2)
    probe.close()
    say(as_json, "this machine's disk …")
    with served(environ, 0) as (port, pid):
        saturated = drive(port, BUSY, 5, thinks=False)
        few = drive(port, BUSY, 7, thinks=True)
        many = drive(port, HANDHELDS, 11, thinks=True)
        memory = _memory_mb(pid)
    say(as_json, f"the same with {SLOW_MS} ms added to each commit …")
    with served(environ, SLOW_MS) as (port, _pid):
        slow_rate = drive(port, BUSY, 4, thinks=False)
        slow = drive(port, HANDHELDS, 11, thinks=True)
    slow_commits = 1 / (1 / commit_rate + SLOW_MS / 1000)
    return {
        "commit_rate": round(commit_rate),
        "scan_rate": saturated["rate"],
        "ratio": round(saturated["rate"] / commit_rate, 3),
        "handhelds": {str(BUSY): few, str(HANDHELDS): many},
        "slow_disk": {
            "commit_rate": round(slow_commits),
            "scan_rate": slow_rate["rate"],
            "ratio": round(slow_rate["rate"] / slow_commits, 2),
            str(HANDHELDS): slow,
        },
        "memory_mb": memory,
        "integrity": integrity(settings),
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


def drive(port: int, count: int, seconds: int, *, thinks: bool) -> dict[str, Any]:
    """What `count` handhelds of another process measured."""
    args = json.dumps({"count": count, "port": port, "seconds": seconds, "thinks": thinks})
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "station.bench.handhelds", args], check=True, capture_output=True, text=True
    )
    return dict(json.loads(done.stdout))


def _memory_mb(pid: int) -> int | None:
    """Resident memory of the server's processes together, where the system tells."""
    total = 0
    try:
        for child in [pid, *_children(pid)]:
            text = Path(f"/proc/{child}/status").read_text(encoding="ascii")
            total += next(int(line.split()[1]) for line in text.splitlines() if line.startswith("VmRSS"))
    except (OSError, StopIteration):
        return None
    return total // 1024


def _children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(part) for part in text.split()]


def integrity(settings: Settings) -> Any:
    """What is wrong with the books, else the word ok."""
    db = Database(settings.url)
    try:
        return checks.broken(db) or "ok"
    finally:
        db.close()


def _table(report: dict[str, Any]) -> None:
    slow = report["slow_disk"]
    click.echo(f"{'':32}{'this disk':>12}{f'+{SLOW_MS} ms':>12}")
    for name, key in (
        ("durable commits / s", "commit_rate"),
        ("scans / s, 50 without pause", "scan_rate"),
        ("ratio", "ratio"),
    ):
        click.echo(f"{name:32}{report[key]:>12}{slow[key]:>12}")
    click.echo(f"\n{'handhelds pausing 1–3 s':32}{'p50 ms':>9}{'p95':>9}{'p99':>9}{'served':>9}{'errors':>8}")
    rows = (
        ("50", report["handhelds"]["50"]),
        ("300", report["handhelds"]["300"]),
        (f"300, +{SLOW_MS} ms", slow["300"]),
    )
    for name, row in rows:
        click.echo(
            f"{name:32}{row['p50']:>9}{row['p95']:>9}{row['p99']:>9}{row['served']:>9.2%}{row['errors']:>8}"
        )
    click.echo(
        f"\nserver memory {report['memory_mb']} MB · books {report['integrity']} · {report['seconds']} s"
    )
