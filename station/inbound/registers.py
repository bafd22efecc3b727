"""The list of receipts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from station.catalog.models import Supplier
from station.ground.registers.filters import Days, Number, State
from station.ground.registers.kinds import INSTANT, QUANTITY, STATE
from station.ground.registers.register import Col, Link, Register
from station.ground.web.desk import DESK
from station.inbound.models import InboundLine, InboundNotice, Receipt, ReceiptLine, ReceiptState

ENDED = frozenset(
    {ReceiptState.PUTAWAY_DONE, ReceiptState.CLOSED, ReceiptState.REJECTED_ALL, ReceiptState.CANCELLED}
)
"""States nothing is left to do in."""


def _sum(column: Any, owner: Any, of: Any) -> Any:
    """The sum of a column over the lines of a receipt or of its notice."""
    return select(func.sum(column)).where(owner == of).correlate(Receipt).scalar_subquery()


RECEIPTS = Register(
    name="receipts",
    title="Receipts",
    path="receipts",
    query=select(
        Receipt.receipt_no,
        Receipt.state,
        InboundNotice.asn_no,
        Supplier.name,
        _sum(InboundLine.qty_expected, InboundLine.notice_id, Receipt.notice_id).label("expected"),
        _sum(ReceiptLine.qty_delivered, ReceiptLine.receipt_id, Receipt.id).label("received"),
        Receipt.plate,
        Receipt.sheet_no,
        Receipt.grn_no,
        Receipt.arrived_at,
    )
    .join(InboundNotice, InboundNotice.id == Receipt.notice_id)
    .join(Supplier, Supplier.id == InboundNotice.supplier_id),
    key=Receipt.id,
    newest=Receipt.arrived_at,
    columns=(
        Col("receipt_no", "Receipt", share=14),
        Col("state", "State", STATE, share=8),
        Col("asn_no", "Notice", share=12),
        Col("name", "Supplier", share=14),
        Col("expected", "Pieces expected", QUANTITY, share=7),
        Col("received", "Pieces received", QUANTITY, share=7),
        Col("plate", "Plate", share=8),
        Col("sheet_no", "Sheet", share=14),
        Col("grn_no", "Inbound slip", share=14),
        Col("arrived_at", "Arrived", INSTANT, share=9),
    ),
    filters=(
        Days(Receipt.arrived_at),
        State(Receipt.state, tuple(ReceiptState), open=frozenset(ReceiptState) - ENDED),
        Number(
            Receipt.receipt_no,
            Receipt.sheet_no,
            Receipt.grn_no,
            Receipt.plate,
            select(InboundNotice.asn_no)
            .where(InboundNotice.id == Receipt.notice_id)
            .correlate(Receipt)
            .scalar_subquery(),
        ),
    ),
    roles=DESK,
    link=Link("office.receipt", receipt_no="receipt_no"),
)
