"""A new article's pick slot (S-25): chosen, bound, and its label printed anew, stuck on and scanned.

The slot's old label is refused from the moment the new one is ordered (E-LOC-04, T31): who scans the new one
proves that it hangs there.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.catalog import rules as catalog
from station.ground.documents.history import History
from station.ground.work import Work
from station.stock.models import LOCATION, Location, LocationKind, Movement, Stock
from station.storage import labels
from station.storage.putaway.models import PutawayTask
from station.storage.putaway.proposing import NEW_HOME


def choose_home(work: Work, task: PutawayTask, slot: Any) -> None:
    """Another empty pick slot than the one just named becomes the article's, which has stood in none yet."""
    home = catalog.sku(work.tx, task.sku_id).home_location_id
    is_named_only = task.proposed_why == NEW_HOME and task.proposed_id == home
    if not is_named_only or slot.kind != LocationKind.PICK or slot.id == home:
        return
    stands = select(Stock.id).where(Stock.location_id == slot.id, Stock.on_hand > 0).limit(1)
    if work.tx.scalar(stands) is None and not catalog.is_home(work.tx, slot.id):
        catalog.unbind_home(work.tx, task.sku_id, home)
        catalog.bind_home(work.tx, task.sku_id, slot.id)
        task.proposed_id = slot.id


def needs_label(work: Work, task: PutawayTask, slot: Any) -> bool:
    """Whether this is the first carton of an article in its pick slot, whose label is not made for it yet."""
    if not work.rules.new_slot_label or slot.kind != LocationKind.PICK or not task.is_new_sku:
        return False
    came = select(Movement.id).where(Movement.sku_id == task.sku_id, Movement.to_location_id == slot.id)
    return work.tx.scalar(came.limit(1)) is None and not _is_made(work.tx, slot, _reason(work, task))


def order_label(work: Work, task: PutawayTask, slot: Any) -> Location:
    """The slot's new label; E-PRN-05 without a printer, then the old one stays the right one."""
    return labels.renew(work, slot.code, _reason(work, task))


def _reason(work: Work, task: PutawayTask) -> str:
    return f"new article {catalog.sku(work.tx, task.sku_id).code}"


def _is_made(tx: Session, slot: Any, reason: str) -> bool:
    rows = tx.scalars(
        select(History).where(
            History.doc_type == LOCATION.doc_type, History.doc_no == slot.code, History.event == "relabel"
        )
    )
    return any(row.reason == reason for row in rows)
