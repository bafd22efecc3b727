"""Whose cell is whose, and what lies in it: all that other processes know of the sort wall (P16)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from station.ground.db import Prepared
from station.ground.documents.lifecycle import Ref
from station.ground.work import Work
from station.outbound.orders.models import DeliveryOrder, OrderState
from station.outbound.sorting.models import SORT_CELL, CellState, SortCell, Sorting, SortingState
from station.stock.models import Location, Stock

_TO_COME = (OrderState.WAVED, OrderState.PICKING, OrderState.PICKED, OrderState.HOLD)
"""States of an order whose goods are still put into its cell."""
_OF_ORDER = Prepared(
    select(SortCell.location_id.label("id"), Location.code, Location.barcode)
    .join(Location, Location.id == SortCell.location_id)
    .where(SortCell.order_id == bindparam("order_id"), SortCell.state == CellState.BOUND)
    .order_by(SortCell.id)
)


def of_order(tx: Session, order_id: int) -> Sequence[Any]:
    """Id, code and barcode of the order's cells, the one to put into last; none for most orders."""
    return _OF_ORDER.all(tx, order_id=order_id)


def order_in(tx: Session, location_id: int) -> int | None:
    """The order whose cell this is."""
    is_it = (SortCell.location_id == location_id, SortCell.state == CellState.BOUND)
    return tx.scalar(select(SortCell.order_id).where(*is_it))


def is_open(tx: Session, order_id: int) -> bool:
    """Whether goods of the order are still being sorted."""
    query = select(Sorting.id).join(SortCell, SortCell.sorting_id == Sorting.id)
    is_it = (SortCell.order_id == order_id, Sorting.state == SortingState.OPEN)
    return tx.scalar(query.where(*is_it).limit(1)) is not None


def was_sorted(tx: Session, order_id: int) -> bool:
    """Whether the order ever had a cell."""
    return tx.scalar(select(SortCell.id).where(SortCell.order_id == order_id).limit(1)) is not None


def free(work: Work, location_id: int) -> None:
    """A cell in which nothing lies, and into which nothing is put any more, may be another order's."""
    is_it = (SortCell.location_id == location_id, SortCell.state == CellState.BOUND)
    row: Any = work.tx.execute(
        select(SortCell.id, SortCell.order_id, DeliveryOrder.state, Sorting.state.label("sorting"))
        .join(DeliveryOrder, DeliveryOrder.id == SortCell.order_id)
        .join(Sorting, Sorting.id == SortCell.sorting_id)
        .where(*is_it)
    ).first()
    if row is None or is_filled(work.tx, location_id):
        return
    if row.sorting == SortingState.CLOSED or row.state not in _TO_COME:
        SORT_CELL.move(work, Ref(row.id, "", CellState.BOUND), "free")


def rebind(work: Work, order_id: int, location_id: int) -> bool:
    """The order's goods lie in this cell of theirs again; False when it is another order's by now."""
    if (owner := order_in(work.tx, location_id)) is not None:
        return owner == order_id
    last = select(SortCell).where(SortCell.order_id == order_id, SortCell.location_id == location_id)
    cell = work.tx.scalars(last.order_by(SortCell.id.desc()).limit(1)).first()
    if cell is None or is_filled(work.tx, location_id):
        return False
    work.tx.add(SortCell(sorting_id=cell.sorting_id, order_id=order_id, location_id=location_id))
    work.tx.flush()
    return True


def is_filled(tx: Session, location_id: int) -> bool:
    """Whether anything lies in a place."""
    return bool(tx.scalar(select(exists().where(Stock.location_id == location_id, Stock.on_hand > 0))))


def waves_of(tx: Session, location_ids: Sequence[int]) -> dict[int, str]:
    """The wave each of these cells is bound for; nothing for one that is anybody's."""
    rows = tx.execute(
        select(SortCell.location_id, Sorting.wave_no)
        .join(Sorting, Sorting.id == SortCell.sorting_id)
        .where(SortCell.location_id.in_(location_ids), SortCell.state == CellState.BOUND)
    )
    return {row.location_id: row.wave_no for row in rows}
