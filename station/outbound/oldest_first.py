"""The oldest lot goes first, looked at afterwards (I7).

An allocation took the wrong lot when an older one of its article lay free in an open slot at the time.
What lay free *then* is not kept, but what lies free *now* and has not been touched since did: nothing came
to it, no promise on it was given back and its place was not thawed after the allocation was made.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import false, func, select
from sqlalchemy.orm import Session

from station.catalog.models import Sku
from station.ground.documents.history import History
from station.outbound.orders.models import Allocation, DeliveryOrder, OrderLine
from station.stock import shelf_life
from station.stock.fifo import lot_key
from station.stock.models import (
    LOCATION,
    SELLABLE_KINDS,
    Location,
    LocationState,
    Lot,
    Movement,
    Promise,
    Stock,
    StockStatus,
)

Age = tuple[date, date, int]

_INSTANT = timedelta(microseconds=1)
_EVER = datetime.min.replace(tzinfo=UTC)

_FREE = (
    select(
        Stock.id,
        Stock.sku_id,
        Stock.location_id,
        Stock.lot_id,
        Lot.produced_on,
        Lot.expires_on,
        Lot.received_on,
        Sku.lockup_days,
    )
    .join_from(Stock, Lot, Lot.id == Stock.lot_id)
    .join(Location, Location.id == Stock.location_id)
    .join(Sku, Sku.id == Stock.sku_id)
    .where(
        Stock.status == StockStatus.GOOD,
        Stock.on_hand > Stock.allocated,
        Location.kind.in_(sorted(SELLABLE_KINDS)),
        Location.state == LocationState.OPEN,
    )
)
_CAME = select(Movement.lot_id, Movement.to_location_id, func.max(Movement.at).label("at")).group_by(
    Movement.lot_id, Movement.to_location_id
)
_GIVEN_BACK = (
    select(Promise.stock_id, func.max(Promise.ended_at).label("at"))
    .where(Promise.ended_at.is_not(None))
    .group_by(Promise.stock_id)
)
_OPENED = (
    select(Location.id, func.max(History.at).label("at"))
    .join(History, (History.doc_type == LOCATION.doc_type) & (History.doc_no == Location.code))
    .where(History.event.in_(("reopen", "thaw")))
    .group_by(Location.id)
)
_MADE = (
    select(
        Allocation.id,
        Allocation.lot_id,
        Allocation.made_at,
        DeliveryOrder.order_no,
        Lot.sku_id,
        Lot.expires_on,
        Lot.received_on,
    )
    .join_from(Allocation, OrderLine, OrderLine.id == Allocation.owner_id)
    .join(DeliveryOrder, DeliveryOrder.id == OrderLine.order_id)
    .join(Lot, Lot.id == Allocation.lot_id)
    .where(
        Allocation.state != "RELEASED",
        Allocation.age_override == "",
        OrderLine.is_gift.is_(false()),
        DeliveryOrder.min_left_days == 0,
    )
)


@dataclass(frozen=True, slots=True)
class _Row:
    """A stock row with something free, lying there untouched since `since`."""

    age: Age
    lot_id: int
    sell_by: date | None
    since: datetime


@dataclass(slots=True)
class _Free:
    """What lies free of one article, oldest first; `calm` is the earliest `since` up to each row."""

    rows: list[_Row] = field(default_factory=list)
    ages: list[Age] = field(default_factory=list)
    calm: list[datetime] = field(default_factory=list)

    def order(self) -> None:
        self.rows.sort(key=lambda row: row.age)
        for row in self.rows:
            self.ages.append(row.age)
            self.calm.append(min(row.since, self.calm[-1]) if self.calm else row.since)

    def passed_over(self, age: Age, made_at: datetime) -> int | None:
        """An older lot that could have been taken at `made_at`, or None."""
        older = bisect_left(self.ages, age)
        if not older or self.calm[older - 1] > made_at:
            return None
        # The warehouse's day is not known here: a lot that is locked within a day of it counts for nobody.
        last_day = made_at.date() + timedelta(days=1)
        for row in self.rows[:older]:
            is_fresh = row.sell_by is None or row.sell_by > last_day
            if is_fresh and row.since <= made_at and row.age < age:
                return row.lot_id
        return None


def find(tx: Session) -> Iterator[str]:
    """Allocations that took a younger lot without an override; in time linear in what there is."""
    free = _free(tx)
    for made in tx.execute(_MADE).yield_per(1000):
        if made.sku_id not in free:
            continue
        age = lot_key(made.expires_on, made.received_on, made.lot_id)
        older = free[made.sku_id].passed_over(age, made.made_at)
        if older is not None:
            yield f"allocation {made.id}, order {made.order_no}, older lot {older}"


def _free(tx: Session) -> dict[int, _Free]:
    stock = tx.execute(_FREE).all()
    lots = {row.lot_id for row in stock}
    came = {(row.lot_id, row.to_location_id): row.at for row in tx.execute(_CAME) if row.lot_id in lots}
    back = {row.stock_id: row.at for row in tx.execute(_GIVEN_BACK)}
    opened = {row.id: row.at for row in tx.execute(_OPENED)}
    free: dict[int, _Free] = {}
    for row in stock:
        free.setdefault(row.sku_id, _Free()).rows.append(_untouched(row, came, back, opened))
    for some in free.values():
        some.order()
    return free


def _untouched(
    row: Any,
    came: dict[tuple[int, int], datetime],
    back: dict[int, datetime],
    opened: dict[int, datetime],
) -> _Row:
    times = [came[key] for key in [(row.lot_id, row.location_id)] if key in came]
    # Given back or opened in the instant of an allocation: in doubt after it.
    times += [opened[key] + _INSTANT for key in [row.location_id] if key in opened]
    times += [back[key] + _INSTANT for key in [row.id] if key in back]
    age = lot_key(row.expires_on, row.received_on, row.lot_id)
    last = row.expires_on and shelf_life.sell_by(row.produced_on, row.expires_on, row.lockup_days)
    return _Row(age, row.lot_id, last, max(times, default=_EVER))
