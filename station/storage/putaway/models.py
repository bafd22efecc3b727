"""Work in the storage area."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from station.ground.db import STRICT, Base, Flag, Str, is_one_of


class PutawayState(StrEnum):
    """P8: waits at the dock, stands in its slot, or is not wanted any more."""

    OPEN = "OPEN"
    DONE = "DONE"
    CANCELLED = "CANCELLED"


class PutawayTask(Base):
    """Bring one carton from the dock to a slot (P8)."""

    __tablename__ = "putaway_task"
    __table_args__ = (
        UniqueConstraint("hu_id"),
        Index("ix_putaway_task_state", "state"),
        Index("ix_putaway_task_proposed_id_state", "proposed_id", "state"),
        is_one_of("state", PutawayState),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    hu_id: Mapped[int] = mapped_column(ForeignKey("handling_unit.id"))
    receipt_id: Mapped[int] = mapped_column(ForeignKey("receipt.id"))
    sku_id: Mapped[int]
    lot_id: Mapped[int]
    qty: Mapped[int]
    state: Mapped[str] = mapped_column(Str(10), default=PutawayState.OPEN)
    is_new_sku: Mapped[bool] = mapped_column(Flag, default=False)
    proposed_id: Mapped[int | None]
    location_id: Mapped[int | None]
    off_reason: Mapped[str] = mapped_column(Str(40), default="")
    user_id: Mapped[int | None]
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
