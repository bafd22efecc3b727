"""Adjustments: what the book is corrected by, and who answers for it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from station.ground.db import STRICT, Base, Str, is_one_of
from station.ground.documents.lifecycle import Lifecycle
from station.stock.models import LOOSE


class AdjustmentState(StrEnum):
    """Signed by whoever found it, posted with the second signature, or not believed."""

    DRAFT = "DRAFT"
    POSTED = "POSTED"
    REFUSED = "REFUSED"


class Adjustment(Base):
    """A signed correction of the books (AJ). A posted one never changes; `reverse_of` is what it takes back.

    `origin` is the document it came from: a count task, or nothing when somebody found it by themselves.
    """

    __tablename__ = "adjustment"
    __table_args__ = (
        UniqueConstraint("adjustment_no"),
        UniqueConstraint("reverse_of"),
        is_one_of("state", AdjustmentState),
        CheckConstraint("(state = 'POSTED') = (posted_at IS NOT NULL)", name="posted"),
        Index("ix_adjustment_state", "state"),
        Index("ix_adjustment_made_at", "made_at"),
        Index("ix_adjustment_origin", "origin_type", "origin_no"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    adjustment_no: Mapped[str] = mapped_column(Str(30))
    state: Mapped[str] = mapped_column(Str(10), default=AdjustmentState.DRAFT)
    reason: Mapped[str] = mapped_column(Str(20))
    note: Mapped[str] = mapped_column(Str(60), default="")
    origin_type: Mapped[str] = mapped_column(Str(10), default="")
    origin_no: Mapped[str] = mapped_column(Str(40), default="")
    reverse_of: Mapped[int | None] = mapped_column(ForeignKey("adjustment.id"))
    made_by: Mapped[int | None]
    made_name: Mapped[str] = mapped_column(Str(80))
    made_at: Mapped[datetime]
    posted_at: Mapped[datetime | None]


class AdjustmentLine(Base):
    """`delta` EACH more (or fewer, below zero) of one lot in one place, in one status and handling unit."""

    __tablename__ = "adjustment_line"
    __table_args__ = (
        CheckConstraint("delta <> 0", name="delta"),
        Index("ix_adjustment_line_adjustment_id", "adjustment_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    adjustment_id: Mapped[int] = mapped_column(ForeignKey("adjustment.id"))
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"))
    status: Mapped[str] = mapped_column(Str(10))
    hu_id: Mapped[int] = mapped_column(ForeignKey("handling_unit.id"), default=LOOSE)
    delta: Mapped[int]


ADJUSTMENT = Lifecycle(
    "AJ",
    Adjustment,
    {
        "post": ({AdjustmentState.DRAFT}, AdjustmentState.POSTED),
        "refuse": ({AdjustmentState.DRAFT}, AdjustmentState.REFUSED),
    },
    begins={AdjustmentState.DRAFT},
    number="adjustment_no",
    refusal="E-ADJ-01",
)
