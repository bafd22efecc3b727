"""Pick lists and their stops (P15)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from station.ground.db import STRICT, Base, Str


class PickList(Base):
    """One walk through the slots: OPEN → TAKEN → PICKED (in the tote) → DONE (tote at the bench)."""

    __tablename__ = "pick_list"
    __table_args__ = (UniqueConstraint("pick_no"), Index("ix_pick_list_state", "state"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    pick_no: Mapped[str] = mapped_column(Str(30))
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    state: Mapped[str] = mapped_column(Str(10), default="OPEN")
    tote_id: Mapped[int | None]
    user_id: Mapped[int | None]
    created_at: Mapped[datetime]
    picked_at: Mapped[datetime | None]


class PickTask(Base):
    """Take `qty` of one lot at one slot: OPEN → DONE, or CANCELLED when every order of it was."""

    __tablename__ = "pick_task"
    __table_args__ = (
        CheckConstraint("qty > 0", name="qty"),
        CheckConstraint("qty_picked >= 0 AND qty_picked <= qty", name="picked"),
        Index("ix_pick_task_pick_list_id", "pick_list_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pick_list_id: Mapped[int] = mapped_column(ForeignKey("pick_list.id"))
    seq: Mapped[int]
    stock_id: Mapped[int] = mapped_column(ForeignKey("stock.id"))
    location_id: Mapped[int]
    sku_id: Mapped[int]
    lot_id: Mapped[int]
    qty: Mapped[int]
    qty_picked: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(Str(10), default="OPEN")
