"""The server is killed again and again while a crew works: every answer holds, nothing counts twice (P1, P2)."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
import requests
from sqlalchemy import func, select

from station.ground.db import Database, table
from station.ground.scan.models import Scan
from station.practice.demo import run as demo
from station.practice.simulate.client import Tally
from station.practice.simulate.run import simulate
from station.serving.server import free_port
from station.settings import Settings
from station.wiring import checks
from tests.patience import PROCESS_S, until

KILLS, ORDERS, WORKERS, SEED = 100, 700, 12, 23
SIGNED_IN = 60
"""After so many scans everybody has begun."""
SCANS, SOON_S = (10, 50), 0.3
"""So many scans are answered between two kills, however fast the machine is; and how soon after the last, at most."""
TRIES = 20


class Answers(Tally):
    """Keeps what every scan was answered in the end."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[str, tuple[int, str]] = {}

    def count(self, status: int, code: str, scan_id: str) -> None:
        super().count(status, code, scan_id)
        told = self.kept.setdefault(scan_id, (status, code))
        assert told == (status, code), f"{scan_id} was answered {told}, then {status} {code}"


class Server:
    """``station serve`` on one port, which can be killed with all its children."""

    def __init__(self, settings: Settings) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = (settings.data / "server.log").open("ab")
        self._environ = {k: v for k, v in os.environ.items() if not k.startswith("STATION_")} | {
            "STATION_DATA": str(settings.data),
            "STATION_HOST": "127.0.0.1",
            "STATION_PORT": str(self.port),
            "STATION_IS_DEMO": str(WORKERS),
            "STATION_PREPARE": demo.PREPARE,
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }
        if settings.database_url:
            self._environ["STATION_DATABASE_URL"] = settings.database_url
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        """Start it, as a service manager does: again when its port was taken. A handheld that knocks at a port
        nobody holds is given that very port for its own end now and then, and holds it for a moment.
        """
        words = [sys.executable, "-m", "station.cli", "serve"]
        for _ in range(TRIES):
            process = subprocess.Popen(
                words, env=self._environ, stdout=self._log, stderr=self._log, start_new_session=True
            )
            until(partial(self._is_decided, process), "the server did not start", PROCESS_S)
            if process.poll() is None:
                return process
            said = Path(self._log.name).read_text(encoding="utf-8")[-2000:]
            assert "cannot listen on" in said.splitlines()[-1], said
        raise AssertionError(f"port {self.port} was never free")

    def _is_decided(self, process: subprocess.Popen[bytes]) -> bool:
        return process.poll() is not None or self._answers()

    def _answers(self) -> bool:
        with contextlib.suppress(requests.RequestException):
            return requests.get(f"{self.url}/demo/orders.json", timeout=10).ok
        return False

    def kill(self) -> None:
        """As the kernel does when memory is short: nothing is finished, nothing is said."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def close(self) -> None:
        """The shift is over."""
        self.kill()
        self._log.close()

    def restart(self) -> None:
        self.kill()
        self.process = self._start()


@pytest.fixture
def server(database_url: str, tmp_path: Path) -> Iterator[Server]:
    data = tmp_path / "data"
    settings = (
        Settings(data=data)
        if database_url.startswith("sqlite")
        else Settings(data=data, database_url=database_url)
    )
    demo.prepare(settings, ORDERS, SEED, extra=WORKERS, benches=6, skus=40)
    server = Server(settings)
    yield server
    server.close()


def _kill_until(over: threading.Event, server: Server, answers: Answers) -> int:
    """Kill while the crew works; whoever was signing in at a kill would have to wait a moment."""
    lot, due = random.Random(SEED), SIGNED_IN
    for kills in range(KILLS):
        until(partial(_is_due, over, answers, due), "the crew does not go on", PROCESS_S)
        if over.wait(lot.uniform(0, SOON_S)):
            return kills
        server.restart()
        due = answers.scans + lot.randint(*SCANS)
    return KILLS


def _is_due(over: threading.Event, answers: Answers, due: int) -> bool:
    return over.is_set() or answers.scans >= due


@pytest.mark.long
def test_a_hundred_kills_lose_and_double_nothing(server: Server, database_url: str, tmp_path: Path) -> None:
    answers, over = Answers(), threading.Event()
    with ThreadPoolExecutor(1) as pool:
        killer = pool.submit(_kill_until, over, server, answers)
        try:
            report = simulate(
                ORDERS, WORKERS, SEED, server.url, progress=False, tally=answers, patience_s=PROCESS_S
            )
        finally:
            over.set()
            kills = killer.result()
    assert report["check"] == "ok"
    assert (report["stuck"], report["open"]) == (0, 0)
    assert kills == KILLS
    server.kill()
    url = (
        database_url
        if database_url.startswith("postgresql")
        else f"sqlite:///{tmp_path / 'data/station.sqlite3'}"
    )
    db = Database(url)
    try:
        assert [f"{item.code}: {text}" for item in checks.run(db) for text in item.violations] == []
        scan = table(Scan).c
        with db.read() as tx:
            rows = tx.execute(select(scan.scan_id, scan.status, scan.code)).all()
            ids = tx.scalar(select(func.count(scan.scan_id.distinct())))
    finally:
        db.close()
    stored = {row.scan_id: (row.status, row.code) for row in rows}
    assert len(rows) == ids
    lost = {
        scan_id: told for scan_id, told in answers.kept.items() if told[0] == 200 and scan_id not in stored
    }
    assert lost == {}
    changed = {key: told for key, told in answers.kept.items() if key in stored and stored[key] != told}
    assert changed == {}
