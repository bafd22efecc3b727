"""What the demo's book says of the goods in the hall, so that a virtual crew can compare it with its own."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from station.catalog.models import Sku
from station.inbound.gifts.models import GiftLabel
from station.inbound.models import InboundNotice, Receipt, ReceiptLine, ReceiptRefusal
from station.stock.models import VIRTUAL, HandlingUnit, Location, Lot, Stock


def book(tx: Session) -> dict[str, Any]:
    """Goods by place, EACH refused by notice and article, gift labels by state."""
    return {"goods": _goods(tx), "refused": _refused(tx), "labels": _labels(tx)}


def _goods(tx: Session) -> list[dict[str, Any]]:
    rows = tx.execute(
        select(
            Location.kind,
            Location.barcode,
            HandlingUnit.lpn,
            InboundNotice.asn_no,
            Sku.code,
            Lot.supplier_lot,
            Lot.expires_on,
            Stock.status,
            Stock.on_hand,
        )
        .join_from(Stock, Location, Location.id == Stock.location_id)
        .join(Sku, Sku.id == Stock.sku_id)
        .join(Lot, Lot.id == Stock.lot_id)
        .outerjoin(HandlingUnit, HandlingUnit.id == Stock.hu_id)
        .outerjoin(Receipt, Receipt.id == Lot.receipt_id)
        .outerjoin(InboundNotice, InboundNotice.id == Receipt.notice_id)
        .where(Stock.on_hand > 0, Location.kind.not_in(sorted(VIRTUAL)))
        .order_by(Location.code, Stock.id)
    )
    return [
        {
            "kind": row.kind,
            "place": row.barcode,
            "carton": row.lpn or "",
            "truck": row.asn_no or "",
            "sku": row.code,
            "lot": row.supplier_lot,
            "expires": row.expires_on.isoformat() if row.expires_on else "",
            "status": row.status,
            "qty": row.on_hand,
        }
        for row in rows
    ]


def _refused(tx: Session) -> list[tuple[str, str, int]]:
    """Counted and refused, and refused without a count."""
    of_lines = (
        select(InboundNotice.asn_no, Sku.code, func.sum(ReceiptLine.qty_rejected))
        .join_from(ReceiptLine, Receipt, Receipt.id == ReceiptLine.receipt_id)
        .join(InboundNotice, InboundNotice.id == Receipt.notice_id)
        .join(Sku, Sku.id == ReceiptLine.sku_id)
        .group_by(InboundNotice.asn_no, Sku.code)
    )
    others = (
        select(InboundNotice.asn_no, Sku.code, func.sum(ReceiptRefusal.qty))
        .join_from(ReceiptRefusal, Receipt, Receipt.id == ReceiptRefusal.receipt_id)
        .join(InboundNotice, InboundNotice.id == Receipt.notice_id)
        .join(Sku, Sku.id == ReceiptRefusal.sku_id)
        .group_by(InboundNotice.asn_no, Sku.code)
    )
    sums: dict[tuple[str, str], int] = {}
    for asn_no, code, qty in [*tx.execute(of_lines), *tx.execute(others)]:
        sums[asn_no, code] = sums.get((asn_no, code), 0) + int(qty)
    return [(*key, qty) for key, qty in sums.items()]


def _labels(tx: Session) -> dict[str, int]:
    rows = tx.execute(select(GiftLabel.state, func.count()).group_by(GiftLabel.state))
    return {row[0]: row[1] for row in rows}
