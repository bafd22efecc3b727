"""Which lots of an article may be meant in a place: those that stand there, then the newest others."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.stock.lots import lot_no
from station.stock.models import LOOSE, Lot, Stock, StockStatus

SHOWN = 6
"""Keys of a handheld's choice."""


@dataclass(frozen=True, slots=True)
class Pick:
    """A lot in a status; `qty` EACH of it stand there by the book."""

    lot_id: int
    status: str
    name: str
    qty: int


def picks_of(tx: Session, place_id: int, sku_id: int) -> list[Pick]:
    """What stands there loose, oldest first; then lots of which none does. None: never received."""
    here = tx.execute(
        select(Stock.lot_id, Stock.status, Stock.on_hand, Lot.supplier_lot, Lot.expires_on)
        .join(Lot, Lot.id == Stock.lot_id)
        .where(
            Stock.location_id == place_id,
            Stock.sku_id == sku_id,
            Stock.hu_id == LOOSE,
            Stock.on_hand > 0,
        )
        .order_by(Lot.expires_on, Lot.id)
        .limit(SHOWN)
    )
    found = [Pick(row.lot_id, row.status, _name(row), row.on_hand) for row in here]
    known = {one.lot_id for one in found}
    others = tx.execute(
        select(Lot.id.label("lot_id"), Lot.supplier_lot, Lot.expires_on)
        .where(Lot.sku_id == sku_id, Lot.id.not_in(known))
        .order_by(Lot.id.desc())
        .limit(SHOWN - len(found))
    )
    return found + [Pick(row.lot_id, StockStatus.GOOD, _name(row), 0) for row in others]


def _name(row: object) -> str:
    lot = row.supplier_lot or lot_no(row.lot_id)  # type: ignore[attr-defined]
    return str(row.expires_on or lot)  # type: ignore[attr-defined]
