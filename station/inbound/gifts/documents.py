"""The gift label, and the gift books on paper (S-07, S-09, S-10)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from printers import documents as paper
from station.catalog import rules as catalog
from station.inbound.gifts.models import GiftEntry
from station.stock.models import Lot


def gift_label(tx: Session, entry: GiftEntry, label_no: str) -> paper.GiftLabel:
    """赠品标签 of one unit."""
    sku, lot = catalog.sku(tx, entry.sku_id), tx.get_one(Lot, entry.lot_id)
    return paper.GiftLabel(
        gift_code=label_no,
        product_name=sku.name_zh,
        expires_on=str(lot.expires_on or ""),
        serial_no=str(entry.labels),
    )
