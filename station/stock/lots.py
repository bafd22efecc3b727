"""Lots: one per article, dates, supplier lot and receipt."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from station.stock.models import Lot


def make(
    tx: Session,
    sku_id: int,
    *,
    received_on: date,
    receipt_id: int | None,
    produced_on: date | None = None,
    expires_on: date | None = None,
    supplier_lot: str = "",
    is_undated: bool = False,
) -> int:
    """A new lot's id. Two receipts never share a lot row (domain §3), so nothing is looked up."""
    lot = Lot(
        sku_id=sku_id,
        received_on=received_on,
        receipt_id=receipt_id,
        produced_on=produced_on,
        expires_on=expires_on,
        supplier_lot=supplier_lot,
        is_undated=is_undated,
    )
    tx.add(lot)
    tx.flush()
    return lot.id


def lot_no(lot_id: int) -> str:
    """Our own number of a lot, shown where the supplier gave none."""
    return f"L{lot_id:06d}"
