"""A production server of the bench's own, and handhelds that drive it from another process."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import click

from station.serving import server
from station.wiring.hub import Hub

SEALS_S = 1.0
"""Between two turns of the seals: a bench of seconds pays its share of what a station does each minute."""
HASTEN = f"{__name__}:hasten_seals"


def hasten_seals(hub: Hub) -> None:
    """Inside the bench's server, before its loops start: the books are sealed right behind the scans."""
    hub.rooms = [
        replace(
            room,
            jobs=tuple(replace(job, idle_s=SEALS_S) if job.name == "seals" else job for job in room.jobs),
        )
        for room in hub.rooms
    ]


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
