"""What is free for an order that wants goods which keep so many days yet (P12, S-36).

An order that wants thirty days takes nothing that ends in twenty, and one that wants none takes the oldest
first (FEFO). So all reserved orders can be served exactly when, for every number of days somebody wants, what
keeps as long covers those who want as much or more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from station.outbound.orders.models import DeliveryOrder, OrderLine, OrderState
from station.stock import allocation
from station.stock.models import StockStatus

Account = tuple[int, bool]
"""An article, and whether gifts of it are meant."""


@dataclass(slots=True)
class Shelf:
    """The free EACH of one account: `steps` has, for each number of days that somebody wants left, those that
    keep as long less those reserved for whoever wants as much or more. Below zero where some went away that
    are reserved.
    """

    steps: dict[int, int]

    def free(self, days: int) -> int:
        """EACH that an order which wants `days` left may have, so that nobody before it goes without."""
        return min((qty for left, qty in self.steps.items() if left <= days), default=0)

    def take(self, qty: int, days: int) -> None:
        """Reserve for an order that wants `days` left."""
        for left in self.steps:
            if left <= days:
                self.steps[left] -= qty

    def is_short(self) -> bool:
        """Whether more is reserved than there is, of whatever age."""
        return any(qty < 0 for qty in self.steps.values())


Shelves = Mapping[Account, Shelf]


def reserved(tx: Session, sku_ids: Collection[int] | None = None) -> dict[tuple[int, bool, int], int]:
    """EACH by article, gifts apart, and days wanted, that orders have reserved that are in no wave yet."""
    query = (
        select(
            OrderLine.sku_id,
            OrderLine.is_gift,
            DeliveryOrder.min_left_days,
            func.sum(OrderLine.qty_reserved).label("qty"),
        )
        .join(DeliveryOrder, DeliveryOrder.id == OrderLine.order_id)
        .where(DeliveryOrder.state == OrderState.ALLOCATED)
        .group_by(OrderLine.sku_id, OrderLine.is_gift, DeliveryOrder.min_left_days)
    )
    if sku_ids is not None:
        query = query.where(OrderLine.sku_id.in_(sku_ids))
    return {(row.sku_id, bool(row.is_gift), row.min_left_days): int(row.qty) for row in tx.execute(query)}


def shelves(
    tx: Session, today: date, sku_ids: Collection[int] | None = None, *, wanted: Iterable[int] = ()
) -> dict[Account, Shelf]:
    """The shelf of every article, or of some, goods and gifts apart; with a step for each of the days
    `wanted` and for those that orders have reserved.
    """
    taken = reserved(tx, sku_ids)
    steps = sorted({0, *wanted, *(days for _sku, _is_gift, days in taken)})
    found: dict[Account, Shelf] = {}
    for is_gift, status in ((False, StockStatus.GOOD), (True, StockStatus.GIFT)):
        for days in steps:
            for sku_id, qty in allocation.free_by_sku(tx, today, sku_ids, status, left_days=days).items():
                found.setdefault((sku_id, is_gift), Shelf(dict.fromkeys(steps, 0))).steps[days] = qty
    for (sku_id, is_gift, days), qty in taken.items():
        found.setdefault((sku_id, is_gift), Shelf(dict.fromkeys(steps, 0))).take(qty, days)
    return found


def days_wanted(tx: Session) -> set[int]:
    """The days that orders waiting for stock want left, beside none."""
    query = select(DeliveryOrder.min_left_days).where(
        DeliveryOrder.state == OrderState.AUDITED, DeliveryOrder.min_left_days > 0
    )
    return set(tx.scalars(query.distinct()))


def is_served(wanted: Mapping[Account, int], days: int, free: Shelves) -> bool:
    """Take all of what an order wants if all of it is free; nothing otherwise."""
    if any(account not in free or free[account].free(days) < qty for account, qty in wanted.items()):
        return False
    for account, qty in wanted.items():
        free[account].take(qty, days)
    return True
