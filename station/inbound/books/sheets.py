"""Acceptance sheets and inbound slips as lists (S-12, §8)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, func, select

from station.catalog.models import Supplier
from station.ground.registers.filters import Days, Number, State
from station.ground.registers.kinds import INSTANT, QUANTITY, STATE, YES
from station.ground.registers.register import Col, Link, Register
from station.ground.web.desk import DESK
from station.inbound.models import InboundNotice, Receipt, ReceiptLine, ReceiptState
from station.inbound.reverse.models import SlipReversal
from station.people.models import User


def _sum(column: Any) -> Any:
    """The sum of a column over the lines of a receipt."""
    query = select(func.coalesce(func.sum(column), 0)).where(ReceiptLine.receipt_id == Receipt.id)
    return query.correlate(Receipt).scalar_subquery()


def _name(user_id: Any) -> Any:
    return select(User.name).where(User.id == user_id).correlate(Receipt).scalar_subquery()


_ALLOWED = (
    select(ReceiptLine.id).where(ReceiptLine.receipt_id == Receipt.id, ReceiptLine.override != "").exists()
)
_NOTICE = (
    select(InboundNotice.asn_no)
    .where(InboundNotice.id == Receipt.notice_id)
    .correlate(Receipt)
    .scalar_subquery()
)
_SUPPLIER = (
    select(Supplier.name)
    .join(InboundNotice, InboundNotice.supplier_id == Supplier.id)
    .where(InboundNotice.id == Receipt.notice_id)
    .correlate(Receipt)
    .scalar_subquery()
)
_ACCEPTED = ReceiptLine.qty_delivered - ReceiptLine.qty_rejected
_LINK = Link("office.receipt", receipt_no="receipt_no")

SHEETS = Register(
    name="sheets",
    title="Acceptance sheets",
    path="sheets",
    query=select(
        Receipt.sheet_no,
        Receipt.receipt_no,
        Receipt.state,
        _NOTICE.label("asn_no"),
        _SUPPLIER.label("name"),
        _sum(ReceiptLine.qty_delivered).label("delivered"),
        _sum(_ACCEPTED).label("accepted"),
        _sum(ReceiptLine.qty_rejected).label("rejected"),
        _ALLOWED.label("is_allowed"),
        _name(Receipt.stage1_by).label("receiver"),
        _name(Receipt.stage2_by).label("inspector"),
        Receipt.driver,
        Receipt.arrived_at,
        Receipt.signed_at,
    ),
    key=Receipt.id,
    newest=Receipt.arrived_at,
    columns=(
        Col("sheet_no", "Sheet", share=14),
        Col("state", "State", STATE, share=8),
        Col("asn_no", "Notice", share=11),
        Col("name", "Supplier", share=13),
        Col("delivered", "Delivered", QUANTITY, share=6),
        Col("accepted", "Accepted", QUANTITY, share=6),
        Col("rejected", "Pieces refused", QUANTITY, share=6),
        Col("is_allowed", "Allowed by a supervisor", YES, share=6),
        Col("receiver", "Receiver", share=8),
        Col("inspector", "Inspector", share=8),
        Col("driver", "Driver", share=8),
        Col("arrived_at", "Arrived", INSTANT, share=10),
        Col("signed_at", "Signed", INSTANT, share=10),
    ),
    filters=(
        Days(Receipt.arrived_at),
        State(Receipt.state, tuple(ReceiptState), open=None),
        Number(Receipt.sheet_no, Receipt.receipt_no, Receipt.driver, _NOTICE, _SUPPLIER),
    ),
    roles=DESK,
    link=_LINK,
)

SLIPS = Register(
    name="slips",
    title="Inbound slips",
    path="slips",
    query=select(
        Receipt.grn_no,
        Receipt.receipt_no,
        Receipt.sheet_no,
        Receipt.state,
        _NOTICE.label("asn_no"),
        _SUPPLIER.label("name"),
        _sum(_ACCEPTED).label("accepted"),
        Receipt.posted_at,
    ),
    key=Receipt.id,
    newest=Receipt.posted_at,
    only=Receipt.posted_at.is_not(None),
    columns=(
        Col("grn_no", "Inbound slip", share=16),
        Col("state", "State", STATE, share=10),
        Col("sheet_no", "Sheet", share=16),
        Col("asn_no", "Notice", share=14),
        Col("name", "Supplier", share=18),
        Col("accepted", "Accepted", QUANTITY, share=10),
        Col("posted_at", "Posted", INSTANT, share=14),
    ),
    filters=(
        Days(Receipt.posted_at),
        State(Receipt.state, tuple(ReceiptState), open=None),
        Number(Receipt.grn_no, Receipt.sheet_no, Receipt.receipt_no, _NOTICE, _SUPPLIER),
    ),
    roles=DESK,
    link=_LINK,
)

TAKEN_BACK = Register(
    name="slips_taken_back",
    title="Slips taken back",
    path="slips_taken_back",
    query=select(
        SlipReversal.grn_no,
        SlipReversal.reverses_no,
        SlipReversal.reason,
        SlipReversal.at,
        Receipt.receipt_no,
    ).join(Receipt, and_(Receipt.id == SlipReversal.receipt_id)),
    key=SlipReversal.id,
    columns=(
        Col("grn_no", "Inbound slip", share=22),
        Col("reverses_no", "Takes back", share=22),
        Col("reason", "Reason", share=30),
        Col("at", "Time", INSTANT, share=16),
    ),
    filters=(
        Days(SlipReversal.at),
        Number(SlipReversal.grn_no, SlipReversal.reverses_no, SlipReversal.reason),
    ),
    roles=DESK,
    link=_LINK,
)
