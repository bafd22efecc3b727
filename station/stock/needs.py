"""Whether there is a hall, and something in it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.ground.setup.needs import Need, words
from station.settings import Settings
from station.stock.models import SELLABLE_KINDS, Location, LocationKind, LocationState, Stock, StockStatus

KINDS = (LocationKind.DOCK, LocationKind.PICK, LocationKind.TOTE, LocationKind.PACK, LocationKind.INTC)
"""Places without which an order's way ends."""


def of_stock(tx: Session, _settings: Settings) -> Iterator[Need]:
    """Kinds of places that the hall lacks, and goods that can be sold."""
    there = set(
        tx.scalars(
            select(Location.kind).where(Location.state != LocationState.CLOSED).group_by(Location.kind)
        )
    )
    lacking = [kind for kind in KINDS if kind not in there]
    if lacking:
        yield Need("L-NEED-PLACES", {"kinds": words(f"L-LOC-{kind}" for kind in lacking)}, "office.hall")
    lies_there = select(Stock.id).where(
        Stock.location_id == Location.id, Stock.status == StockStatus.GOOD, Stock.on_hand > 0
    )
    sellable = select(Location.id).where(Location.kind.in_(SELLABLE_KINDS), lies_there.exists())
    if tx.scalar(sellable.limit(1)) is None:
        yield Need("L-NEED-STOCK", {}, "office.opening")
