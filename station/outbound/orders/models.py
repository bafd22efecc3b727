"""Delivery orders, allocations, waves and picking (P11–P15)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from station.ground.db import STRICT, Base, Flag, Json, Str, is_one_of
from station.stock.models import Promise, PromiseState

AllocationState = PromiseState


class OrderState(StrEnum):
    """Domain §6.0."""

    NEW = "NEW"
    AUDITED = "AUDITED"
    ALLOCATED = "ALLOCATED"
    WAVED = "WAVED"
    PICKING = "PICKING"
    PICKED = "PICKED"
    CHECKED = "CHECKED"
    PACKED = "PACKED"
    WEIGHED = "WEIGHED"
    STAGED = "STAGED"
    SHIPPED = "SHIPPED"
    HOLD = "HOLD"
    SHORT = "SHORT"
    INTERCEPTING = "INTERCEPTING"
    INTERCEPTED = "INTERCEPTED"
    CANCELLED = "CANCELLED"


STOPPED = frozenset(
    {
        OrderState.CANCELLED,
        OrderState.INTERCEPTING,
        OrderState.INTERCEPTED,
        OrderState.HOLD,
        OrderState.SHORT,
    }
)
"""States in which no parcel may leave (I14)."""
PULLED = frozenset({OrderState.INTERCEPTING, OrderState.SHORT})
"""States in which what was picked is brought to the intercept shelf (P15, P24)."""


class DeliveryOrder(Base):
    """What one consignee gets (DO). `state` follows domain §6.1; the receiver's data stay here and
    reach paper only masked. `source` is the connection it came from; empty when nobody sent it.
    """

    __tablename__ = "delivery_order"
    __table_args__ = (
        UniqueConstraint("order_no"),
        UniqueConstraint("erp_no"),
        Index("ix_delivery_order_state", "state", "latest_ship_at", "id"),
        is_one_of("state", OrderState),
        Index("ix_delivery_order_created_at_id", "created_at", "id"),
        Index("ix_delivery_order_platform_no", "platform_no"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_no: Mapped[str] = mapped_column(Str(30))
    erp_no: Mapped[str] = mapped_column(Str(60))
    source: Mapped[str] = mapped_column(Str(20), default="", server_default="")
    version: Mapped[int]
    order_type: Mapped[str] = mapped_column(Str(4), default="JYCK")
    state: Mapped[str] = mapped_column(Str(16))
    held_from: Mapped[str] = mapped_column(Str(16), default="")
    hold_reason: Mapped[str] = mapped_column(Str(200), default="")
    shop: Mapped[str] = mapped_column(Str(80), default="")
    platform_no: Mapped[str] = mapped_column(Str(60), default="")
    carrier_id: Mapped[int] = mapped_column(ForeignKey("carrier.id"))
    is_paid: Mapped[bool] = mapped_column(Flag, default=True)
    is_urgent: Mapped[bool] = mapped_column(Flag, default=False)
    paid_at: Mapped[datetime | None]
    latest_ship_at: Mapped[datetime | None]
    min_left_days: Mapped[int] = mapped_column(default=0)
    route_code: Mapped[str] = mapped_column(Str(40), default="", server_default="")
    sortation: Mapped[str] = mapped_column(Str(40), default="", server_default="")
    consolidation: Mapped[str] = mapped_column(Str(60), default="", server_default="")
    receiver_name: Mapped[str] = mapped_column(Str(80))
    receiver_phone: Mapped[str] = mapped_column(Str(40))
    province: Mapped[str] = mapped_column(Str(40), default="")
    city: Mapped[str] = mapped_column(Str(40), default="")
    district: Mapped[str] = mapped_column(Str(40), default="")
    address: Mapped[str] = mapped_column(Str(200))
    buyer_note: Mapped[str] = mapped_column(Str(400), default="")
    seller_note: Mapped[str] = mapped_column(Str(400), default="")
    wants_invoice: Mapped[bool] = mapped_column(Flag, default=False)
    invoice: Mapped[Any] = mapped_column(Json, nullable=True)
    created_at: Mapped[datetime]
    shipped_at: Mapped[datetime | None]


class OrderLine(Base):
    """One article of an order, in EACH; shipped ≤ packed ≤ picked ≤ ordered (I5)."""

    __tablename__ = "order_line"
    __table_args__ = (
        UniqueConstraint("order_id", "line_key"),
        CheckConstraint("qty > 0", name="qty"),
        CheckConstraint(
            "qty_shipped >= 0 AND qty_shipped <= qty_packed AND qty_packed <= qty_picked "
            "AND qty_picked <= qty",
            name="in_order",
        ),
        Index("ix_order_line_sku_id", "sku_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("delivery_order.id"))
    line_key: Mapped[str] = mapped_column(Str(60))
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"))
    qty: Mapped[int]
    is_gift: Mapped[bool] = mapped_column(Flag, default=False)
    price_fen: Mapped[int | None]
    qty_reserved: Mapped[int] = mapped_column(default=0)
    qty_picked: Mapped[int] = mapped_column(default=0)
    qty_packed: Mapped[int] = mapped_column(default=0)
    qty_shipped: Mapped[int] = mapped_column(default=0)


class Allocation(Promise):
    """A lot in a slot promised to an order line (P12, I7): `owner_id` is the line's."""

    __mapper_args__ = {"polymorphic_identity": "LINE"}  # noqa: RUF012
