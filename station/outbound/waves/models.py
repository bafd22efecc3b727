"""Waves and the orders in them (P13)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from station.ground.db import STRICT, Base, Str, is_one_of
from station.ground.documents.lifecycle import Lifecycle
from station.outbound.waves.triggers import Why


class WaveState(StrEnum):
    """P13: released, being picked, nothing left to pick; or dissolved before the first pick."""

    RELEASED = "RELEASED"
    PICKING = "PICKING"
    DONE = "DONE"
    CANCELLED = "CANCELLED"


class Seat(StrEnum):
    """What became of an order in its wave: still in it, packed, or kicked out (剔除)."""

    IN = "IN"
    DONE = "DONE"
    KICKED = "KICKED"


class Wave(Base):
    """Orders worked together (P13)."""

    __tablename__ = "wave"
    __table_args__ = (
        UniqueConstraint("wave_no"),
        Index("ix_wave_state", "state"),
        is_one_of("state", WaveState),
        Index("ix_wave_created_at_id", "created_at", "id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_no: Mapped[str] = mapped_column(Str(30))
    type: Mapped[str] = mapped_column(Str(2))
    carrier_id: Mapped[int] = mapped_column(ForeignKey("carrier.id"))
    state: Mapped[str] = mapped_column(Str(10), default=WaveState.RELEASED)
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(Str(80))


class WaveOrder(Base):
    """An order's seat in a wave: see `Seat`."""

    __tablename__ = "wave_order"
    __table_args__ = (
        UniqueConstraint("wave_id", "order_id"),
        Index("ix_wave_order_order_id", "order_id"),
        is_one_of("flag", Seat),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    order_id: Mapped[int] = mapped_column(ForeignKey("delivery_order.id"))
    seq: Mapped[int]
    flag: Mapped[str] = mapped_column(Str(6), default=Seat.IN)


class WaveRun(Base):
    """A release of waves: what asked for it, how many orders were planned, how many are done with, and what
    came of them. Without `finished_at` it waits or runs.
    """

    __tablename__ = "wave_run"
    __table_args__ = (is_one_of("why", Why), Index("ix_wave_run_finished_at", "finished_at"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    why: Mapped[str] = mapped_column(Str(10))
    asked_by: Mapped[str] = mapped_column(Str(80))
    workstation: Mapped[str] = mapped_column(Str(40), default="", server_default="")
    asked_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    planned: Mapped[int] = mapped_column(default=0, server_default="0")
    done: Mapped[int] = mapped_column(default=0, server_default="0")
    waves: Mapped[int] = mapped_column(default=0, server_default="0")
    orders: Mapped[int] = mapped_column(default=0, server_default="0")
    waiting: Mapped[int] = mapped_column(default=0, server_default="0")
    unprinted: Mapped[int] = mapped_column(default=0, server_default="0")


SEAT = Lifecycle(
    "",
    WaveOrder,
    {"pack": ({Seat.IN}, Seat.DONE), "kick": ({Seat.IN}, Seat.KICKED)},
    begins={Seat.IN},
    column="flag",
)
"""The order's history tells it: it joined the wave, was staged, was kicked out or fell short."""

WAVE = Lifecycle(
    "WV",
    Wave,
    {
        "begin": ({WaveState.RELEASED}, WaveState.PICKING),
        "finish": ({WaveState.RELEASED, WaveState.PICKING}, WaveState.DONE),
        "dissolve": ({WaveState.RELEASED}, WaveState.CANCELLED),
    },
    begins={WaveState.RELEASED},
    number="wave_no",
)
