"""Broken units at a stop (P15, P5): they leave the sellable stock at once, and the stop takes others.

What was broken is seen by the picker, so nothing is kept from anybody: the units go to quarantine as DEFECT,
carried there by the picker or fetched by a keeper, and the others of the slot stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update

from station.ground.db import changed, table
from station.ground.documents.history import record
from station.ground.documents.lifecycle import Ref
from station.ground.tasks import Origin
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.outbound.orders.models import Allocation
from station.outbound.picking import sharing, shorts
from station.outbound.picking.models import PICK_LIST, STOP, PickList, PickTask, StopState
from station.outbound.picking.replanning import Lack
from station.outbound.picking.shorts import Shortage
from station.stock import ledger, promises
from station.stock.ledger import Place, Posting
from station.stock.models import MovementType, Stock, StockStatus
from station.storage.putaway import rules as putaway

_A, _STOP = table(Allocation), table(PickTask)
REASON = "DAMAGED"


def set_apart(work: Work, pick_list: PickList, stop: Any, qty: int, place_id: int | None) -> Shortage:
    """`qty` EACH of the stop are broken: to the quarantine `place_id`, or (None) a keeper fetches them.

    Others of the same row take their turn; what it has not is looked for elsewhere, and an order whose units
    are nowhere falls short. E-PCK-04 for more than the stop wants, E-INT-01 when an order was stopped
    meanwhile.
    """
    wanted = stop.qty - stop.qty_picked
    if not 0 < qty <= wanted:
        raise Refused("E-PCK-04", n=wanted)
    parts = sharing.live(work.tx, stop.id)
    promises.let_go(work.tx, stop.stock_id, qty)
    _post(work, pick_list, stop, qty, place_id)
    others = min(qty, _free(work, stop.stock_id))
    if others and not promises.hold(work.tx, stop.stock_id, others):
        raise Refused("E-STK-02")
    lacks = _cut(work, stop, parts, qty - others)
    return shorts.replace(work, pick_list.id, lacks)


def _post(work: Work, pick_list: PickList, stop: Any, qty: int, place_id: int | None) -> None:
    source = Place(stop.location_id, stop.status, stop.hu_id)
    target = Place(stop.location_id if place_id is None else place_id, StockStatus.DEFECT)
    key = f"{work.key}:broken"
    what = (MovementType.MOVE, stop.sku_id, stop.lot_id, qty)
    ledger.post(work, Posting(*what, source, target, "PK", pick_list.pick_no, key, REASON))
    state = pick_list.state
    detail = {"slot": stop.slot, "sku": stop.sku, "qty": qty}
    record(work, PICK_LIST.doc_type, pick_list.pick_no, "damage", old=state, new=state, detail=detail)
    if place_id is None:
        putaway.open_task(
            work,
            Origin(PICK_LIST.doc_type, pick_list.pick_no),
            None,
            sku_id=stop.sku_id,
            lot_id=stop.lot_id,
            qty=qty,
            source_id=stop.location_id,
            status=StockStatus.DEFECT,
        )
        work.tx.flush()


def _free(work: Work, stock_id: int) -> int:
    query = select(Stock.on_hand - Stock.allocated).where(Stock.id == stock_id)
    return work.tx.scalars(query).one()


def _cut(work: Work, stop: Any, parts: Sequence[Any], qty: int) -> list[Lack]:
    """The stop has `qty` less to take: its last orders go without. In the wave's order, what each misses."""
    lacks: list[Lack] = []
    left = qty
    for part in reversed(parts):
        lack = min(left, part.qty - part.qty_taken)
        if not lack:
            continue
        left -= lack
        if lack == part.qty - part.qty_taken:
            sharing.close(work, part)
        else:
            changed(work.tx, update(_A).where(_A.c.id == part.id).values(qty=part.qty - lack))
        lacks.insert(0, Lack(part, lack))
    if qty:
        _shrink(work, stop, stop.qty - qty)
    return lacks


def _shrink(work: Work, stop: Any, wanted: int) -> None:
    ref = Ref(stop.id, "", StopState.OPEN)
    if wanted > stop.qty_picked:
        changed(work.tx, update(_STOP).where(_STOP.c.id == stop.id).values(qty=wanted))
    elif stop.qty_picked:
        STOP.move(work, ref, "pick", qty=stop.qty_picked)
    else:
        STOP.move(work, ref, "short")
