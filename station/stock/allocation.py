"""What can still be promised: per article, and per lot and slot (P12, I4, I7)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from station.catalog.models import Sku
from station.stock import selling
from station.stock.fifo import Candidate
from station.stock.models import Location, Lot, Stock, StockStatus


def free_qty(tx: Session, sku_id: int, today: date) -> int:
    """EACH of an article that are sellable and not hard-allocated; lots that are locked,
    expired or held do not count.
    """
    return (
        tx.scalar(
            select(func.coalesce(func.sum(Stock.on_hand - Stock.allocated), 0))
            .join(Location, Location.id == Stock.location_id)
            .join(Lot, Lot.id == Stock.lot_id)
            .join(Sku, Sku.id == Stock.sku_id)
            .where(Stock.sku_id == sku_id, *selling.sellable(tx, today))
        )
        or 0
    )


def free_by_sku(
    tx: Session,
    today: date,
    sku_ids: Collection[int] | None = None,
    status: StockStatus = StockStatus.GOOD,
    *,
    left_days: int = 0,
) -> dict[int, int]:
    """`free_qty` of every article that has any, or of some; of gifts when `status` is GIFT. With `left_days`
    only of lots that keep as many days yet, or have no end.
    """
    query = (
        select(Stock.sku_id, func.sum(Stock.on_hand - Stock.allocated).label("qty"))
        .join(Location, Location.id == Stock.location_id)
        .join(Lot, Lot.id == Stock.lot_id)
        .join(Sku, Sku.id == Stock.sku_id)
        .where(*selling.sellable(tx, today, status), Stock.on_hand > Stock.allocated)
        .group_by(Stock.sku_id)
    )
    if sku_ids is not None:
        query = query.where(Stock.sku_id.in_(sku_ids))
    if left_days:
        until = today + timedelta(days=left_days)
        query = query.where(or_(Lot.expires_on.is_(None), Lot.expires_on >= until))
    return {row.sku_id: int(row.qty) for row in tx.execute(query)}


def candidates(
    tx: Session, sku_id: int, today: date, status: StockStatus = StockStatus.GOOD
) -> list[Candidate]:
    """Every row from which `sku_id` could be taken now, for `fifo.plan`."""
    rows = tx.execute(
        select(
            Stock.id,
            Stock.lot_id,
            Stock.location_id,
            Lot.expires_on,
            Lot.received_on,
            Location.kind,
            Location.pick_seq,
            (Stock.on_hand - Stock.allocated).label("available"),
        )
        .join(Location, Location.id == Stock.location_id)
        .join(Lot, Lot.id == Stock.lot_id)
        .join(Sku, Sku.id == Stock.sku_id)
        .where(Stock.sku_id == sku_id, *selling.sellable(tx, today, status), Stock.on_hand > Stock.allocated)
    )
    return [
        Candidate(
            stock_id=row.id,
            lot_id=row.lot_id,
            sku_id=sku_id,
            expires_on=row.expires_on,
            received_on=row.received_on,
            location_id=row.location_id,
            kind=row.kind,
            pick_seq=row.pick_seq,
            available=row.available,
        )
        for row in rows
    ]
