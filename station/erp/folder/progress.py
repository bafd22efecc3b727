"""How far a file is that is being taken, for the bar at the desk."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from sqlalchemy import Delete, delete, insert, update
from sqlalchemy.orm import Session

from station.erp.contract import Desk
from station.erp.models import ErpIntake
from station.ground.db import BULK

EVERY_S = 1.0
"""Seconds between two marks; a file that takes less leaves none."""


class Progress:
    """Says now and then how many documents of a file are done; nothing of it stays."""

    def __init__(self, desk: Desk, name: str, total: int) -> None:
        self._desk, self._name, self._total = desk, name[:200], total
        self._told = time.monotonic()
        self._is_shown = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._is_shown:
            self._desk.db.write(lambda tx: tx.execute(self._gone()), BULK)

    def step(self, done: int) -> None:
        """So many documents are done."""
        now = time.monotonic()
        if now - self._told >= EVERY_S:
            self._told = now
            self._desk.db.write(lambda tx: self._mark(tx, done), BULK)

    def _mark(self, tx: Session, done: int) -> None:
        values = {"name": self._name, "done": done, "total": self._total, "at": self._desk.clock.now()}
        if not self._is_shown:
            tx.execute(self._gone())
            tx.execute(insert(ErpIntake), [{"source": self._desk.code, **values}])
            self._is_shown = True
        else:
            tx.execute(update(ErpIntake).where(ErpIntake.source == self._desk.code).values(**values))

    def _gone(self) -> Delete:
        return delete(ErpIntake).where(ErpIntake.source == self._desk.code)
