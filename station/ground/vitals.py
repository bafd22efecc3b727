"""Whether this station works, told honestly: it writes, there is room, its parts live, its file is its own.

A watchdog asks often and scans must not feel it: one write in five seconds stands for all who ask, and
everything else is looked at beside the work.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from station.clock import Clock
from station.ground.db import DESK, Database, reason
from station.ground.db.space import Space, Trouble

log = logging.getLogger(__name__)

WRITE_EVERY_S = 5
WAITS_S = 15
"""A write that waits longer than this is told; one every so many seconds stands for all who ask."""

BEAT_S = 300
"""A loop that has not come round for this long hangs. A turn of bulk work may take a minute."""

JUMP_S, TOLD_S = 30, 3600
"""A wall clock that was set by more than this is told, for an hour; seconds of drift matter to nobody."""

PROBE_EVERY_S = 5

_TOUCH = text("UPDATE alembic_version SET version_num = version_num")
_LOOK = text("SELECT version_num FROM alembic_version")
"""The one row that every station has: read; and written as it is, a page of the file and a flushed commit."""


@dataclass
class Vitals:
    """What is known of one process; `refusing` tells ports of its own that refuse."""

    db: Database
    clock: Clock
    space: Space
    refusing: Callable[[], Collection[int]] = tuple
    _beats: dict[str, float] = field(default_factory=dict)
    _wrote: tuple[float, str] | None = None
    _writes_since: float | None = None
    _writing: threading.Lock = field(default_factory=threading.Lock)
    _offset: float | None = None
    _jump: tuple[float, float] | None = None
    _probed: float = float("-inf")

    # --- beside the work ------------------------------------------------------------------------

    def beat(self, loop: str) -> None:
        """A loop has come round."""
        self._beats[loop] = self.clock.steady()

    def rest(self, loop: str) -> None:
        """A loop was asked to end, and has."""
        self._beats.pop(loop, None)

    def look(self, *, anew: bool = False) -> None:
        """Look at the room and the clock; whoever takes new work asks `Database.trouble` from then on."""
        now = self.clock.steady()
        self._look_at_clock(now)
        if not anew and now - self._probed < PROBE_EVERY_S and not self._is_low():
            return
        self._probed = now
        before, self.db.trouble = self.db.trouble, self.space.look()
        if before != self.db.trouble:
            log.warning("room to write: %s, %s bytes are free", self.db.trouble or "again", self.space.free)

    def _is_low(self) -> bool:
        free = self.space.free
        return free is not None and free < self.space.reserve

    def _look_at_clock(self, now: float) -> None:
        offset = self.clock.now().timestamp() - now
        if self._offset is not None and abs(offset - self._offset) > JUMP_S:
            self._jump = (offset - self._offset, now)
            log.warning("the clock of this machine was set by %+.0f seconds", self._jump[0])
        self._offset = offset

    # --- asked ----------------------------------------------------------------------------------

    def tell(self) -> dict[str, Any]:
        """How it is, for JSON: `status` is ok or failing, `problems` says what is wrong, in words."""
        self.look()
        now = self.clock.steady()
        if self._wrote is None or self._wrote[1] or now - self._wrote[0] >= WRITE_EVERY_S:
            self._write()
        problems = [*self._of_reading(), *self._of_writing(), *self._of_room(), *self._of_parts()]
        told: dict[str, Any] = {
            "status": "failing" if problems else "ok",
            "database": "sqlite" if self.db.is_sqlite else "postgresql",
            "writer_queue": self.db.queued,
            "problems": problems,
            "warnings": self._of_clock(),
        }
        free = self.space.free
        return told if free is None else told | {"free_mb": free // 1_000_000}

    def _write(self) -> None:
        """Write one row, unless somebody is at it: then their answer is everybody's."""
        if not self._writing.acquire(blocking=False):
            return
        try:
            self._writes_since = self.clock.steady()
            wrong = ""
            try:
                self.db.write(_touch, DESK)
            except Exception as error:  # noqa: BLE001 — whatever it is, it is what we are asked for
                wrong = reason(error)
            self._wrote = (self.clock.steady(), wrong)
        finally:
            self._writes_since = None
            self._writing.release()

    def _of_reading(self) -> list[str]:
        """Every asker reads one row: a page without it would also be no measure of what a page costs."""
        try:
            with self.db.read() as tx:
                tx.execute(_LOOK)
        except Exception as error:  # noqa: BLE001 — as in `_write`
            return [f"the database cannot be read: {reason(error)}"]
        return []

    def _of_writing(self) -> list[str]:
        since = self._writes_since
        if since is not None and self.clock.steady() - since > WAITS_S:
            return [f"a write waits since {self.clock.steady() - since:.0f} seconds"]
        if self._wrote is not None and self._wrote[1]:
            return [f"the database cannot be written: {self._wrote[1]}"]
        return []

    def _of_room(self) -> list[str]:
        sentences = []
        if self.space.is_replaced():
            sentences.append("the database's file was replaced or removed under the running station: stop it")
        if self.db.trouble == Trouble.FULL:
            sentences.append("the disk is full: new scans are refused until there is room")
        if self.db.trouble == Trouble.READ_ONLY:
            sentences.append("the data folder cannot be written: new scans are refused")
        return sentences

    def _of_parts(self) -> list[str]:
        now = self.clock.steady()
        late = [(name, now - beat) for name, beat in sorted(self._beats.items()) if now - beat > BEAT_S]
        sentences = [
            f"the loop {name} has not come round for {silent_s:.0f} seconds" for name, silent_s in late
        ]
        if not self.db.is_writing():
            sentences.append("the database's writer has ended")
        return sentences + [f"port {port} refuses connections" for port in sorted(self.refusing())]

    def _of_clock(self) -> list[str]:
        if self._jump is None or self.clock.steady() - self._jump[1] > TOLD_S:
            return []
        return [f"the clock of this machine was set by {self._jump[0]:+.0f} seconds within the last hour"]


def _touch(tx: Session) -> None:
    tx.execute(_TOUCH)
