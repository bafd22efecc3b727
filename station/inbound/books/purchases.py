"""What was bought and came: line by line, and summed up by supplier and article for the month (S-12)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, and_, cast, func, select

from station.catalog.models import Sku, Supplier
from station.ground.registers.filters import Days, Number
from station.ground.registers.kinds import INSTANT, MONEY, QUANTITY
from station.ground.registers.register import Col, Link, Register, Summary
from station.ground.words.actor import Role
from station.inbound.models import InboundLine, InboundNotice, Receipt, ReceiptLine

BUYERS = (Role.SUPERVISOR, Role.FINANCE, Role.ADMIN)
"""Prices are for them; the clerk's lists say none."""

_ACCEPTED = ReceiptLine.qty_delivered - ReceiptLine.qty_rejected
_AMOUNT = _ACCEPTED * InboundLine.price_fen
_FIRST = datetime(2000, 1, 1, tzinfo=UTC)
_POSTED = and_(Receipt.id == ReceiptLine.receipt_id, Receipt.posted_at > _FIRST)
"""Posted at all: said as a range, so that a page is found by the index of that moment."""
_SUPPLIER = (
    select(Supplier.name)
    .join(InboundNotice, InboundNotice.supplier_id == Supplier.id)
    .where(InboundNotice.id == Receipt.notice_id)
    .correlate(Receipt)
    .scalar_subquery()
)
_ARTICLE = select(Sku.code).where(Sku.id == ReceiptLine.sku_id).correlate(ReceiptLine).scalar_subquery()


def _whole(column: Any) -> Any:
    """A sum as a whole number, which PostgreSQL would make a decimal; None where nothing is known."""
    return cast(func.sum(column), BigInteger)


PURCHASES = Register(
    name="purchases",
    title="Purchases received",
    path="purchases",
    query=select(
        Receipt.receipt_no,
        Receipt.grn_no,
        Receipt.posted_at,
        InboundNotice.asn_no,
        Supplier.name.label("supplier"),
        Sku.code,
        Sku.name_zh,
        InboundLine.qty_expected.label("ordered"),
        ReceiptLine.qty_delivered.label("delivered"),
        _ACCEPTED.label("accepted"),
        ReceiptLine.qty_rejected.label("rejected"),
        InboundLine.price_fen,
        _AMOUNT.label("amount"),
    )
    .join(Receipt, Receipt.id == ReceiptLine.receipt_id)
    .join(InboundLine, InboundLine.id == ReceiptLine.inbound_line_id)
    .join(InboundNotice, InboundNotice.id == Receipt.notice_id)
    .join(Supplier, Supplier.id == InboundNotice.supplier_id)
    .join(Sku, Sku.id == ReceiptLine.sku_id),
    key=ReceiptLine.id,
    newest=Receipt.posted_at,
    only=_POSTED,
    columns=(
        Col("grn_no", "Inbound slip", share=14),
        Col("posted_at", "Posted", INSTANT, share=10),
        Col("asn_no", "Notice", share=11),
        Col("supplier", "Supplier", share=12),
        Col("code", "Article", share=8),
        Col("name_zh", "Name", share=14),
        Col("ordered", "Ordered", QUANTITY, share=6),
        Col("delivered", "Delivered", QUANTITY, share=6),
        Col("accepted", "Accepted", QUANTITY, share=6),
        Col("rejected", "Pieces refused", QUANTITY, share=6),
        Col("price_fen", "Price", MONEY, share=7),
        Col("amount", "Amount", MONEY, share=9),
    ),
    filters=(Days(Receipt.posted_at), Number(Receipt.grn_no, Receipt.receipt_no, _SUPPLIER, _ARTICLE)),
    roles=BUYERS,
    link=Link("office.receipt", receipt_no="receipt_no"),
)

PURCHASE_SUMMARY = Summary(
    name="purchase_summary",
    title="Purchase summary",
    path="purchase_summary",
    query=select(
        Supplier.name.label("supplier"),
        Sku.code,
        Sku.name_zh,
        func.count(Receipt.id.distinct()).label("trucks"),
        _whole(ReceiptLine.qty_delivered).label("delivered"),
        _whole(_ACCEPTED).label("accepted"),
        _whole(ReceiptLine.qty_rejected).label("rejected"),
        _whole(_AMOUNT).label("amount"),
    )
    .join(ReceiptLine, ReceiptLine.receipt_id == Receipt.id)
    .join(InboundLine, InboundLine.id == ReceiptLine.inbound_line_id)
    .join(InboundNotice, InboundNotice.id == Receipt.notice_id)
    .join(Supplier, Supplier.id == InboundNotice.supplier_id)
    .join(Sku, Sku.id == ReceiptLine.sku_id)
    .where(Receipt.posted_at.is_not(None))
    .group_by(Supplier.name, Sku.code, Sku.name_zh),
    key=Supplier.name.concat(Sku.code),
    columns=(
        Col("supplier", "Supplier", share=20),
        Col("code", "Article", share=12),
        Col("name_zh", "Name", share=20),
        Col("trucks", "Trucks", QUANTITY, share=8),
        Col("delivered", "Delivered", QUANTITY, share=10),
        Col("accepted", "Accepted", QUANTITY, share=10),
        Col("rejected", "Pieces refused", QUANTITY, share=10),
        Col("amount", "Amount", MONEY, share=12),
    ),
    filters=(Days(Receipt.posted_at, is_month=True), Number(Supplier.name, Sku.code, Sku.name_zh)),
    roles=BUYERS,
)
