"""Work in the storage area."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, case, text
from sqlalchemy.orm import Mapped, mapped_column

from station.ground.db import STRICT, Base, Flag, Str
from station.ground.tasks import Task, Tasks, constraints
from station.stock.demand import is_urgent
from station.stock.models import Lot, StockStatus

_LIVE = text("state IN ('OPEN', 'TAKEN')")


class PutawayTask(Task, Base):
    """Bring goods that stand at a dock, a returns shelf, … to a slot (P8): a carton, or loose ones.

    A carton has one live task at most; it may be put away again later. `status` is that of the goods at
    their source, `proposed_why` the label that says why `proposed_id` was named, `off_reason` why they went
    to another slot.
    """

    PREFIX = "PT"
    __tablename__ = "putaway_task"
    __table_args__ = (
        *constraints("putaway_task"),
        Index("ix_putaway_task_proposed_id_state", "proposed_id", "state"),
        Index("ix_putaway_task_hu_id", "hu_id"),
        Index("uq_putaway_task_live_hu_id", "hu_id", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
        CheckConstraint("qty > 0", name="qty"),
        STRICT,
    )

    hu_id: Mapped[int | None] = mapped_column(ForeignKey("handling_unit.id"))
    sku_id: Mapped[int]
    lot_id: Mapped[int]
    qty: Mapped[int]
    source_id: Mapped[int] = mapped_column(ForeignKey("location.id"))
    status: Mapped[str] = mapped_column(Str(10), default=StockStatus.GOOD)
    is_new_sku: Mapped[bool] = mapped_column(Flag, default=False)
    proposed_id: Mapped[int | None]
    proposed_why: Mapped[str] = mapped_column(Str(20), default="", server_default="")
    location_id: Mapped[int | None]
    off_reason: Mapped[str] = mapped_column(Str(40), default="")


def _queue(query: Select[Any]) -> Select[Any]:
    """Existing articles before new ones (S-24, T32); among them what orders wait for, then FEFO, then what
    has stood at the dock longest.
    """
    query = query.join(Lot, Lot.id == PutawayTask.lot_id)
    waits = case((is_urgent(PutawayTask.sku_id), 0), else_=1)
    return query.order_by(
        PutawayTask.is_new_sku, waits, Lot.expires_on.is_(None), Lot.expires_on, PutawayTask.created_at
    )


PUTAWAY = Tasks(PutawayTask, queue=_queue)
