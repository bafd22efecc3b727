"""What waits for units that somebody brings (P17). Nothing here changes anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from station.outbound.orders.models import Allocation, OrderLine
from station.outbound.packing.models import Parcel, ParcelLine
from station.outbound.picking.models import ListState, ListTote, PickList, PickTask, ToteState
from station.outbound.replacing.models import Replacement
from station.stock.models import Location


@dataclass(frozen=True, slots=True)
class Waits:
    """Where the other goods of a walk's order wait: the bench, and the totes (empty: there are none)."""

    bench: str
    totes: str


def brings() -> ColumnElement[bool]:
    """Pick lists that bring what a bench waits for."""
    return exists().where(Replacement.pick_list_id == PickList.id)


def lacks() -> ColumnElement[bool]:
    """Pick lists whose goods wait at a bench until another walk is over."""
    walk = PickList.__table__.alias("walk")
    return exists().where(
        PickTask.pick_list_id == PickList.id,
        Allocation.task_id == PickTask.id,
        Allocation.qty_taken > 0,
        OrderLine.id == Allocation.owner_id,
        Replacement.order_id == OrderLine.order_id,
        walk.c.id == Replacement.pick_list_id,
        walk.c.state.in_((ListState.OPEN, ListState.TAKEN)),
    )


def waits_for(tx: Session, list_id: int) -> Waits | None:
    """Who waits for this walk; None for an ordinary one."""
    row = tx.execute(
        select(Location.code, Replacement.order_id)
        .join(Location, Location.id == Replacement.bench_id)
        .where(Replacement.pick_list_id == list_id)
        .order_by(Replacement.id)
        .limit(1)
    ).first()
    return None if row is None else Waits(row.code, " ".join(_totes(tx, row.order_id, list_id)))


def _totes(tx: Session, order_id: int, list_id: int) -> list[str]:
    """Totes at the benches in which goods of an order lie, those of one list left out."""
    query = (
        select(Location.code)
        .join(ListTote, ListTote.tote_id == Location.id)
        .join(PickTask, PickTask.pick_list_id == ListTote.pick_list_id)
        .join(Allocation, Allocation.task_id == PickTask.id)
        .join(OrderLine, OrderLine.id == Allocation.owner_id)
        .where(OrderLine.order_id == order_id, Allocation.qty_taken > 0)
        .where(ListTote.state == ToteState.IN_USE, ListTote.pick_list_id != list_id)
    )
    return list(tx.scalars(query.distinct().order_by(Location.code)))


def order_of(tx: Session, list_id: int) -> int | None:
    """The order for which a walk brings what a bench lacks; None for an ordinary one."""
    query = select(Replacement.order_id).where(Replacement.pick_list_id == list_id)
    return tx.scalar(query.order_by(Replacement.id).limit(1))


def parcels_of(tx: Session, order_id: int) -> int:
    """How many parcels of an order were filled, void ones too."""
    filled = select(func.count(ParcelLine.parcel_id.distinct())).join(
        Parcel, Parcel.id == ParcelLine.parcel_id
    )
    return tx.scalar(filled.where(Parcel.order_id == order_id)) or 0


def seen(tx: Session, order_id: int, list_id: int) -> dict[int, int]:
    """What was seen of an order before it waited for `list_id`, its newest list at a bench: line → EACH."""
    row: Any = tx.execute(
        select(Replacement.seen, Replacement.parcels)
        .where(Replacement.order_id == order_id, Replacement.pick_list_id == list_id)
        .order_by(Replacement.id.desc())
        .limit(1)
    ).first()
    if row is None or row.parcels != parcels_of(tx, order_id):
        return {}
    return {int(line_id): int(qty) for line_id, qty in row.seen.items()}


def is_replaced(tx: Session, order_id: int) -> bool:
    """Whether units were ever brought later for an order."""
    return tx.scalar(select(Replacement.id).where(Replacement.order_id == order_id).limit(1)) is not None
