"""What lies in quarantine for too long (P5, `quar_days`)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from station.ground.thresholds.reading import rules_of
from station.settings import Settings
from station.stock.models import Location, LocationKind, Movement, Stock


def count_old(tx: Session, settings: Settings, now: datetime) -> int:
    """How many stock rows have been in quarantine for more than `quar_days` days."""
    before = now - timedelta(days=rules_of(tx, settings).quar_days)
    came = (
        select(func.max(Movement.at))
        .where(
            Movement.lot_id == Stock.lot_id,
            Movement.sku_id == Stock.sku_id,
            Movement.to_location_id == Stock.location_id,
            Movement.from_location_id != Stock.location_id,
        )
        .correlate(Stock)
        .scalar_subquery()
    )
    query = (
        select(func.count())
        .select_from(Stock)
        .join(Location, Location.id == Stock.location_id)
        .where(Location.kind == LocationKind.QUAR, Stock.on_hand > 0, came < before)
    )
    return tx.scalar(query) or 0
