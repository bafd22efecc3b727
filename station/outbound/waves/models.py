"""Waves and the orders in them (P13)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from station.ground.db import STRICT, Base, Str


class Wave(Base):
    """Orders worked together (P13): RELEASED → PICKING → DONE."""

    __tablename__ = "wave"
    __table_args__ = (
        UniqueConstraint("wave_no"),
        Index("ix_wave_state", "state"),
        Index("ix_wave_created_at_id", "created_at", "id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_no: Mapped[str] = mapped_column(Str(30))
    type: Mapped[str] = mapped_column(Str(2))
    carrier_id: Mapped[int] = mapped_column(ForeignKey("carrier.id"))
    state: Mapped[str] = mapped_column(Str(10), default="RELEASED")
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(Str(80))


class WaveOrder(Base):
    """An order's seat in a wave: IN, DONE, or KICKED out (剔除)."""

    __tablename__ = "wave_order"
    __table_args__ = (
        UniqueConstraint("wave_id", "order_id"),
        Index("ix_wave_order_order_id", "order_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    order_id: Mapped[int] = mapped_column(ForeignKey("delivery_order.id"))
    seq: Mapped[int]
    flag: Mapped[str] = mapped_column(Str(6), default="IN")
