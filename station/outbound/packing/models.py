"""Parcels: what was verified, weighed and labelled for one order (P17, P18)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from station.ground.db import STRICT, Base, Flag, Str, is_one_of
from station.ground.documents.lifecycle import Lifecycle


class ParcelState(StrEnum):
    """OPEN while units are verified; LABELLED has a printed waybill; then as the order goes."""

    OPEN = "OPEN"
    LABELLED = "LABELLED"
    PACKED = "PACKED"
    STAGED = "STAGED"
    SHIPPED = "SHIPPED"
    VOID = "VOID"


class Parcel(Base):
    """A sealed outbound unit, the `seq`-th of its order. Weights in tenths of a gram (dg).

    `is_unweighed` (未称重): no scale worked and a supervisor let it go; there is no `weight_dg` then.
    `is_typed` (M): the weight was typed by a person, not read from the bench's scale.
    """

    __tablename__ = "parcel"
    __table_args__ = (
        UniqueConstraint("parcel_no"),
        UniqueConstraint("order_id", "seq"),
        Index("ix_parcel_state", "state"),
        is_one_of("state", ParcelState),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    parcel_no: Mapped[str] = mapped_column(Str(40))
    order_id: Mapped[int] = mapped_column(ForeignKey("delivery_order.id"))
    seq: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(Str(10), default=ParcelState.OPEN)
    tote_id: Mapped[int]
    pack_location_id: Mapped[int]
    packaging_id: Mapped[int | None]
    lane_id: Mapped[int | None]
    expected_dg: Mapped[int | None]
    weight_dg: Mapped[int | None]
    is_unweighed: Mapped[bool] = mapped_column(Flag, default=False, server_default=false())
    is_typed: Mapped[bool] = mapped_column(Flag, default=False, server_default=false())
    packed_by: Mapped[str] = mapped_column(Str(80), default="")
    packed_at: Mapped[datetime | None]
    weighed_at: Mapped[datetime | None]


class ParcelLine(Base):
    """Units of one lot in a parcel, for one order line; `is_numbered`: each of them by its serial number
    (`station.outbound.pieces`).
    """

    __tablename__ = "parcel_line"
    __table_args__ = (
        UniqueConstraint("parcel_id", "order_line_id", "lot_id"),
        CheckConstraint("qty > 0", name="qty"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    parcel_id: Mapped[int] = mapped_column(ForeignKey("parcel.id"))
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"))
    sku_id: Mapped[int]
    lot_id: Mapped[int]
    qty: Mapped[int]
    is_numbered: Mapped[bool] = mapped_column(Flag, default=False, server_default=false())


PARCEL = Lifecycle(
    "PARCEL",
    Parcel,
    {
        "label": ({ParcelState.OPEN, ParcelState.LABELLED}, ParcelState.LABELLED),
        "rebox": ({ParcelState.LABELLED, ParcelState.PACKED}, None),
        "reopen": ({ParcelState.LABELLED, ParcelState.PACKED}, ParcelState.OPEN),
        "bind": ({ParcelState.LABELLED}, ParcelState.PACKED),
        "stage": ({ParcelState.PACKED}, ParcelState.STAGED),
        "ship": ({ParcelState.STAGED}, ParcelState.SHIPPED),
        "void": (set(ParcelState) - {ParcelState.SHIPPED, ParcelState.VOID}, ParcelState.VOID),
    },
    begins={ParcelState.OPEN},
    number="parcel_no",
)
