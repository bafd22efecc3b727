"""Moves: who carries what from where, ordered or of one's own accord."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from station.ground.db import STRICT, Base, Str
from station.ground.tasks import Task, Tasks, constraints
from station.stock.models import Promise


class MoveTask(Task, Base):
    """Bring `qty` EACH of one lot from `source_id` elsewhere: a whole carton, or loose ones (P10).

    `status` is that of the goods at their source, `location_id` where they went. A move that a worker began
    of their own accord has themselves as its origin (type US); what the station orders waits for somebody.
    """

    PREFIX = "MT"
    __tablename__ = "move_task"
    __table_args__ = (
        *constraints("move_task"),
        Index("ix_move_task_source_id_state", "source_id", "state"),
        CheckConstraint("qty > 0", name="qty"),
        STRICT,
    )

    hu_id: Mapped[int | None] = mapped_column(ForeignKey("handling_unit.id"))
    sku_id: Mapped[int]
    lot_id: Mapped[int]
    qty: Mapped[int]
    source_id: Mapped[int] = mapped_column(ForeignKey("location.id"))
    status: Mapped[str] = mapped_column(Str(10))
    location_id: Mapped[int | None]


class InHand(Promise):
    """Goods that somebody carries: nobody else is sent for them. `owner_id` is the move's."""

    __mapper_args__ = {"polymorphic_identity": "MOVE"}  # noqa: RUF012


MOVES = Tasks(MoveTask)
