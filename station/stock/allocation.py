"""What can still be promised: per article, and per lot and slot (P12, I4, I7)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
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
    return rows_of(tx, [sku_id], today, status).get(sku_id, [])


AT_ONCE = 5000
"""Articles that one query asks for."""


def rows_of(
    tx: Session,
    sku_ids: Sequence[int],
    today: date,
    status: StockStatus = StockStatus.GOOD,
    *,
    lock: bool = False,
) -> dict[int, list[Candidate]]:
    """Every row from which articles could be taken now, by article, for `fifo.Pool`. With `lock` nobody else
    takes from them until the unit of work ends.
    """
    found: dict[int, list[Candidate]] = {}
    for start in range(0, len(sku_ids), AT_ONCE):
        query = (
            select(
                Stock.id,
                Stock.lot_id,
                Stock.sku_id,
                Lot.expires_on,
                Lot.received_on,
                Stock.location_id,
                Location.kind,
                Location.pick_seq,
                (Stock.on_hand - Stock.allocated).label("available"),
            )
            .join(Location, Location.id == Stock.location_id)
            .join(Lot, Lot.id == Stock.lot_id)
            .join(Sku, Sku.id == Stock.sku_id)
            .where(
                Stock.sku_id.in_(sku_ids[start : start + AT_ONCE]),
                *selling.sellable(tx, today, status),
                Stock.on_hand > Stock.allocated,
            )
        )
        if lock:
            query = query.order_by(Stock.id).with_for_update(of=Stock)
        for row in tx.execute(query):
            found.setdefault(row.sku_id, []).append(Candidate(*row))
    return found
