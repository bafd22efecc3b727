"""Waybills and the number ranges carriers hand out (号段)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, UniqueConstraint, func
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from station.ground.db import STRICT, Base, Str, is_one_of
from station.ground.documents.lifecycle import Lifecycle


class WaybillState(StrEnum):
    """From the question to the carrier until the parcel is handed over, or the number given up (P19)."""

    NONE = "NONE"
    REQUESTED = "REQUESTED"
    REQ_UNKNOWN = "REQ_UNKNOWN"
    ACQUIRED = "ACQUIRED"
    PRINTED = "PRINTED"
    BOUND = "BOUND"
    HANDED = "HANDED"
    CANCELLED = "CANCELLED"
    VOID = "VOID"


_S = WaybillState

GIVEN_UP = frozenset({_S.CANCELLED, _S.VOID})
"""The number is of no use any more."""


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


class CarrierRoute(Base):
    """One row of a carrier's routing table: where it leads (`routes.plain`; "" means all), and the texts."""

    __tablename__ = "carrier_route"
    __table_args__ = (
        UniqueConstraint("carrier_id", "city", "province", "district"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    carrier_id: Mapped[int] = mapped_column(ForeignKey("carrier.id"))
    province: Mapped[str] = mapped_column(Str(40), default="")
    city: Mapped[str] = mapped_column(Str(40), default="")
    district: Mapped[str] = mapped_column(Str(40), default="")
    route_code: Mapped[str] = mapped_column(Str(40))
    sortation: Mapped[str] = mapped_column(Str(40), default="")
    consolidation: Mapped[str] = mapped_column(Str(60), default="")


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
        is_one_of("state", WaybillState),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    parcel_id: Mapped[int]
    carrier_id: Mapped[int] = mapped_column(ForeignKey("carrier.id"))
    request_key: Mapped[str] = mapped_column(Str(80))
    waybill_no: Mapped[str | None] = mapped_column(Str(60))
    state: Mapped[str] = mapped_column(Str(16), default=WaybillState.NONE)
    route_code: Mapped[str] = mapped_column(Str(40), default="")
    sortation: Mapped[str] = mapped_column(Str(40), default="")
    consolidation: Mapped[str] = mapped_column(Str(60), default="")
    print_count: Mapped[int] = mapped_column(default=0)
    requested_at: Mapped[datetime]

    @hybrid_property
    def number(self) -> str:
        """What its history is kept under: the carrier's number once there is one."""
        return self.waybill_no or self.request_key

    @number.inplace.expression
    @classmethod
    def _number(cls) -> ColumnElement[str]:
        return func.coalesce(cls.waybill_no, cls.request_key)


WAYBILL = Lifecycle(
    "WB",
    Waybill,
    {
        "request": ({_S.NONE}, _S.REQUESTED),
        "lose_sight": ({_S.REQUESTED}, _S.REQ_UNKNOWN),
        "acquire": ({_S.REQUESTED, _S.REQ_UNKNOWN}, _S.ACQUIRED),
        "print": ({_S.ACQUIRED}, _S.PRINTED),
        "bind": ({_S.PRINTED}, _S.BOUND),
        "hand_over": ({_S.BOUND}, _S.HANDED),
        "cancel": ({_S.ACQUIRED, _S.PRINTED, _S.BOUND}, _S.CANCELLED),
        "void": ({_S.PRINTED, _S.BOUND}, _S.VOID),
    },
    begins={_S.NONE},
    number="number",
)
