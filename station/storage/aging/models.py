"""Each look at the shelf life of all goods, and what came of it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from station.ground.db import STRICT, Base, Str


class AgingRun(Base):
    """One look on a warehouse-local `day`: EACH that became near, locked, expired, or good again.

    `ended_at` is empty while it runs; one that was cut off is taken up again by the next look of that day.
    """

    __tablename__ = "aging_run"
    __table_args__ = (UniqueConstraint("run_no"), Index("ix_aging_run_began_at", "began_at"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_no: Mapped[str] = mapped_column(Str(30))
    day: Mapped[date]
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    by: Mapped[str] = mapped_column(Str(80))
    near: Mapped[int] = mapped_column(default=0)
    locked: Mapped[int] = mapped_column(default=0)
    expired: Mapped[int] = mapped_column(default=0)
    good: Mapped[int] = mapped_column(default=0)
