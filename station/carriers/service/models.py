"""Services that give waybill numbers, and what they were asked."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from station.ground.db import STRICT, Base, Json, Str, is_one_of
from station.ground.documents.lifecycle import Lifecycle


class NumberState(StrEnum):
    """From the wish for a number until it is used or given back."""

    WAITING = "WAITING"
    ASKED = "ASKED"
    UNKNOWN = "UNKNOWN"
    GIVEN = "GIVEN"
    REFUSED = "REFUSED"
    CANCELLING = "CANCELLING"
    CANCELLED = "CANCELLED"
    KEPT = "KEPT"


_S = NumberState
LIVE = frozenset({_S.WAITING, _S.ASKED, _S.UNKNOWN, _S.GIVEN, _S.REFUSED})
"""Somebody still wants this number."""
TO_DO = frozenset({_S.WAITING, _S.ASKED, _S.UNKNOWN, _S.CANCELLING})
"""The service is to be asked again."""


class NumberService(Base):
    """Where a carrier's numbers come from; the key is kept encrypted. `trouble` is why it does not answer."""

    __tablename__ = "number_service"
    __table_args__ = (UniqueConstraint("carrier_id"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    carrier_id: Mapped[int] = mapped_column(ForeignKey("carrier.id"))
    url: Mapped[str] = mapped_column(Str(200))
    secrets: Mapped[str] = mapped_column(Text, default="")
    trouble: Mapped[str] = mapped_column(Str(200), default="")


class NumberRequest(Base):
    """The wish for a number for one parcel (`seq`) of an order. Its key never changes, whatever becomes of a
    call: asked twice, the service answers the same. `body` is forgotten when it is answered.
    """

    __tablename__ = "number_request"
    __table_args__ = (
        UniqueConstraint("request_key"),
        Index("ix_number_request_order_id", "order_id"),
        Index("ix_number_request_state_next_at", "state", "next_at"),
        is_one_of("state", NumberState),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_key: Mapped[str] = mapped_column(Str(80))
    carrier_id: Mapped[int] = mapped_column(ForeignKey("carrier.id"))
    order_id: Mapped[int] = mapped_column(ForeignKey("delivery_order.id"))
    seq: Mapped[int]
    state: Mapped[str] = mapped_column(Str(16))
    body: Mapped[Any] = mapped_column(Json, nullable=True)
    tries: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    why: Mapped[str] = mapped_column(Str(200), default="")
    waybill_no: Mapped[str] = mapped_column(Str(60), default="")
    route_code: Mapped[str] = mapped_column(Str(40), default="")
    sortation: Mapped[str] = mapped_column(Str(40), default="")
    consolidation: Mapped[str] = mapped_column(Str(60), default="")
    format: Mapped[str] = mapped_column(Str(10), default="")
    dpi: Mapped[int] = mapped_column(default=203)
    data: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]


NUMBER_REQUEST = Lifecycle(
    "NR",
    NumberRequest,
    {
        "ask": ({_S.WAITING, _S.UNKNOWN}, _S.ASKED),
        "answer": ({_S.ASKED, _S.UNKNOWN}, _S.GIVEN),
        "decline": ({_S.ASKED, _S.UNKNOWN}, _S.REFUSED),
        "lose_sight": ({_S.ASKED}, _S.UNKNOWN),
        "again": ({_S.REFUSED}, _S.WAITING),
        "drop": ({_S.WAITING, _S.REFUSED}, _S.CANCELLED),
        "cancel": ({_S.ASKED, _S.UNKNOWN, _S.GIVEN}, _S.CANCELLING),
        "cancelled": ({_S.CANCELLING}, _S.CANCELLED),
        "keep": ({_S.CANCELLING}, _S.KEPT),
    },
    begins={_S.WAITING},
    number="request_key",
)
