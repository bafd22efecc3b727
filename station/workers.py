"""Loops over the queues in the database: planner, ERPs, stock levels, printers, the nightly tidying.

They run inside the server (default) or as separate processes (``station work``); each claims its rows
by conditional update, so more than one may run. Only the printers want a single process per database.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from printers.worker import PrintWorker
from station.db import BULK
from station.erp.loops import ErpLoops
from station.erp.rest import replies
from station.hub import Hub
from station.outbound.orders import planner
from station.outbound.orders import rules as orders

log = logging.getLogger(__name__)

IDLE_S, LEVEL_S, TIDY_S = 1.0, 10.0, 3600.0
CHUNK, PART = 200, 10
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
        while not self.stop.is_set():
            try:
                busy = work()
            except Exception:
                log.exception("%s failed", threading.current_thread().name)
                busy = False
            if not busy:
                self.stop.wait(idle_s)

    # --- one turn of each --------------------------------------------------------------------

    def plan(self) -> bool:
        """Audit new orders, and reserve for those whose goods are there; a few per unit of work."""
        hub = self.hub
        with hub.db.read() as tx:
            ids = planner.new_ids(tx, CHUNK) or self._reservable(tx)
        moved = False
        for start in range(0, len(ids), PART):
            part = ids[start : start + PART]
            moved |= hub.db.write(
                lambda tx, part=part: self._advance(tx, part),  # type: ignore[misc]
                BULK,
            )
            if self.stop.is_set():
                break
        return moved

    def _reservable(self, tx: Session) -> list[int]:
        """Waiting orders that can be served; not asked again while nothing changed in the warehouse."""
        now, pulse = self.hub.clock.now(), planner.pulse(tx)
        if pulse == self._pulse or (self._looked is not None and now < self._looked + LOOK_AGAIN):
            return []
        found = planner.reservable(tx, self.hub.clock.today(), CHUNK)
        if not found:
            self._pulse, self._looked = pulse, now
        return found

    def _advance(self, tx: Session, ids: list[int]) -> bool:
        hub = self.hub
        moved = False
        for order_id in ids:
            moved |= orders.advance(tx, order_id, hub.settings, hub.clock.today(), hub.clock.now())
        return moved

    def tell_levels(self) -> bool:
        """Tell the ERP what can be sold of the articles that moved."""
        from station.erp import stocklevel

        now = self.hub.clock.now()
        return self.hub.db.write(lambda tx: stocklevel.publish(tx, now=now), BULK) > 0

    def tidy(self) -> bool:
        """Forget what nobody asks for any more."""
        now = self.hub.clock.now()
        self.hub.db.write(lambda tx: replies.forget(tx, now), BULK)
        return False
