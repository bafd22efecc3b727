"""One thread per connection, so that an ERP that is slow or silent holds up no other one."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from station.erp import connections
from station.erp.compare import reconcile, wishes
from station.erp.port import ErpError
from station.erp.sync import Sync
from station.ground.vault import VaultClosed

log = logging.getLogger(__name__)

IDLE_S = 1.0
LONGEST_S = 30.0
"""Between two turns of a connection that fails for a reason nobody foresaw."""

CLOSE_S = 10


class ErpLoops:
    """Works on every active connection; new ones are noticed, and those switched off are let go."""

    def __init__(self, make: Callable[[], Sync]) -> None:
        self._make = make
        self._sync = make()
        self._stops: dict[str, threading.Event] = {}
        self._threads: dict[str, threading.Thread] = {}

    def look(self) -> bool:
        """Start and stop loops as the connections say."""
        with self._sync.db.read() as tx:
            wanted = set(connections.active_codes(tx))
        for code in [code for code, thread in self._threads.items() if not thread.is_alive()]:
            self._forget(code)
        for code in set(self._threads) - wanted:
            self._stops[code].set()
        for code in sorted(wanted - set(self._threads)):
            stop = self._stops[code] = threading.Event()
            thread = threading.Thread(
                target=self._run, args=(code, stop), name=f"erp-{code}"[:30], daemon=True
            )
            self._threads[code] = thread
            thread.start()
        return False

    def _forget(self, code: str) -> None:
        del self._threads[code], self._stops[code]

    def _run(self, code: str, stop: threading.Event) -> None:
        sync, wait_s = self._make(), IDLE_S
        while not stop.is_set():
            try:
                busy, wait_s = turn(sync, code), IDLE_S
            except Exception:
                log.exception("connection %s failed", code)
                busy, wait_s = False, min(2 * wait_s, LONGEST_S)
            if not busy:
                stop.wait(wait_s)
        sync.close()

    def close(self) -> None:
        """Ask every loop to stop and wait for it."""
        for stop in self._stops.values():
            stop.set()
        for thread in self._threads.values():
            thread.join(timeout=CLOSE_S)


def turn(sync: Sync, code: str) -> bool:
    """Send and read; when that leaves time, compare what a person or the night asks for."""
    return sync.run_once(code) or compare_due(sync, code)


def compare_due(sync: Sync, code: str) -> bool:
    """Run a comparison that is due; False when there was none."""
    if not sync.is_due(code):
        return False
    now = sync.clock.now()
    with sync.db.read() as tx:
        asked = wishes.asked(tx, code)
        nightly = asked is None and wishes.due_nightly(tx, code, now, sync.settings.zone)
    if (asked is None and not nightly) or not sync.hold(code):
        return False
    try:
        connector = sync.connector(code)
        reconcile.run(
            sync.db,
            sync.clock,
            code,
            connector,
            asked_by="night" if nightly else "",
            reconciliation_id=asked,
        )
    except (ErpError, VaultClosed, ValueError) as error:
        log.warning("connection %s could not be compared: %s", code, error)
        if isinstance(error, ErpError):
            sync.note_down(code, error)
        return False
    return True
