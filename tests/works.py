"""Units of work for tests that stand on the ground floor, without a whole station."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from station.ground.work import Machine, Work
from station.settings import Settings


def work(tx: Session, now: datetime, today: date | None = None, name: str = "test") -> Work:
    """A unit of work of nobody in particular."""
    day = today or now.astimezone(UTC).date()
    return Work(tx=tx, now=now, today=day, settings=Settings(data=Path()), by=Machine(name, device="test"))
