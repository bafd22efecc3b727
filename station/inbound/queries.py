"""What the desk looks up of one receipt."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.catalog.models import Sku
from station.inbound.models import Receipt, ReceiptLine


def receipt(tx: Session, receipt_no: str) -> Receipt | None:
    """One receipt."""
    return tx.scalars(select(Receipt).where(Receipt.receipt_no == receipt_no)).first()


def lines(tx: Session, receipt_id: int) -> list[Any]:
    """What was counted and what inspection said."""
    return list(
        tx.execute(
            select(
                Sku.code,
                Sku.name_zh,
                ReceiptLine.qty_delivered,
                ReceiptLine.qty_rejected,
                ReceiptLine.reject_reason,
                ReceiptLine.expires_on,
                ReceiptLine.samples_done,
                ReceiptLine.samples_due,
            )
            .join(Sku, Sku.id == ReceiptLine.sku_id)
            .where(ReceiptLine.receipt_id == receipt_id)
            .order_by(ReceiptLine.id)
        )
    )
