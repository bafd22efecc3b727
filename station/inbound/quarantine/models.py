"""What came into quarantine and why, and the papers by which it left (P5)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from station.ground.db import STRICT, Base, Str, append_only, is_one_of
from station.stock.models import LOOSE


class Exit(StrEnum):
    """Fit for sale after all; back to whoever delivered it; thrown away."""

    RELEASE = "RELEASE"
    RETURN = "RETURN"
    SCRAP = "SCRAP"


@append_only
class SetApart(Base):
    """`qty` EACH of a lot that somebody brought into quarantine: from where, as what, and why (QR)."""

    __tablename__ = "set_apart"
    __table_args__ = (
        UniqueConstraint("entry_no"),
        CheckConstraint("qty > 0", name="qty"),
        Index("ix_set_apart_lot_id", "lot_id"),
        Index("ix_set_apart_at", "at"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_no: Mapped[str] = mapped_column(Str(30))
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    qty: Mapped[int]
    source_id: Mapped[int] = mapped_column(ForeignKey("location.id"))
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"))
    now_status: Mapped[str] = mapped_column(Str(10))
    reason: Mapped[str] = mapped_column(Str(20))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(Str(80))


@append_only
class LetOut(Base):
    """A paper by which goods left quarantine, with both who stand for it; a return names truck and driver."""

    __tablename__ = "let_out"
    __table_args__ = (
        UniqueConstraint("exit_no"),
        is_one_of("kind", Exit),
        Index("ix_let_out_at", "at"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    exit_no: Mapped[str] = mapped_column(Str(30))
    kind: Mapped[str] = mapped_column(Str(10))
    supplier_id: Mapped[int | None] = mapped_column(ForeignKey("supplier.id"))
    plate: Mapped[str] = mapped_column(Str(20), default="")
    driver: Mapped[str] = mapped_column(Str(60), default="")
    first_name: Mapped[str] = mapped_column(Str(80))
    second_name: Mapped[str] = mapped_column(Str(80), default="")
    at: Mapped[datetime]


@append_only
class LetOutLine(Base):
    """`qty` EACH of one stock row that left quarantine by a paper."""

    __tablename__ = "let_out_line"
    __table_args__ = (
        CheckConstraint("qty > 0", name="qty"),
        Index("ix_let_out_line_let_out_id", "let_out_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    let_out_id: Mapped[int] = mapped_column(ForeignKey("let_out.id"))
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"))
    hu_id: Mapped[int] = mapped_column(default=LOOSE)
    was_status: Mapped[str] = mapped_column(Str(10))
    qty: Mapped[int]
