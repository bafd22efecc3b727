"""Which stock may be sold on a day (P10, P12): judged by its dates, whatever the nightly look has got to."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, and_, case, func, literal, not_, or_
from sqlalchemy.orm import Session

from station.catalog.models import Sku
from station.ground.db import Day
from station.ground.db.days import days_between
from station.stock import holds
from station.stock.models import GIFT_KINDS, SELLABLE_KINDS, Location, LocationState, Lot, Stock, StockStatus

LEAST = 7
"""The fewest days before its expiry on which goods are locked, where the article says nothing."""


def in_time(today: date) -> ColumnElement[bool]:
    """Lots that are not locked yet: `shelf_life.sell_by` in SQL, and never goods whose date is missing.
    Lot and Sku are joined already.
    """
    left = days_between(Lot.expires_on, literal(today, Day()))
    sixth = (days_between(Lot.expires_on, func.coalesce(Lot.produced_on, Lot.expires_on)) + 5) // 6
    lockup = func.coalesce(Sku.lockup_days, case((sixth > LEAST, sixth), else_=LEAST))
    never_dated = and_(Lot.expires_on.is_(None), not_(Lot.is_undated))
    return or_(never_dated, and_(left >= lockup, left >= 0))


def sellable(
    tx: Session, today: date, status: StockStatus = StockStatus.GOOD
) -> tuple[ColumnElement[bool], ...]:
    """Stock in `status` in an open slot, in time and held by nobody. Lot, Location and Sku are joined.

    Gifts are given out of the gift area only, and what is sold never is (S-07, P7).
    """
    kinds = GIFT_KINDS if status == StockStatus.GIFT else SELLABLE_KINDS
    now = holds.held(tx)
    not_held = [not_(Stock.lot_id.in_(sorted(now.lots)))] if now.lots else []
    not_held += [not_(Stock.sku_id.in_(sorted(now.articles)))] if now.articles else []
    return (
        Stock.status == status,
        Location.kind.in_(sorted(kinds)),
        Location.state == LocationState.OPEN,
        in_time(today),
        *not_held,
    )
