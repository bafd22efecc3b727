"""Which orders could move without a person, found by reading, so that the rest costs no writing (P12).

An office may have a hundred thousand orders waiting for goods. One look adds up what is free per article
and passes over the waiting orders, oldest first, handing out what there is; only orders that get all of
theirs are returned. Whether it is so is decided again when each of them is written.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from station.ground.db import BULK
from station.ground.documents.history import History
from station.ground.work import SYSTEM, Work, Works
from station.outbound.orders import auditing
from station.outbound.orders.models import DeliveryOrder, OrderLine, OrderState
from station.outbound.orders.shelves import Account, days_wanted, is_served, shelves
from station.stock.models import Movement

PAGE = 2000
NO_HURRY = datetime.max.replace(tzinfo=UTC)
"""Orders without a deadline come last."""


def new_ids(tx: Session, limit: int) -> list[int]:
    """Orders nobody has looked at yet, the most urgent first."""
    return list(
        tx.scalars(
            select(DeliveryOrder.id)
            .where(DeliveryOrder.state == OrderState.NEW)
            .order_by(DeliveryOrder.latest_ship_at, DeliveryOrder.id)
            .limit(limit)
        )
    )


def pulse(tx: Session) -> tuple[int, int]:
    """Changes whenever stock moved or an order took a step: without that a look finds nothing new."""
    return (
        tx.scalar(select(func.max(Movement.id))) or 0,
        tx.scalar(select(func.max(History.id))) or 0,
    )


def reservable(tx: Session, today: date, limit: int) -> list[int]:
    """Audited orders whose goods are all there, the most urgent first."""
    free = shelves(tx, today, wanted=days_wanted(tx))
    order_ids: list[int] = []
    there_is = sorted({sku_id for (sku_id, _is_gift), shelf in free.items() if shelf.free(0) > 0})
    for order_id, days, wanted in _wanted(tx, _touched(tx, there_is)):
        if is_served(wanted, days, free):
            order_ids.append(order_id)
            if len(order_ids) >= limit:
                break
    return order_ids


def _touched(tx: Session, sku_ids: Sequence[int]) -> list[int]:
    """Audited orders that want one of these articles; those that want none of them need no look."""
    orders: set[tuple[datetime, int]] = set()
    for start in range(0, len(sku_ids), PAGE):
        rows = tx.execute(
            select(DeliveryOrder.latest_ship_at, DeliveryOrder.id)
            .join(OrderLine, OrderLine.order_id == DeliveryOrder.id)
            .where(
                OrderLine.sku_id.in_(sku_ids[start : start + PAGE]), DeliveryOrder.state == OrderState.AUDITED
            )
        )
        orders |= {(row.latest_ship_at or NO_HURRY, row.id) for row in rows}
    return [order_id for _, order_id in sorted(orders)]


def _wanted(tx: Session, order_ids: Sequence[int]) -> Iterator[tuple[int, int, dict[Account, int]]]:
    """What each order wants per article, gifts apart, and how many days it must keep; read in pages."""
    for start in range(0, len(order_ids), PAGE):
        wanted: dict[int, dict[Account, int]] = {order_id: {} for order_id in order_ids[start : start + PAGE]}
        days = dict.fromkeys(wanted, 0)
        lines = tx.execute(
            select(
                OrderLine.order_id,
                OrderLine.sku_id,
                OrderLine.is_gift,
                OrderLine.qty,
                DeliveryOrder.min_left_days,
            )
            .join(DeliveryOrder, DeliveryOrder.id == OrderLine.order_id)
            .where(OrderLine.order_id.in_(wanted))
        )
        for line in lines:
            of, account = wanted[line.order_id], (line.sku_id, bool(line.is_gift))
            of[account] = of.get(account, 0) + line.qty
            days[line.order_id] = line.min_left_days
        for order_id, accounts in wanted.items():
            yield order_id, days[order_id], accounts


CHUNK, PART = 200, 20
"""Orders per look, and per unit of work while people scan: short units let scans in between."""

LOOK_AGAIN_S = 5
"""How soon after a look that found nothing the waiting orders are passed over again."""


class Planner:
    """The loop that audits new orders, and reserves for those whose goods are there."""

    def __init__(self, works: Works) -> None:
        self._works = works
        self._pulse: tuple[int, int] | None = None
        self._looked_at = -float(LOOK_AGAIN_S)

    def turn(self) -> bool:
        """A few orders per unit of work; whether any moved."""
        with self._works.db.read() as tx:
            new, ready = new_ids(tx, CHUNK), self._reservable(tx)
        moved = 0
        for part in self._parts(new):
            moved += self._piece(partial(auditing.audit, order_ids=part))
        for part in self._parts(ready):
            moved += self._piece(partial(auditing.reserve, order_ids=part))
        return moved > 0

    def _piece(self, rule: Callable[[Work], int]) -> int:
        """A piece of bulk work, and a rest after it while people scan."""
        began = time.monotonic()
        moved = self._works.do(rule, SYSTEM, priority=BULK)
        self._works.db.give_way(time.monotonic() - began)
        return moved

    def _parts(self, ids: Sequence[int]) -> list[Sequence[int]]:
        size = self._works.db.portion(PART)
        return [ids[start : start + size] for start in range(0, len(ids), size)]

    def _reservable(self, tx: Session) -> list[int]:
        """Waiting orders that can be served; not asked again while nothing changed in the warehouse.

        The pause is counted by a clock that cannot be set back.
        """
        now, beat = time.monotonic(), pulse(tx)
        if beat == self._pulse or now < self._looked_at + LOOK_AGAIN_S:
            return []
        ready = reservable(tx, self._works.clock.today(), CHUNK)
        if not ready:
            self._pulse, self._looked_at = beat, now
        return ready
