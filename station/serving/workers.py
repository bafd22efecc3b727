"""Loops over the queues in the database: what the rooms' jobs do, the ERPs, the printers.

They run inside the server (default) or as separate processes (``station work``); each claims its rows
by conditional update, so more than one may run. Only the printers want a single process per database.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from printers.transports import Limits
from printers.worker import PrintWorker
from station.erp.loops import ErpLoops
from station.ground.db import BULK
from station.serving import watch
from station.wiring.hub import Hub

log = logging.getLogger(__name__)

IDLE_S, LONGEST_S = 1.0, 30.0
"""Between two turns of a loop without work, and at most between two tries of one that fails."""


class Workers:
    """All background loops of one process."""

    def __init__(self, hub: Hub, on_end: Callable[[str], None] = log.critical) -> None:
        """`on_end` hears the name of a loop that has ended without being asked to."""
        self.hub, self._on_end = hub, on_end
        self.stop = threading.Event()
        self.erp = ErpLoops(hub.sync)
        self.printer = PrintWorker(
            lambda work: hub.db.write(work, BULK),
            hub.clock.now,
            zone=hub.settings.zone,
            limits=Limits(reach=hub.settings.reach),
        )
        jobs = [job for room in hub.rooms for job in room.jobs]
        self.turns = {job.name: (job.begin(hub.works), job.idle_s) for job in jobs}
        self._ends = {job.name: job.end for job in jobs}
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Start every loop in a thread of its own."""
        self._run("erp", lambda: self._loop(self.erp.look, IDLE_S))
        self._run("printer", lambda: self.printer.run(self.stop, self.hub.wake))
        for name, (turn, idle_s) in self.turns.items():
            self._run(name, lambda turn=turn, idle_s=idle_s: self._loop(turn, idle_s))  # type: ignore[misc]

    def _run(self, name: str, target: Callable[[], None]) -> None:
        self._threads.append(watch.guarded(name, target, self._ended))

    def _ended(self, name: str) -> None:
        if not self.stop.is_set():
            self._on_end(name)

    def close(self) -> None:
        """Ask every loop to stop and wait for it."""
        self.stop.set()
        for thread in self._threads:
            thread.join(timeout=10)
        for name, end in self._ends.items():
            end(self.turns[name][0])
        self.erp.close()

    def turn(self, name: str) -> bool:
        """One turn of a room's job, now; whether there is more to do at once."""
        return self.turns[name][0]()

    def _loop(self, turn: Callable[[], bool], idle_s: float) -> None:
        wait_s = idle_s
        name = threading.current_thread().name
        while not self.stop.is_set():
            self.hub.vitals.beat(name)
            try:
                busy, wait_s = turn(), idle_s
            except Exception:
                log.exception("%s failed", name)
                busy, wait_s = False, min(2 * wait_s, max(idle_s, LONGEST_S))
            if not busy:
                self.stop.wait(wait_s)
        self.hub.vitals.rest(name)
