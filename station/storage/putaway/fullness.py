"""A slot that a worker found full (CM-FULL): it is kept in the slot's history and believed (P8)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from station.ground.documents.history import History, record
from station.ground.tasks import Origin
from station.ground.work import Work
from station.stock import locations
from station.stock.models import LOCATION, Location, LocationState, Movement, Stock
from station.storage.counting import rules as counting

EVENT = "full"


def report(work: Work, place: Location, detail: Any) -> bool:
    """The worker stands before a full slot. One that is empty in the book is frozen until somebody has
    counted it: then True.
    """
    record(work, LOCATION.doc_type, place.code, EVENT, old=place.state, new=place.state, detail=detail)
    if _lots(work.tx, place) or place.state != LocationState.OPEN:
        return False
    locations.freeze(work, place, "found full, empty in the book")
    counting.open_task(work, Origin(LOCATION.doc_type, place.code), place.id)
    return True


def is_full(tx: Session, place: Location) -> bool:
    """Whether somebody found it full, and nothing has gone out of it since."""
    since: datetime | None = tx.scalar(
        select(func.max(History.at)).where(
            History.doc_type == LOCATION.doc_type, History.doc_no == place.code, History.event == EVENT
        )
    )
    if since is None or not _lots(tx, place):
        return False
    return not any(_went(tx, place, row.sku_id, row.lot_id, since) for row in _lots(tx, place))


def _lots(tx: Session, place: Location) -> Sequence[Any]:
    """What the book says stands there."""
    query = select(Stock.sku_id, Stock.lot_id).where(Stock.location_id == place.id, Stock.on_hand > 0)
    return tx.execute(query.distinct()).all()


def _went(tx: Session, place: Location, sku_id: int, lot_id: int, since: datetime) -> bool:
    movement_id = tx.scalar(
        select(Movement.id)
        .where(
            Movement.sku_id == sku_id,
            Movement.lot_id == lot_id,
            Movement.from_location_id == place.id,
            Movement.at > since,
        )
        .limit(1)
    )
    return movement_id is not None
