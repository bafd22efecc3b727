"""A shift at the door itself, without a network: a program that works and writes down every answer it got.

``python -m tests.soak.hands DATA WORKERS SEED``: ``DATA/answers`` gets a line for every scan that was
answered, when it was answered: its id, status and code.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
import threading
from functools import partial
from pathlib import Path
from typing import Any

from station.devices import scales
from station.practice.demo import floor as demo_floor
from station.practice.demo import run as demo
from station.practice.demo import world
from station.practice.simulate.crew import AllRounder
from station.practice.simulate.dock import DockCrew
from station.practice.simulate.hall import Hall
from station.practice.simulate.worker import Worker
from station.settings import Settings
from station.wiring.hub import Hub, build
from tests.floor import Floor
from tests.patience import PROCESS_S, beside, until

QUIET = 100
"""Nobody has scanned between so many looks: there is nothing left to do."""
DURABLE = 500
"""From this status on nothing was promised."""


class Answers:
    """What was answered, in the order in which it was, one line each."""

    def __init__(self, path: Path) -> None:
        self.count = 0
        self._fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def add(self, scan_id: str, status: int, code: str) -> None:
        """A scan was answered; called before the worker goes on."""
        self.count += 1
        if status < DURABLE:
            os.write(self._fd, json.dumps([scan_id, status, code]).encode() + b"\n")


class Device:
    """A handheld at the door, as the virtual workers use one (`station.practice.simulate.client`)."""

    def __init__(self, hub: Hub, answers: Answers, number: str, name: str) -> None:
        self._floor, self._answers, self._number, self._name = Floor(hub), answers, number, name

    def look(self, flow: str) -> dict[str, Any]:
        return dict(self._floor.look(self._number, flow, device=self._name))

    def scan(self, flow: str, raw: str, scan_id: str | None = None) -> tuple[int, dict[str, Any]]:
        scan_id = scan_id or secrets.token_hex(16)
        answer = self._floor.scan(self._number, flow, raw, scan_id=scan_id, device=self._name)
        self._answers.add(scan_id, answer.status, answer.code)
        return answer.status, answer.body

    def request(self, _method: str, _path: str, body: dict[str, Any]) -> tuple[int, Any]:
        """The one page a virtual worker needs: a parcel is put on the scale."""
        hub = self._floor.hub
        hub.db.write(lambda tx: scales.place(tx, body["workstation"], body["dg"], hub.clock.now()))
        return 200, {}


class Shift:
    """Everybody who works on this station today."""

    def __init__(self, settings: Settings, workers: int, seed: int) -> None:
        self.hub = build(settings)
        self.workers, self.seed = workers, seed
        self.answers = Answers(settings.data / "answers")
        self.over = threading.Event()
        until(self._has_morning, "the morning's files were not taken")
        with self.hub.db.read() as tx:
            self.hall = Hall(demo_floor.things(tx))

    def _has_morning(self) -> bool:
        """Whether the office's files are in: the folder leaves alone what may still be written."""
        self.hub.sync().pull("folder")
        with self.hub.db.read() as tx:
            return bool(demo_floor.things(tx)["notices"])

    def _device(self, number: str, name: str) -> Any:
        return Device(self.hub, self.answers, number, name)

    def run(self) -> None:
        """Receive everything, then put away, pick and pack what can be."""
        names = {"receiver": "1001", "supervisor": "1003", "keeper": "1004"}
        signers = {role: (world.badge(number), world.PIN) for role, number in names.items()}
        receiver = Worker(self._device("1001", "d1"), self.hall, self.seed)
        crew = DockCrew(receiver, Worker(self._device("1002", "d2"), self.hall, self.seed), signers)
        for asn_no in self.hall.trucks:
            crew.receive(asn_no, self.hub.clock.today())
        beside(self._lead, *(partial(self._work, number) for number in range(self.workers)))

    def _lead(self) -> None:
        """The supervisor releases, until every order stands in its lane or waits for something else."""
        office, quiet = Floor(self.hub), list[int]()

        def is_over() -> bool:
            office.release()
            with self.hub.db.read() as tx:
                states = {order["state"] for order in demo_floor.orders(tx, self.hub.clock.today())}
            quiet.append(self.answers.count)
            still = len(quiet) > QUIET and quiet[-QUIET] == quiet[-1]
            return self.over.is_set() or (still and states <= {"STAGED", "HOLD", "AUDITED"})

        try:
            until(is_over, "the shift did not end", PROCESS_S)
        finally:
            self.over.set()

    def _work(self, number: int) -> None:
        device = self._device(str(2001 + number), f"h{number}")
        worker = AllRounder(device, self.hall, self.seed * 1000 + number)
        try:
            while not self.over.is_set():
                if not (worker.pack() or worker.pick() or worker.put_away()):
                    self.over.wait(0.02)
        finally:
            self.over.set()


def prepare(data: Path, orders: int, workers: int, seed: int) -> Settings:
    """The demo's hall with the morning's files."""
    settings = Settings(data=data)
    demo.prepare(settings, orders, seed, extra=workers)
    return settings


if __name__ == "__main__":
    Shift(Settings(data=Path(sys.argv[1])), int(sys.argv[2]), int(sys.argv[3])).run()
