"""What goods in quarantine become when they are released, and who gets them back (P5)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from station.ground.words.messages import Refused
from station.ground.work import Work
from station.inbound import rules as receipts
from station.inbound.gifts.models import GiftEntry
from station.inbound.models import Receipt
from station.stock import holds
from station.stock.models import Lot, Movement, Stock, StockStatus
from station.storage.aging.judging import status_today

SALEABLE = frozenset({StockStatus.GOOD, StockStatus.NEAR, StockStatus.LOCKED})


def released(work: Work, row: Stock) -> str:
    """What the goods are once they are released: good, or gifts again.

    E-QUAR-02 when a hold, their date or its lack forbids it.
    """
    lot = work.tx.get_one(Lot, row.lot_id)
    now = status_today(work, row.sku_id, row.lot_id)
    if holds.held(work.tx).has(row.sku_id, row.lot_id) or lot.lacks_date or now not in SALEABLE:
        raise Refused("E-QUAR-02")
    return StockStatus.GIFT if _was_gift(work.tx, row) else now


def _was_gift(tx: Session, row: Stock) -> bool:
    """Whether the lot was ever given to us: then it is never sold (S-07), whatever became of it since."""
    of_lot = (Movement.sku_id == row.sku_id, Movement.lot_id == row.lot_id)
    ever = or_(Movement.from_status == StockStatus.GIFT, Movement.to_status == StockStatus.GIFT)
    return tx.scalar(select(Movement.id).where(*of_lot, ever).limit(1)) is not None


def supplier(tx: Session, lot_ids: Sequence[int]) -> int | None:
    """Who delivered these lots; None when nobody knows (they lay here from the beginning)."""
    known = {_supplier_of(tx, lot_id) for lot_id in lot_ids}
    if len(known) > 1:
        raise Refused("E-QUAR-03")
    return known.pop()


def _supplier_of(tx: Session, lot_id: int) -> int | None:
    receipt = tx.get(Receipt, tx.get_one(Lot, lot_id).receipt_id or 0)
    if receipt is not None:
        return receipts.parties(tx, receipt)[1].id
    return tx.scalar(select(GiftEntry.supplier_id).where(GiftEntry.lot_id == lot_id))
