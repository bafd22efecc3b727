"""Waybills and the number ranges carriers hand out (号段)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from station.ground.db import STRICT, Base, Str
from station.ground.documents.lifecycle import Lifecycle


class WaybillRange(Base):
    """Numbers a carrier gave us: `prefix` + zero-padded serial from `next_serial` to `last_serial`."""

    __tablename__ = "waybill_range"
    __table_args__ = (
        CheckConstraint("next_serial <= last_serial + 1", name="within"),
        Index("ix_waybill_range_carrier_id", "carrier_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    carrier_id: Mapped[int] = mapped_column(ForeignKey("carrier.id"))
    prefix: Mapped[str] = mapped_column(Str(10))
    width: Mapped[int]
    next_serial: Mapped[int]
    last_serial: Mapped[int]


class Waybill(Base):
    """A carrier's number for one parcel and its lifecycle (P19).

    `request_key` is fixed per (order, parcel, attempt) before anybody is asked, so a number is never
    taken twice.
    """

    __tablename__ = "waybill"
    __table_args__ = (
        UniqueConstraint("request_key"),
        UniqueConstraint("waybill_no"),
        Index("ix_waybill_parcel_id", "parcel_id"),
        Index("ix_waybill_state", "state"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    parcel_id: Mapped[int]
    carrier_id: Mapped[int] = mapped_column(ForeignKey("carrier.id"))
    request_key: Mapped[str] = mapped_column(Str(80))
    waybill_no: Mapped[str | None] = mapped_column(Str(60))
    state: Mapped[str] = mapped_column(Str(16), default="NONE")
    route_code: Mapped[str] = mapped_column(Str(40), default="")
    sortation: Mapped[str] = mapped_column(Str(40), default="")
    consolidation: Mapped[str] = mapped_column(Str(60), default="")
    print_count: Mapped[int] = mapped_column(default=0)
    requested_at: Mapped[datetime]


WAYBILL = Lifecycle(
    "WB",
    Waybill,
    {
        "request": ({"NONE"}, "REQUESTED"),
        "lose_sight": ({"REQUESTED"}, "REQ_UNKNOWN"),
        "acquire": ({"REQUESTED", "REQ_UNKNOWN"}, "ACQUIRED"),
        "print": ({"ACQUIRED"}, "PRINTED"),
        "bind": ({"PRINTED"}, "BOUND"),
        "hand_over": ({"BOUND"}, "HANDED"),
        "cancel": ({"ACQUIRED", "PRINTED", "BOUND"}, "CANCELLED"),
        "void": ({"PRINTED", "BOUND"}, "VOID"),
    },
)
