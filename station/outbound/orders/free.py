"""How much of an article can still be sold: the one definition of "free" (P12, S-36).

Free is what lies in an open slot, good and not expired, promised to no wave, less what orders have reserved
that are in no wave yet. The planner, the API and what the ERP is told all ask here.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from station.outbound.orders.models import DeliveryOrder, OrderLine, OrderState
from station.stock import allocation
from station.stock.models import Stock, StockStatus


@dataclass(frozen=True, slots=True)
class Level:
    """EACH of one stock status on hand, wherever it lies, and how many of them are free."""

    status: str
    qty_each: int
    free_each: int


def reserved(tx: Session, sku_ids: Collection[int] | None = None) -> dict[int, int]:
    """EACH by article that orders have reserved that are in no wave yet."""
    query = (
        select(OrderLine.sku_id, func.sum(OrderLine.qty_reserved).label("qty"))
        .join(DeliveryOrder, DeliveryOrder.id == OrderLine.order_id)
        .where(DeliveryOrder.state == OrderState.ALLOCATED)
        .group_by(OrderLine.sku_id)
    )
    if sku_ids is not None:
        query = query.where(OrderLine.sku_id.in_(sku_ids))
    return {row.sku_id: int(row.qty) for row in tx.execute(query)}


def free_by_sku(tx: Session, today: date, sku_ids: Collection[int] | None = None) -> dict[int, int]:
    """Free EACH of every article, or of some; below zero where goods went away that are reserved."""
    free = allocation.free_by_sku(tx, today, sku_ids)
    for sku_id, qty in reserved(tx, sku_ids).items():
        free[sku_id] = free.get(sku_id, 0) - qty
    return free


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
