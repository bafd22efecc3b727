"""Inbound notices, receipts, their lines and the papers that close them (P1–P4)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from station.ground.db import STRICT, Base, Flag, Json, Str, is_one_of
from station.ground.documents.lifecycle import Lifecycle


class ReceiptState(StrEnum):
    """P1: from the truck at the dock to everything in its slot."""

    ARRIVED = "ARRIVED"
    STAGE1 = "STAGE1"
    STAGE2 = "STAGE2"
    AWAIT_SIGN = "AWAIT_SIGN"
    SIGNED = "SIGNED"
    POSTED = "POSTED"
    PUTAWAY_DONE = "PUTAWAY_DONE"
    CLOSED = "CLOSED"
    REJECTED_ALL = "REJECTED_ALL"
    SUSPENDED = "SUSPENDED"
    CANCELLED = "CANCELLED"


_S = ReceiptState
AT_DOCK = frozenset({_S.ARRIVED, _S.STAGE1, _S.STAGE2, _S.AWAIT_SIGN, _S.SUSPENDED, _S.SIGNED})
"""A truck whose goods are neither stock nor gone."""


class InboundNotice(Base):
    """What the ERP (`source`) expects from a supplier; `is_blind`: made at the dock, for want of an order."""

    __tablename__ = "inbound_notice"
    __table_args__ = (
        UniqueConstraint("asn_no"),
        Index("ix_inbound_notice_is_closed_expected_on", "is_closed", "expected_on"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    asn_no: Mapped[str] = mapped_column(Str(40))
    source: Mapped[str] = mapped_column(Str(20), default="", server_default="")
    version: Mapped[int]
    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id"))
    warehouse: Mapped[str] = mapped_column(Str(20))
    expected_on: Mapped[date | None]
    is_closed: Mapped[bool] = mapped_column(Flag, default=False)
    is_blind: Mapped[bool] = mapped_column(Flag, default=False, server_default="0")


class InboundLine(Base):
    """One article of a notice; quantities in EACH. Lot and dates are what the supplier announced."""

    __tablename__ = "inbound_line"
    __table_args__ = (
        UniqueConstraint("notice_id", "line_key"),
        CheckConstraint("qty_expected > 0", name="qty"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("inbound_notice.id"))
    line_key: Mapped[str] = mapped_column(Str(60))
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"))
    qty_expected: Mapped[int]
    qty_received: Mapped[int] = mapped_column(default=0)
    price_fen: Mapped[int | None]
    supplier_lot: Mapped[str] = mapped_column(Str(40), default="", server_default="")
    produced_on: Mapped[date | None]
    expires_on: Mapped[date | None]


class Receipt(Base):
    """One truck's goods for one notice (RC), with its acceptance sheet (AS) and inbound slip (GR).

    `part_of` is the receipt (id) that it was parted from: the rest of the same truck.
    """

    __tablename__ = "receipt"
    __table_args__ = (
        UniqueConstraint("receipt_no"),
        UniqueConstraint("sheet_no"),
        UniqueConstraint("grn_no"),
        Index("ix_receipt_state", "state"),
        is_one_of("state", ReceiptState),
        Index("ix_receipt_arrived_at_id", "arrived_at", "id"),
        Index("ix_receipt_posted_at", "posted_at"),
        Index("ix_receipt_part_of", "part_of"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    receipt_no: Mapped[str] = mapped_column(Str(30))
    sheet_no: Mapped[str] = mapped_column(Str(30))
    grn_no: Mapped[str | None] = mapped_column(Str(30))
    notice_id: Mapped[int] = mapped_column(ForeignKey("inbound_notice.id"))
    state: Mapped[str] = mapped_column(Str(12))
    plate: Mapped[str] = mapped_column(Str(20), default="")
    driver: Mapped[str] = mapped_column(Str(60), default="")
    cartons_declared: Mapped[int] = mapped_column(default=0)
    dock_id: Mapped[int] = mapped_column(ForeignKey("location.id"))
    arrived_at: Mapped[datetime]
    arrived_by: Mapped[int]
    stage1_by: Mapped[int | None]
    stage2_by: Mapped[int | None]
    signed_at: Mapped[datetime | None]
    posted_at: Mapped[datetime | None]
    part_of: Mapped[int | None]


RECEIPT = Lifecycle(
    "RC",
    Receipt,
    {
        "begin_stage1": ({_S.ARRIVED}, _S.STAGE1),
        "begin_stage2": ({_S.STAGE1}, _S.STAGE2),
        "reopen_stage1": ({_S.STAGE2, _S.AWAIT_SIGN, _S.SUSPENDED}, _S.STAGE1),
        "finish_checks": ({_S.STAGE2}, _S.AWAIT_SIGN),
        "sign": ({_S.AWAIT_SIGN}, _S.SIGNED),
        "post": ({_S.SIGNED}, _S.POSTED),
        "reverse": ({_S.POSTED, _S.PUTAWAY_DONE}, _S.AWAIT_SIGN),
        "refuse": ({_S.ARRIVED, _S.STAGE1, _S.STAGE2, _S.AWAIT_SIGN, _S.SUSPENDED}, _S.AWAIT_SIGN),
        "reject_all": ({_S.STAGE1, _S.STAGE2, _S.AWAIT_SIGN}, _S.REJECTED_ALL),
        "suspend": ({_S.AWAIT_SIGN}, _S.SUSPENDED),
        "resume": ({_S.SUSPENDED}, _S.AWAIT_SIGN),
        "finish_putaway": ({_S.POSTED}, _S.PUTAWAY_DONE),
        "close": ({_S.PUTAWAY_DONE}, _S.CLOSED),
        "cancel": ({_S.ARRIVED, _S.STAGE1}, _S.CANCELLED),
    },
    begins={_S.ARRIVED, _S.STAGE2},
    number="receipt_no",
    refusal="E-RCV-07",
)


class ReceiptLine(Base):
    """What was counted of one article with one date and lot (P2), and what inspection said (P3).

    delivered = accepted + rejected (I11); `draw` is the stored sampling plan; `reject_reason` and
    `override` are read through `faults`. `first_carton` is the number of its first accepted carton on the
    receipt (0: none was accepted, or it was counted before cartons had numbers). `held` says why accepted
    goods are on hold when they are posted, beside a missing date or order: OVER, more than was ordered. What
    `is_mixed` lies in the last carton before it. `carton_code` is the number that its carton or pallet bore:
    an SSCC, or a label of ours.
    """

    __tablename__ = "receipt_line"
    __table_args__ = (
        CheckConstraint("qty_delivered > 0", name="delivered"),
        CheckConstraint("qty_rejected >= 0 AND qty_rejected <= qty_delivered", name="rejected"),
        CheckConstraint("samples_done <= samples_due", name="samples"),
        Index("ix_receipt_line_receipt_id", "receipt_id"),
        Index("ix_receipt_line_carton_code", "carton_code"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    receipt_id: Mapped[int] = mapped_column(ForeignKey("receipt.id"))
    inbound_line_id: Mapped[int] = mapped_column(ForeignKey("inbound_line.id"))
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"))
    lot_id: Mapped[int | None]
    cartons: Mapped[int]
    case_qty: Mapped[int]
    loose: Mapped[int] = mapped_column(default=0)
    qty_delivered: Mapped[int]
    qty_rejected: Mapped[int] = mapped_column(default=0)
    produced_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    supplier_lot: Mapped[str] = mapped_column(Str(40), default="")
    outer: Mapped[str] = mapped_column(Str(10), default="INTACT")
    reject_reason: Mapped[str] = mapped_column(Str(60), default="")
    override: Mapped[str] = mapped_column(Str(400), default="")
    samples_due: Mapped[int] = mapped_column(default=0)
    samples_done: Mapped[int] = mapped_column(default=0)
    defects: Mapped[int] = mapped_column(default=0)
    is_full_check: Mapped[bool] = mapped_column(Flag, default=False)
    draw: Mapped[Any] = mapped_column(Json, default=dict)
    first_carton: Mapped[int] = mapped_column(default=0, server_default="0")
    is_mixed: Mapped[bool] = mapped_column(Flag, default=False, server_default="0")
    held: Mapped[str] = mapped_column(Str(10), default="", server_default="")
    carton_code: Mapped[str] = mapped_column(Str(40), default="", server_default="")

    @property
    def qty_accepted(self) -> int:
        """EACH that become stock."""
        return self.qty_delivered - self.qty_rejected


class ReceiptRefusal(Base):
    """What went back with the driver uncounted: `qty` EACH of an article that nobody ordered, or (without an
    article, 0) the whole truck. `reason` is read through `faults`.
    """

    __tablename__ = "receipt_refusal"
    __table_args__ = (
        CheckConstraint("qty >= 0", name="qty"),
        Index("ix_receipt_refusal_receipt_id", "receipt_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    receipt_id: Mapped[int] = mapped_column(ForeignKey("receipt.id"))
    sku_id: Mapped[int | None] = mapped_column(ForeignKey("sku.id"))
    qty: Mapped[int]
    reason: Mapped[str] = mapped_column(Str(20))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(Str(80))
