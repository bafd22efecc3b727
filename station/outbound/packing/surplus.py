"""A unit on the bench that the order does not want (P17): it came out of some slot, whose book still has it.

A surplus unit in the packer's hand is no guess: it is booked out of a slot of its article to the intercept
shelf, and a task brings it back to a slot. The slots that the tote's list went to come first.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from station.ground.tasks import Origin
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.outbound.picking.models import PickTask
from station.stock import ledger
from station.stock.ledger import Place, Posting
from station.stock.models import (
    SELLABLE_KINDS,
    Location,
    LocationState,
    Lot,
    MovementType,
    Stock,
    StockStatus,
)
from station.storage.putaway import rules as putaway

REASON = "SURPLUS"


def put_on_shelf(
    work: Work, pick_list: tuple[int, str], sku_id: int, shelf_id: int, *, expires: date | None = None
) -> str:
    """One unit of an article → INTC; the slot it came from. `pick_list` is the tote's (id, number).

    E-PAK-10 with the slots it may belong to when the book has none of it free: there it is brought back.
    """
    rows = _rows(work.tx, pick_list[0], sku_id)
    free = [row for row in rows if row.free > 0 and expires in {None, row.expires_on}]
    if not free:
        raise Refused("E-PAK-10", slot=_names(rows))
    row = free[0]
    source = Place(row.location_id, StockStatus.GOOD, row.hu_id)
    what = (MovementType.MOVE, sku_id, row.lot_id, 1, source, Place(shelf_id, StockStatus.GOOD))
    ledger.post(work, Posting(*what, "PK", pick_list[1], f"{work.key}:surplus", REASON))
    putaway.open_task(
        work,
        Origin("PK", pick_list[1]),
        None,
        sku_id=sku_id,
        lot_id=row.lot_id,
        qty=1,
        source_id=shelf_id,
    )
    work.tx.flush()
    return str(row.code)


def _rows(tx: Session, list_id: int, sku_id: int) -> Sequence[Any]:
    """Good stock of the article in open slots: where the list went, then pick slots, the fullest first."""
    went = exists().where(PickTask.pick_list_id == list_id, PickTask.location_id == Stock.location_id)
    free = (Stock.on_hand - Stock.allocated).label("free")
    rows = tx.execute(
        select(
            Stock.location_id,
            Stock.lot_id,
            Stock.hu_id,
            free,
            went.label("went"),
            Location.code,
            Location.kind,
            Lot.expires_on,
        )
        .join(Location, Location.id == Stock.location_id)
        .join(Lot, Lot.id == Stock.lot_id)
        .where(
            Stock.sku_id == sku_id,
            Stock.status == StockStatus.GOOD,
            Stock.on_hand > 0,
            Location.kind.in_(sorted(SELLABLE_KINDS)),
            Location.state == LocationState.OPEN,
        )
    ).all()
    return sorted(rows, key=lambda row: (not row.went, row.kind != "PICK", -row.free, row.code))


def _names(rows: Sequence[Any]) -> str:
    return ", ".join(dict.fromkeys(row.code for row in rows[:3])) or "—"
