"""What a count sets free: a slot that was frozen, units that were missing at a bench (P10, P24, P27)."""

from __future__ import annotations

from sqlalchemy import select

from station.ground.work import Work
from station.stock import locations
from station.stock.holds import Hold, HoldState, held
from station.stock.models import LOCATION, Location, LocationState, MovementType, Stock, StockStatus
from station.storage import withdrawing
from station.storage.aging.judging import status_today
from station.storage.counting.origins import Counted, when_counted
from station.storage.putaway import rules as putaway

ORDER = "DO"


@when_counted(LOCATION.doc_type)
def open_place(work: Work, place: Counted, _is_right: bool) -> None:
    """A slot that was frozen until it was counted takes part again, unless it is held."""
    slot = work.tx.get_one(Location, place.location_id, with_for_update=True, populate_existing=True)
    is_held = select(Hold.id).where(Hold.location_id == slot.id, Hold.state == HoldState.HELD)
    if slot.state == LocationState.FROZEN and work.tx.scalar(is_held) is None:
        locations.thaw(work, slot, "counted")


@when_counted(ORDER)
def free_missing(work: Work, task: Counted, is_right: bool) -> None:
    """Units that a packer missed and a count has found are no longer on hold: they are put back."""
    if not is_right:
        return
    rows = work.tx.scalars(
        select(Stock).where(
            Stock.location_id == task.location_id,
            Stock.lot_id == task.lot_id,
            Stock.status == StockStatus.HOLD,
            Stock.on_hand > 0,
        )
    ).all()
    if not rows or held(work.tx).has(rows[0].sku_id, rows[0].lot_id):
        return
    for row in rows:
        qty, status = row.on_hand, status_today(work, row.sku_id, row.lot_id)
        doc = ("CN", task.task_no)
        for later in withdrawing.change_status(work, row, status, MovementType.RELEASE, doc, "found"):
            later()
        putaway.open_task(
            work, task.origin, None, sku_id=row.sku_id, lot_id=row.lot_id, qty=qty,
            source_id=row.location_id, status=status,
        )  # fmt: skip
