"""Loops over the queues in the database: planner, ERPs, stock levels, printers, the nightly tidying.

They run inside the server (default) or as separate processes (``station work``); each claims its rows
by conditional update, so more than one may run. Only the printers want a single process per database.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from printers.worker import PrintWorker
from station.erp.compare import wishes
from station.erp.loops import ErpLoops
from station.erp.outward import stocklevel
from station.erp.rest import replies
from station.ground.db import BULK
from station.outbound.orders import auditing, planner
from station.wiring.hub import Hub

log = logging.getLogger(__name__)

IDLE_S, LEVEL_S, TIDY_S = 1.0, 10.0, 3600.0
LONGEST_S = 30.0
"""Between two tries of a loop that fails."""

CHUNK, PART = 200, 20
"""Orders per look, and per unit of work: short units let scans in between."""

LOOK_AGAIN = timedelta(seconds=5)
"""How soon after a look that found nothing the waiting orders are passed over again."""


class Workers:
    """All background loops of one process."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.stop = threading.Event()
        self.erp = ErpLoops(hub.sync)
        self.printer = PrintWorker(
            lambda work: hub.db.write(work, BULK), hub.clock.now, zone=hub.settings.zone
        )
        self._threads: list[threading.Thread] = []
        self._pulse: tuple[int, int] | None = None
        self._looked: datetime | None = None

    def start(self) -> None:
        """Start every loop in a thread of its own."""
        for name, target in (
            ("planner", lambda: self._loop(self.plan)),
            ("erp", lambda: self._loop(self.erp.look)),
            ("levels", lambda: self._loop(self.tell_levels, LEVEL_S)),
            ("tidy", lambda: self._loop(self.tidy, TIDY_S)),
            ("printer", lambda: self.printer.run(self.stop, self.hub.wake)),
        ):
            thread = threading.Thread(target=target, name=name, daemon=True)
            thread.start()
            self._threads.append(thread)

    def close(self) -> None:
        """Ask every loop to stop and wait for it."""
        self.stop.set()
        for thread in self._threads:
            thread.join(timeout=10)
        self.erp.close()

    def _loop(self, work: Callable[[], bool], idle_s: float = IDLE_S) -> None:
        wait_s = idle_s
        while not self.stop.is_set():
            try:
                busy, wait_s = work(), idle_s
            except Exception:
                log.exception("%s failed", threading.current_thread().name)
                busy, wait_s = False, min(2 * wait_s, max(idle_s, LONGEST_S))
            if not busy:
                self.stop.wait(wait_s)

    # --- one turn of each --------------------------------------------------------------------

    def plan(self) -> bool:
        """Audit new orders, and reserve for those whose goods are there; a few per unit of work."""
        hub = self.hub
        with hub.db.read() as tx:
            new, ready = planner.new_ids(tx, CHUNK), self._reservable(tx)
        moved = 0
        for part in _parts(new):
            now = hub.clock.now()
            moved += self._piece(partial(auditing.audit, order_ids=part, settings=hub.settings, now=now))
        for part in _parts(ready):
            today, now = hub.clock.today(), hub.clock.now()
            moved += self._piece(partial(auditing.reserve, order_ids=part, today=today, now=now))
        return moved > 0

    def _piece(self, work: Callable[[Session], int]) -> int:
        """A piece of bulk work, and a rest after it while people scan."""
        began = time.monotonic()
        done = self.hub.db.write(work, BULK)
        self.hub.db.give_way(time.monotonic() - began)
        return done

    def _reservable(self, tx: Session) -> list[int]:
        """Waiting orders that can be served; not asked again while nothing changed in the warehouse."""
        now, pulse = self.hub.clock.now(), planner.pulse(tx)
        if pulse == self._pulse or (self._looked is not None and now < self._looked + LOOK_AGAIN):
            return []
        found = planner.reservable(tx, self.hub.clock.today(), CHUNK)
        if not found:
            self._pulse, self._looked = pulse, now
        return found

    def tell_levels(self) -> bool:
        """Tell the ERP what can be sold of the articles that moved."""
        now, today = self.hub.clock.now(), self.hub.clock.today()
        return self.hub.db.write(partial(stocklevel.publish, now=now, today=today), BULK) > 0

    def tidy(self) -> bool:
        """Forget what nobody asks for any more."""
        now = self.hub.clock.now()
        self.hub.db.write(lambda tx: replies.forget(tx, now), BULK)
        self.hub.db.write(lambda tx: wishes.fail_left_over(tx, now), BULK)
        return False


def _parts(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[start : start + PART] for start in range(0, len(ids), PART)]
