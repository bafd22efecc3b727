"""What the desk looks up of one receipt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from station.catalog.models import Sku
from station.inbound import faults
from station.inbound.models import InboundNotice, Receipt, ReceiptLine, ReceiptRefusal


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


def totals(tx: Session, receipt_id: int) -> Any:
    """EACH `delivered`, `accepted` and `refused` of a receipt."""
    came = func.coalesce(func.sum(ReceiptLine.qty_delivered), 0)
    back = func.coalesce(func.sum(ReceiptLine.qty_rejected), 0)
    query = select(came.label("delivered"), (came - back).label("accepted"), back.label("refused"))
    return tx.execute(query.where(ReceiptLine.receipt_id == receipt_id)).one()


def notice(tx: Session, notice_id: int) -> InboundNotice:
    """The notice that a receipt came for."""
    return tx.get_one(InboundNotice, notice_id)


@dataclass(frozen=True, slots=True)
class Uncounted:
    """A row of what went back uncounted; the whole truck has neither article nor quantity."""

    code: str
    name_zh: str
    qty: int | str
    reason: str


def refused(tx: Session, receipt_id: int) -> list[Uncounted]:
    """What went back with the driver uncounted."""
    rows = tx.execute(
        select(ReceiptRefusal.qty, ReceiptRefusal.reason, Sku.code, Sku.name_zh)
        .outerjoin(Sku, Sku.id == ReceiptRefusal.sku_id)
        .where(ReceiptRefusal.receipt_id == receipt_id)
        .order_by(ReceiptRefusal.id)
    )
    return [
        Uncounted(row.code or "", row.name_zh or "", row.qty or "", faults.words(row.reason)) for row in rows
    ]
