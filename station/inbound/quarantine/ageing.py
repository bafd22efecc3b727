"""What lies in quarantine for too long (P5, `quar_days`)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from station.catalog.models import Sku
from station.ground.setup.alarms import Alarm
from station.ground.thresholds.reading import rules_of
from station.settings import Settings
from station.stock.models import Location, LocationKind, Movement, Stock

NAMED = 3
"""So many goods are named; the list has them all."""

_came, _later, _beside = aliased(Movement), aliased(Movement), aliased(Stock)


def _arrivals(move: Any) -> list[ColumnElement[bool]]:
    """A booking that brought goods of the stock row's lot to its place."""
    return [
        move.sku_id == Stock.sku_id,
        move.lot_id == Stock.lot_id,
        move.to_location_id == Stock.location_id,
        move.from_location_id != Stock.location_id,
    ]


_LIES = (
    select(func.sum(_beside.on_hand))
    .where(
        _beside.sku_id == Stock.sku_id,
        _beside.lot_id == Stock.lot_id,
        _beside.location_id == Stock.location_id,
    )
    .correlate(Stock)
    .scalar_subquery()
)
_CAME_AFTER = (
    select(func.coalesce(func.sum(_later.qty), 0))
    .where(*_arrivals(_later), _later.id > _came.id)
    .correlate(Stock, _came)
    .scalar_subquery()
)
SINCE: ColumnElement[Any] = (
    select(func.min(_came.at))
    .where(*_arrivals(_came), _CAME_AFTER < _LIES)
    .correlate(Stock)
    .scalar_subquery()
)
"""Since when a stock row lies in its place: when the oldest of it came, as if the oldest always left first.
What is brought to it later makes nothing younger.
"""


def last_day(tx: Session, settings: Settings, now: datetime) -> date:
    """Whatever came on this day of the warehouse or before has lain for more than `quar_days` days."""
    return now.astimezone(settings.zone).date() - timedelta(days=rules_of(tx, settings).quar_days + 1)


def _forgotten(tx: Session, settings: Settings, now: datetime) -> list[ColumnElement[bool]]:
    end, since = last_day(tx, settings, now) + timedelta(days=1), SINCE
    return [
        Location.kind == LocationKind.QUAR,
        Stock.on_hand > 0,
        since < datetime.combine(end, time(), settings.zone),
    ]


def count_old(tx: Session, settings: Settings, now: datetime) -> int:
    """How many stock rows have been in quarantine for more than `quar_days` days."""
    query = select(func.count()).select_from(Stock).join(Location, Location.id == Stock.location_id)
    return tx.scalar(query.where(*_forgotten(tx, settings, now))) or 0


def watch(tx: Session, settings: Settings, now: datetime) -> Iterator[Alarm]:
    """One alarm while something is forgotten in quarantine: how much, and what has lain there longest."""
    n = count_old(tx, settings, now)
    if not n:
        return
    oldest = (
        select(Sku.name_zh, Location.code, Stock.on_hand, SINCE.label("since"))
        .join_from(Stock, Location, Location.id == Stock.location_id)
        .join(Sku, Sku.id == Stock.sku_id)
        .where(*_forgotten(tx, settings, now))
        .order_by("since", Stock.id)
        .limit(NAMED)
    )
    goods = ", ".join(f"{row.code} {row.name_zh} ×{row.on_hand}" for row in tx.execute(oldest))
    facts = {"n": n, "days": rules_of(tx, settings).quar_days, "goods": goods}
    yield Alarm("L-ALARM-QUAR", facts, "office.quarantine", {"to": last_day(tx, settings, now).isoformat()})
