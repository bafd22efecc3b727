"""The stops of a walk: the present one, the one after it, putting one off, adding one (P15)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from station.catalog.models import Sku
from station.ground.db import Prepared, changed
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.outbound.picking.models import PickTask, StopState
from station.stock.models import HandlingUnit, Location, LocationState, Lot, Stock, StockStatus

UNSOLD = (StockStatus.HOLD, StockStatus.NEAR, StockStatus.LOCKED, StockStatus.EXPIRED)
"""What good goods become when they may not be sold any more."""

_STOP = Prepared(
    select(
        PickTask.id,
        PickTask.seq,
        PickTask.qty,
        PickTask.qty_picked,
        PickTask.sku_id,
        PickTask.lot_id,
        PickTask.stock_id,
        Location.code.label("slot"),
        Location.barcode,
        Location.state.label("slot_state"),
        Location.id.label("location_id"),
        Lot.expires_on,
        Lot.produced_on,
        Stock.hu_id,
        Stock.status,
        Sku.code.label("sku"),
        Sku.name_zh,
        Sku.spec,
        Sku.unit,
        Sku.is_serial,
        Sku.lockup_days,
        Sku.advent_days,
    )
    .join(Location, Location.id == PickTask.location_id)
    .join(Lot, Lot.id == PickTask.lot_id)
    .join(Stock, Stock.id == PickTask.stock_id)
    .join(Sku, Sku.id == PickTask.sku_id)
    .where(PickTask.pick_list_id == bindparam("pick_list_id"), PickTask.state == StopState.OPEN)
    .order_by(PickTask.seq)
    .limit(1)
)
_AFTER = Prepared(
    select(Location.code)
    .join(PickTask, PickTask.location_id == Location.id)
    .where(
        PickTask.pick_list_id == bindparam("pick_list_id"),
        PickTask.state == StopState.OPEN,
        PickTask.seq > bindparam("seq"),
        Location.id != bindparam("location_id"),
    )
    .order_by(PickTask.seq)
    .limit(1)
)
_PROGRESS = Prepared(
    select(
        func.count()
        .filter((PickTask.state == StopState.DONE) | (PickTask.state == StopState.SHORT))
        .label("done"),
        func.count().filter(PickTask.state != StopState.CANCELLED).label("total"),
    ).where(PickTask.pick_list_id == bindparam("pick_list_id"))
)


def present(tx: Session, pick_list_id: int) -> Any:
    """The present stop of the walk, or None when all is picked."""
    return _STOP.first(tx, pick_list_id=pick_list_id)


def why_gone(tx: Session, stop_id: int) -> str:
    """Why a stop is none any more: its lot may not be sold, its slot is held, or its orders were stopped."""
    row = tx.execute(
        select(PickTask.lot_id, PickTask.location_id, Location.state)
        .join(Location, Location.id == PickTask.location_id)
        .where(PickTask.id == stop_id)
    ).one()
    if row.state == LocationState.FROZEN:
        return "E-LOC-02"
    unsold = select(Stock.id).where(
        Stock.location_id == row.location_id,
        Stock.lot_id == row.lot_id,
        Stock.status.in_(UNSOLD),
        Stock.on_hand > 0,
    )
    return "E-INT-01" if tx.scalar(unsold.limit(1)) is None else "E-EXP-10"


def after(tx: Session, pick_list_id: int, stop: Any) -> str:
    """The slot to walk to after this stop; empty when it is the last one."""
    row = _AFTER.first(tx, pick_list_id=pick_list_id, seq=stop.seq, location_id=stop.location_id)
    return str(row.code) if row else ""


def progress(tx: Session, pick_list_id: int) -> tuple[int, int]:
    """Stops done and stops in all; cancelled ones do not count."""
    done, total = _PROGRESS.first(tx, pick_list_id=pick_list_id)
    return int(done), int(total)


def carton_of(tx: Session, hu_id: int) -> str:
    """The label of the carton stock stands in; empty for loose stock."""
    return tx.get_one(HandlingUnit, hu_id).lpn if hu_id else ""


def skip(work: Work, pick_list_id: int, stop: Any) -> None:
    """Put this stop off to the end (CM-SKIP); E-PCK-06 when it is the only one left."""
    others = select(PickTask.id).where(
        PickTask.pick_list_id == pick_list_id, PickTask.state == StopState.OPEN, PickTask.id != stop.id
    )
    if work.tx.scalar(others.limit(1)) is None:
        raise Refused("E-PCK-06")
    changed(
        work.tx, update(PickTask).where(PickTask.id == stop.id).values(seq=_next_seq(work.tx, pick_list_id))
    )


def add(work: Work, pick_list_id: int, stock_id: int, qty: int) -> int:
    """`qty` more to take from a stock row on this walk: at a stop that is still open, or a new last one."""
    tx = work.tx
    stop_id = tx.scalar(
        select(PickTask.id).where(
            PickTask.pick_list_id == pick_list_id,
            PickTask.stock_id == stock_id,
            PickTask.state == StopState.OPEN,
        )
    )
    if stop_id is not None:
        changed(tx, update(PickTask).where(PickTask.id == stop_id).values(qty=PickTask.qty + qty))
        return stop_id
    stock = tx.execute(
        select(Stock.location_id, Stock.sku_id, Stock.lot_id).where(Stock.id == stock_id)
    ).one()
    made = PickTask(
        pick_list_id=pick_list_id,
        seq=_next_seq(tx, pick_list_id),
        stock_id=stock_id,
        location_id=stock.location_id,
        sku_id=stock.sku_id,
        lot_id=stock.lot_id,
        qty=qty,
    )
    tx.add(made)
    tx.flush()
    return made.id


def _next_seq(tx: Session, pick_list_id: int) -> int:
    last = tx.scalar(select(func.max(PickTask.seq)).where(PickTask.pick_list_id == pick_list_id))
    return (last or 0) + 1
