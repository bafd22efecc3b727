"""Documents of opening stock (P29) and their lines."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from station.ground.db import STRICT, Base, Str, is_one_of
from station.ground.documents.lifecycle import Lifecycle


class OpeningState(StrEnum):
    """A draft can be changed line by line; posted it is in the books; dropped it never was."""

    DRAFT = "DRAFT"
    POSTED = "POSTED"
    DROPPED = "DROPPED"


class OpeningSource(StrEnum):
    """Where the lines came from: a file at the desk, the handheld, the reversal of another document."""

    FILE = "FILE"
    SCAN = "SCAN"
    REVERSAL = "REVERSAL"


class Opening(Base):
    """A document OS-…: what lay where. `title` is the file's name; `reverses_id` names the document it
    takes back.
    """

    __tablename__ = "opening"
    __table_args__ = (
        UniqueConstraint("os_no"),
        Index("ix_opening_reverses_id", "reverses_id"),
        Index("ix_opening_created_at", "created_at"),
        is_one_of("state", OpeningState),
        is_one_of("source", OpeningSource),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    os_no: Mapped[str] = mapped_column(Str(40))
    state: Mapped[str] = mapped_column(Str(10), default=OpeningState.DRAFT)
    source: Mapped[str] = mapped_column(Str(10))
    title: Mapped[str] = mapped_column(Str(80), default="")
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("opening.id"))
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(Str(80))
    posted_at: Mapped[datetime | None]


class OpeningLine(Base):
    """`qty` EACH of one lot in one place, and who counted or typed it; without an article the place was
    empty.

    `lot_id` is the lot that posting made. A line that was taken out of a draft stays, with its moment.
    """

    __tablename__ = "opening_line"
    __table_args__ = (
        CheckConstraint(
            "(sku_id IS NULL AND qty = 0) OR (sku_id IS NOT NULL AND qty > 0)", name="something_or_empty"
        ),
        Index("ix_opening_line_opening_id", "opening_id"),
        Index("ix_opening_line_location_id", "location_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    opening_id: Mapped[int] = mapped_column(ForeignKey("opening.id"))
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"))
    sku_id: Mapped[int | None] = mapped_column(ForeignKey("sku.id"))
    supplier_lot: Mapped[str] = mapped_column(Str(40), default="")
    produced_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    qty: Mapped[int]
    counted_by: Mapped[int | None]
    counter: Mapped[str] = mapped_column(Str(80))
    counted_at: Mapped[datetime]
    lot_id: Mapped[int | None]
    removed_at: Mapped[datetime | None]


OPENING = Lifecycle(
    "OS",
    Opening,
    {
        "post": ({OpeningState.DRAFT}, OpeningState.POSTED),
        "drop": ({OpeningState.DRAFT}, OpeningState.DROPPED),
    },
    begins={OpeningState.DRAFT},
    number="os_no",
    refusal="E-OPN-01",
)
