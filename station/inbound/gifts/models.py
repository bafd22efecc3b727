"""The gift register, the controlled labels, and the issue book (P7)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from station.ground.db import STRICT, Base, Flag, Str, append_only, is_one_of
from station.ground.documents.lifecycle import Lifecycle


class EntryState(StrEnum):
    """Labels are being stuck; all are, or none is wanted; the gifts lie in their area; it was a mistake."""

    LABELLING = "LABELLING"
    LABELLED = "LABELLED"
    SHELVED = "SHELVED"
    CANCELLED = "CANCELLED"


class GiftEntry(Base):
    """One row of the gift register (赠品登记本, S-07): `qty` EACH of an article that a supplier gave.

    They are stock from the moment they lie in the gift area. `labels` were printed for it in all; with 0 the
    article is not on sale and wants none. `receipt_id` is the truck that brought them, where that was said.
    """

    __tablename__ = "gift_entry"
    __table_args__ = (
        UniqueConstraint("entry_no"),
        is_one_of("state", EntryState),
        CheckConstraint("qty > 0", name="qty"),
        CheckConstraint("labels >= 0", name="labels"),
        Index("ix_gift_entry_registered_at", "registered_at"),
        Index("ix_gift_entry_receipt_id", "receipt_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_no: Mapped[str] = mapped_column(Str(30))
    state: Mapped[str] = mapped_column(Str(10))
    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id"))
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    qty: Mapped[int]
    labels: Mapped[int] = mapped_column(default=0)
    allowed: Mapped[str] = mapped_column(Str(400), default="")
    receipt_id: Mapped[int | None]
    registered_at: Mapped[datetime]
    registered_by: Mapped[str] = mapped_column(Str(80))


class GiftLabelState(StrEnum):
    """In the keeper's hand, on a gift, or spoilt."""

    PRINTED = "PRINTED"
    APPLIED = "APPLIED"
    SPOILED = "SPOILED"


class GiftLabel(Base):
    """One controlled label (GF, S-09, S-10): which entry it was printed for, and what became of it."""

    __tablename__ = "gift_label"
    __table_args__ = (
        UniqueConstraint("label_no"),
        is_one_of("state", GiftLabelState),
        Index("ix_gift_label_entry_id", "entry_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    label_no: Mapped[str] = mapped_column(Str(30))
    entry_id: Mapped[int] = mapped_column(ForeignKey("gift_entry.id"))
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"))
    state: Mapped[str] = mapped_column(Str(10))
    is_again: Mapped[bool] = mapped_column(Flag, default=False)


@append_only
class GiftIssue(Base):
    """One row of the issue book (赠品领取本, S-10): `qty` EACH of a lot, who signed for them, what for."""

    __tablename__ = "gift_issue"
    __table_args__ = (
        UniqueConstraint("issue_no", "seq"),
        CheckConstraint("qty > 0", name="qty"),
        Index("ix_gift_issue_at", "at"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_no: Mapped[str] = mapped_column(Str(30))
    seq: Mapped[int]
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"))
    qty: Mapped[int]
    purpose: Mapped[str] = mapped_column(Str(20))
    note: Mapped[str] = mapped_column(Str(60), default="")
    taker: Mapped[str] = mapped_column(Str(80))
    keeper: Mapped[str] = mapped_column(Str(80))
    at: Mapped[datetime]


ENTRY = Lifecycle(
    "GB",
    GiftEntry,
    {
        "label": ({EntryState.LABELLING}, EntryState.LABELLED),
        "shelve": ({EntryState.LABELLED}, EntryState.SHELVED),
        "cancel": ({EntryState.LABELLING, EntryState.LABELLED}, EntryState.CANCELLED),
    },
    begins={EntryState.LABELLING, EntryState.LABELLED},
    number="entry_no",
    refusal="E-GFT-04",
)
LABEL = Lifecycle(
    "GF",
    GiftLabel,
    {
        "stick": ({GiftLabelState.PRINTED}, GiftLabelState.APPLIED),
        "spoil": ({GiftLabelState.PRINTED, GiftLabelState.APPLIED}, GiftLabelState.SPOILED),
    },
    begins={GiftLabelState.PRINTED},
    number="label_no",
    refusal="E-GFT-05",
)
