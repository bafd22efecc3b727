"""Articles that somebody waits for and that cannot be had: rooms say who waits, stock knows none of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_

from station.stock.models import SELLABLE_KINDS, Location, Stock, StockStatus

Waiting = Callable[[], Select[Any]]
_WAITING: dict[str, Waiting] = {}


def waits(room: str) -> Callable[[Waiting], Waiting]:
    """Declare a query of the ids of articles that a room waits for; it must not grow with what is done."""

    def declare(query: Waiting) -> Waiting:
        _WAITING[room] = query
        return query

    return declare


def is_urgent(sku_id: ColumnElement[int] | Any) -> ColumnElement[bool]:
    """Whether somebody waits for the article of this column, and nothing of it can be promised (P8)."""
    wanted = [sku_id.in_(query()) for _room, query in sorted(_WAITING.items())]
    free = (
        exists()
        .where(
            Stock.sku_id == sku_id,
            Stock.status == StockStatus.GOOD,
            Stock.on_hand > Stock.allocated,
            Location.id == Stock.location_id,
            Location.kind.in_(sorted(SELLABLE_KINDS)),
        )
        .correlate_except(Stock, Location)
    )
    return and_(or_(False, *wanted), ~free)
