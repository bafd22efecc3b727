"""Places that somebody must count, and what was counted there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from station.ground.db import STRICT, Base
from station.ground.tasks import Task, Tasks, constraints


class CountTask(Task, Base):
    """Count one lot in one place, or the whole place (no article named); the book stays hidden (P27).

    `rounds` have been counted so far. `adjustment_id` is the correction that waits for its second signature.
    """

    PREFIX = "CN"
    __tablename__ = "count_task"
    __table_args__ = (
        *constraints("count_task"),
        Index("ix_count_task_location_id_state", "location_id", "state"),
        CheckConstraint("(sku_id IS NULL) = (lot_id IS NULL)", name="lot"),
        CheckConstraint("rounds >= 0 AND rounds <= 3", name="rounds"),
        STRICT,
    )

    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"))
    sku_id: Mapped[int | None] = mapped_column(ForeignKey("sku.id"))
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"))
    rounds: Mapped[int] = mapped_column(default=0)
    adjustment_id: Mapped[int | None] = mapped_column(ForeignKey("adjustment.id"))


class CountLine(Base):
    """`qty` EACH of one lot that one person counted in one round of a task, and what the `book` had then."""

    __tablename__ = "count_line"
    __table_args__ = (
        UniqueConstraint("task_id", "round", "lot_id"),
        CheckConstraint("qty >= 0 AND book >= 0", name="qty"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("count_task.id"))
    round: Mapped[int]
    sku_id: Mapped[int]
    lot_id: Mapped[int]
    qty: Mapped[int]
    book: Mapped[int]
    counted_by: Mapped[int]
    counted_at: Mapped[datetime]


COUNTS = Tasks(CountTask)
