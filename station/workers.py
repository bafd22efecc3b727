"""Loops over the queues in the database: planner, ERP folder, ERP courier, printers.

They run inside the server (default) or as separate processes (``station work``); each claims its rows
by conditional update, so more than one may run. Only the printers want a single process per database.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from sqlalchemy.orm import Session

from printers.worker import PrintWorker
from station.db import BULK
from station.erp import inbox
from station.erp.columns import Problem
from station.erp.documents import doc_no_of
from station.erp.folder import FolderConnector, IncomingFile, Rejected
from station.erp.outbox import Courier
from station.hub import Hub
from station.outbound.orders import rules as orders

log = logging.getLogger(__name__)

IDLE_S, SETTLE_S = 1.0, 2.0
CHUNK = 200
"""Orders advanced per unit of work: short units let scans in between."""


class Workers:
    """All background loops of one process."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.stop = threading.Event()
        self.folder = FolderConnector(hub.settings.data / "erp", hub.settings.zone, time.time, int(SETTLE_S))
        self.courier = Courier(hub.db, hub.clock, lambda: self.folder)
        self.printer = PrintWorker(
            lambda work: hub.db.write(work, BULK), hub.clock.now, zone=hub.settings.zone
        )
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Start every loop in a thread of its own."""
        for name, target in (
            ("planner", lambda: self._loop(self.plan)),
            ("erp-in", lambda: self._loop(self.take_files, SETTLE_S)),
            ("erp-out", lambda: self._loop(self.courier.run_once)),
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
        """Audit and reserve orders, a few per unit of work."""
        hub = self.hub
        with hub.db.read() as tx:
            ids = orders.waiting_ids(tx, CHUNK)
        moved = False
        for start in range(0, len(ids), 10):
            part = ids[start : start + 10]
            moved |= hub.db.write(
                lambda tx, part=part: self._advance(tx, part),  # type: ignore[misc]
                BULK,
            )
            if self.stop.is_set():
                break
        return moved

    def _advance(self, tx: Session, ids: list[int]) -> bool:
        hub = self.hub
        moved = False
        for order_id in ids:
            moved |= orders.advance(tx, order_id, hub.settings, hub.clock.today(), hub.clock.now())
        return moved

    def take_files(self) -> bool:
        """Look into the ERP's inbox once."""
        self.folder.poll(self.take_file)
        return False  # two looks at a file must lie apart, or a half-copied one could pass as whole

    def take_file(self, file: IncomingFile) -> None:
        """Apply one file as a whole; a document that does not fit rejects all of it."""
        hub = self.hub
        now = hub.clock.now()
        try:
            hub.db.write(
                lambda tx: inbox.take_file(
                    tx,
                    file.name,
                    file.doc_type,
                    file.sha256,
                    file.documents,
                    settings=hub.settings,
                    today=hub.clock.today(),
                    now=now,
                ),
                BULK,
            )
        except inbox.NotApplicable as error:
            detail = {"doc": error.doc_no, "why": error.why}
            hub.db.write(
                lambda tx: inbox.note_file(
                    tx, file.name, file.doc_type, file.sha256, "REJECTED", len(file.documents), detail, now
                ),
                BULK,
            )
            row = next(
                (file.rows[i] for i, doc in enumerate(file.documents) if doc_no_of(doc) == error.doc_no), None
            )
            raise Rejected(
                [Problem(row=row, column="", value=error.doc_no, code="E-ERP-90", detail=error.why)]
            ) from None
