"""Whether the goods in hand are those of the stop: article, lot, shelf life (P15, I7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from station.ground.db import changed, table
from station.ground.documents.lifecycle import Ref
from station.ground.scan import levels
from station.ground.scan.kinds import Code
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.outbound.orders.models import Allocation, AllocationState
from station.outbound.picking import sharing
from station.outbound.picking.models import STOP, PickTask, StopState
from station.stock import promises, shelf_life
from station.stock.fifo import lot_key
from station.stock.models import Lot, Stock

_A = table(Allocation)


def check(work: Work, stop: Any, code: Code) -> None:
    """The right article (E-PCK-02), no more of it than is wanted (E-LVL-02), and a lot that may still be sold
    today (E-EXP-10).
    """
    if code.sku_id != stop.sku_id:
        raise Refused("E-PCK-02", want=stop.name_zh)
    levels.at_most(code, stop.qty - stop.qty_picked)
    in_time(work, stop, stop)


def in_time(work: Work, lot: Any, stop: Any) -> None:
    """E-EXP-10 from the day on which a lot is locked, whether the nightly look has marked it or not."""
    if lot.expires_on is None:
        return
    if work.today > shelf_life.sell_by(lot.produced_on, lot.expires_on, stop.lockup_days):
        raise Refused("E-EXP-10")


@dataclass(frozen=True, slots=True)
class OtherLot:
    """Another lot of the same slot; `allowed` says which supervisor let a younger one go first, and why."""

    stock_id: int
    allowed: str


def other_lot(work: Work, stop: Any, code: Code) -> OtherLot | None:
    """The stock row the scan names when it is not the promised lot: an older one is fine, a younger
    one needs a supervisor (E-PCK-03, I7, T34). None when the scan agrees or says nothing.
    """
    if not code.expires_on and not code.lot:
        return None
    promised = work.tx.get_one(Lot, stop.lot_id)
    if _is_lot(promised, code):
        return None
    rows = work.tx.execute(
        select(Stock.id, Lot)
        .join(Lot, Lot.id == Stock.lot_id)
        .where(
            Stock.location_id == stop.location_id,
            Stock.sku_id == stop.sku_id,
            Stock.status == stop.status,
            Stock.on_hand - Stock.allocated >= stop.qty - stop.qty_picked,
        )
        .order_by(Stock.id)
    ).all()
    match = next(((stock_id, lot) for stock_id, lot in rows if _is_lot(lot, code)), None)
    allowed = ""
    if match is None or _age(match[1]) > _age(promised):
        allowed = work.unless_allowed("E-PCK-03", exp=str(promised.expires_on or promised.supplier_lot))
    if match is None:
        raise Refused("E-STK-02")
    in_time(work, match[1], stop)
    return OtherLot(match[0], allowed)


def _is_lot(lot: Lot, code: Code) -> bool:
    same_date = not code.expires_on or code.expires_on == lot.expires_on
    return same_date and (not code.lot or code.lot == lot.supplier_lot)


def _age(lot: Lot) -> Any:
    return lot_key(lot.expires_on, lot.received_on, lot.id)


def swap(work: Work, stop: Any, stock_id: int, override: str) -> None:
    """Promise another lot of the same slot to what this stop has left; what was taken stays what it was."""
    left = stop.qty - stop.qty_picked
    if not promises.hold(work.tx, stock_id, left):
        raise Refused("E-STK-02")
    promises.let_go(work.tx, stop.stock_id, left)
    lot_id = work.tx.scalar(select(Stock.lot_id).where(Stock.id == stock_id))
    to = {"stock_id": stock_id, "lot_id": lot_id}
    stop_id = _split(work, stop) if stop.qty_picked else stop.id
    of_stop = (Allocation.task_id == stop_id) & (Allocation.state == AllocationState.OPEN)
    changed(work.tx, update(_A).where(of_stop).values(age_override=override[:60], **to))
    changed(work.tx, update(PickTask).where(PickTask.id == stop_id).values(**to))


def _split(work: Work, stop: Any) -> int:
    """The part of a stop that was taken is done; the rest becomes a stop of its own, whose id this is."""
    tx = work.tx
    done = tx.get_one(PickTask, stop.id)
    rest = PickTask(
        pick_list_id=done.pick_list_id,
        seq=done.seq,
        stock_id=stop.stock_id,
        location_id=stop.location_id,
        sku_id=stop.sku_id,
        lot_id=stop.lot_id,
        qty=stop.qty - stop.qty_picked,
    )
    tx.add(rest)
    tx.flush()
    STOP.move(work, Ref(stop.id, "", StopState.OPEN), "pick", qty=stop.qty_picked)
    for part in sharing.open_promises(tx, stop.id):
        left = part.qty - part.qty_taken
        if part.qty_taken:
            sharing.close(work, part)
            sharing.renew(work, part, left, rest.id)
        else:
            changed(tx, update(_A).where(_A.c.id == part.id).values(task_id=rest.id))
    return rest.id
