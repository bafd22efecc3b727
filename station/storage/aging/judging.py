"""Which status goods have by their dates (P10)."""

from __future__ import annotations

from datetime import date
from typing import Any

from station.catalog import rules as catalog
from station.ground.work import Work
from station.stock import shelf_life
from station.stock.models import Lot, StockStatus

AGED = (StockStatus.GOOD, StockStatus.NEAR, StockStatus.LOCKED, StockStatus.EXPIRED)
"""What grows old, in that order, and is young again when a date was wrong."""


def target(status: str, lot: Any, today: date, *, near_is_sold: bool) -> str:
    """The status that goods in `status` ought to have today. `lot` has its dates and its article's days.

    Gifts only expire; what is held, defective or not inspected keeps its status. Where goods near their
    expiry are sold like others, they stay GOOD.
    """
    if lot.expires_on is None or status not in {*AGED, StockStatus.GIFT}:
        return status
    state = shelf_life.sales_state(lot.produced_on, lot.expires_on, today, lot.lockup_days, lot.advent_days)
    if status == StockStatus.GIFT:
        return StockStatus.EXPIRED if state == StockStatus.EXPIRED else status
    return StockStatus.GOOD if state == StockStatus.NEAR and near_is_sold else state


def status_today(work: Work, sku_id: int, lot_id: int) -> str:
    """The status that good goods of a lot have today."""
    sku, lot = catalog.sku(work.tx, sku_id), work.tx.get_one(Lot, lot_id)
    dates = _Dates(lot.produced_on, lot.expires_on, sku.lockup_days, sku.advent_days)
    return target(StockStatus.GOOD, dates, work.today, near_is_sold=work.settings.rules.near_is_sold)


class _Dates:
    """A lot's dates, with its article's days."""

    def __init__(
        self,
        produced_on: date | None,
        expires_on: date | None,
        lockup_days: int | None,
        advent_days: int | None,
    ) -> None:
        self.produced_on, self.expires_on = produced_on, expires_on
        self.lockup_days, self.advent_days = lockup_days, advent_days
