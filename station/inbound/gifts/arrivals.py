"""The gifts that came with a truck (S-07): its acceptance sheet and its page name them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.catalog.models import Sku
from station.inbound.gifts.models import EntryState, GiftEntry


@dataclass(frozen=True, slots=True)
class Came:
    """`qty` EACH of an article that the supplier gave with this truck, by the register's entry."""

    entry_no: str
    sku_id: int
    code: str
    name_zh: str
    qty: int


def of(tx: Session, receipt_id: int) -> list[Came]:
    """What was registered with this receipt and not taken back, in the register's order."""
    rows = tx.execute(
        select(GiftEntry.entry_no, GiftEntry.sku_id, Sku.code, Sku.name_zh, GiftEntry.qty)
        .join(Sku, Sku.id == GiftEntry.sku_id)
        .where(GiftEntry.receipt_id == receipt_id, GiftEntry.state != EntryState.CANCELLED)
        .order_by(GiftEntry.id)
    )
    return [Came(row.entry_no, row.sku_id, row.code, row.name_zh, row.qty) for row in rows]
