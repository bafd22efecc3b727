"""How much of an article can still be sold: the one definition of "free" (P12, S-36).

Free is what lies in an open slot, good and not expired, promised to no wave, less what orders have reserved
that are in no wave yet. The planner, the API and what the ERP is told all ask here. Gifts are an account of
their own (P7): a gift line reserves gifts and nothing else, and nothing that is sold is ever one.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, not_, select
from sqlalchemy.orm import Session

from station.outbound.orders.models import DeliveryOrder, OrderLine, OrderState
from station.outbound.orders.shelves import shelves
from station.stock.demand import waits
from station.stock.models import Stock, StockStatus

UNSERVED = (OrderState.AUDITED, OrderState.SHORT)
"""Orders that wait for stock."""


@dataclass(frozen=True, slots=True)
class Level:
    """EACH of one stock status on hand, wherever it lies, and how many of them are free."""

    status: str
    qty_each: int
    free_each: int


def free_by_sku(tx: Session, today: date, sku_ids: Collection[int] | None = None) -> dict[int, int]:
    """Free EACH that can be sold of every article, or of some; below zero where some went away that are
    reserved.
    """
    found = shelves(tx, today, sku_ids)
    return {sku_id: shelf.steps[0] for (sku_id, is_gift), shelf in found.items() if not is_gift}


def levels(tx: Session, today: date, sku_ids: Collection[int]) -> dict[int, list[Level]]:
    """What there is of some articles, by status; only good stock is ever free to be sold."""
    free = free_by_sku(tx, today, sku_ids)
    rows = tx.execute(
        select(Stock.sku_id, Stock.status, func.sum(Stock.on_hand).label("qty"))
        .where(Stock.sku_id.in_(sku_ids), Stock.on_hand > 0)
        .group_by(Stock.sku_id, Stock.status)
        .order_by(Stock.sku_id, Stock.status)
    )
    by_sku: dict[int, list[Level]] = {}
    for row in rows:
        left = max(0, free.get(row.sku_id, 0)) if row.status == StockStatus.GOOD else 0
        by_sku.setdefault(row.sku_id, []).append(Level(row.status, int(row.qty), left))
    return by_sku


@waits("outbound")
def wanted_articles() -> Select[Any]:
    """Articles of orders that have nothing reserved for want of stock (P8); gifts stand elsewhere."""
    query = select(OrderLine.sku_id).join(DeliveryOrder, DeliveryOrder.id == OrderLine.order_id)
    return query.where(DeliveryOrder.state.in_(UNSERVED), not_(OrderLine.is_gift))
