"""How notices and received goods stand, for whoever compares or shows them; changes nothing."""

from __future__ import annotations

from sqlalchemy import and_, false, func, or_, select
from sqlalchemy.orm import Session

from station.catalog.models import Sku
from station.inbound.models import InboundLine, InboundNotice, Receipt, ReceiptState
from station.stock.lots import lot_no
from station.stock.models import Lot, Stock


def posted_stock(tx: Session) -> dict[tuple[str, str, str], int]:
    """EACH by article, status and lot. Goods whose receipt is not posted, or has no order, are none of the
    office's yet.
    """
    told = and_(Receipt.posted_at.is_not(None), InboundNotice.is_blind.is_(false()))
    rows = tx.execute(
        select(Sku.code, Stock.status, Lot.id, Lot.supplier_lot, func.sum(Stock.on_hand).label("qty"))
        .join(Sku, Sku.id == Stock.sku_id)
        .join(Lot, Lot.id == Stock.lot_id)
        .outerjoin(Receipt, Receipt.id == Lot.receipt_id)
        .outerjoin(InboundNotice, InboundNotice.id == Receipt.notice_id)
        .where(Stock.on_hand > 0, or_(Lot.receipt_id.is_(None), told))
        .group_by(Sku.code, Stock.status, Lot.id, Lot.supplier_lot)
    )
    stock: dict[tuple[str, str, str], int] = {}
    for row in rows:
        key = (row.code, row.status, row.supplier_lot or lot_no(row.id))
        stock[key] = stock.get(key, 0) + int(row.qty)
    return stock


def notice(tx: Session, asn_no: str) -> InboundNotice | None:
    """A notice by the office's number."""
    return tx.scalars(select(InboundNotice).where(InboundNotice.asn_no == asn_no)).first()


def notice_lines(tx: Session, notice_id: int) -> list[tuple[InboundLine, str]]:
    """The lines of a notice in the office's order, each with the code of its article."""
    rows = tx.execute(
        select(InboundLine, Sku.code)
        .join(Sku, Sku.id == InboundLine.sku_id)
        .where(InboundLine.notice_id == notice_id)
        .order_by(InboundLine.id)
    )
    return [(row[0], row[1]) for row in rows]


def receipts(tx: Session, notice_id: int) -> list[Receipt]:
    """What came for a notice, cancelled receipts left out."""
    query = select(Receipt).where(Receipt.notice_id == notice_id, Receipt.state != ReceiptState.CANCELLED)
    return list(tx.scalars(query.order_by(Receipt.id)))
