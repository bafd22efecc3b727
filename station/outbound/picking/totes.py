"""Which totes belong to which pick list, and what lies in them: the one look-up of all rooms.

A list may have several totes. Units of one lot are all alike, so a tote's stock says how many of them are
in it; `where_is` spreads an order's picked units over the totes of its list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from station.ground.documents.lifecycle import Ref
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.outbound.orders.models import Allocation, DeliveryOrder, OrderLine, OrderState
from station.outbound.picking.models import (
    LIST_TOTE,
    PICK_LIST,
    ListState,
    ListTote,
    PickList,
    PickTask,
    ToteState,
)
from station.outbound.sorting import cells
from station.stock.models import Location, Stock

Goods = tuple[int, int, str]
"""What units have in common: article, lot, stock status."""


@dataclass(frozen=True, slots=True)
class Held:
    """Units of one order line that lie in one tote."""

    line_id: int
    sku_id: int
    lot_id: int
    status: str
    qty: int
    tote_id: int


def bind(work: Work, list_id: int, tote_id: int) -> None:
    """Pick into this tote from now on: E-TOT-01 while another list uses it or strange goods lie in it."""
    tx = work.tx
    tx.execute(select(Location.id).where(Location.id == tote_id).with_for_update())
    owner = tx.scalar(
        select(ListTote.pick_list_id).where(ListTote.tote_id == tote_id, ListTote.state == ToteState.IN_USE)
    )
    if owner == list_id:
        return
    if owner is not None or _is_filled(tx, tote_id):
        raise Refused("E-TOT-01")
    for other in totes_of(tx, list_id):
        if not _is_filled(tx, other.id):
            _let_go(work, other.id)
    tx.add(ListTote(pick_list_id=list_id, tote_id=tote_id))
    tx.flush()


def may_bind(tx: Session, list_id: int, tote_id: int) -> bool:
    """Whether `bind` would take this tote: it is the list's already, or empty and nobody's."""
    owner = tx.scalar(
        select(ListTote.pick_list_id).where(ListTote.tote_id == tote_id, ListTote.state == ToteState.IN_USE)
    )
    return owner == list_id or (owner is None and not _is_filled(tx, tote_id))


def list_in(tx: Session, tote_id: int) -> PickList | None:
    """The picked list whose goods wait in this tote at the benches."""
    return tx.scalars(
        select(PickList)
        .join(ListTote, ListTote.pick_list_id == PickList.id)
        .where(
            ListTote.tote_id == tote_id,
            ListTote.state == ToteState.IN_USE,
            PickList.state == ListState.DONE,
        )
        .order_by(PickList.id.desc())
        .limit(1)
    ).first()


def totes_of(tx: Session, list_id: int) -> list[Any]:
    """Id and code of the totes a list uses, the one to pick into last."""
    return list(
        tx.execute(
            select(Location.id, Location.code)
            .join(ListTote, ListTote.tote_id == Location.id)
            .where(ListTote.pick_list_id == list_id, ListTote.state == ToteState.IN_USE)
            .order_by(ListTote.id)
        )
    )


def where_is(tx: Session, order_id: int, *, first: int = 0) -> list[Held]:
    """The picked units of an order that are not packed yet, tote by tote; first what the tote `first` has."""
    used: dict[tuple[int, Goods], int] = {}
    held: list[Held] = []
    own = [cell.id for cell in cells.of_order(tx, order_id)]
    for row in picked(tx, order_id):
        if row.qty_packed >= row.qty_picked:
            continue
        goods = (row.sku_id, row.lot_id, row.status)
        parts = spread(tx, row.pick_list_id, goods, int(row.qty), first=first, used=used, cells=own)
        for tote_id, qty in parts:
            held.append(Held(row.line_id, *goods, qty, tote_id))
    return held


def picked(tx: Session, order_id: int) -> Sequence[Any]:
    """Picked EACH of an order by line, article, lot, status and pick list, wherever they are now."""
    line, of = OrderLine.id.label("line_id"), (Allocation.lot_id, Stock.status, PickTask.pick_list_id)
    own = (OrderLine.sku_id, OrderLine.qty_picked, OrderLine.qty_packed)
    return tx.execute(
        select(line, *own, *of, func.sum(Allocation.qty_taken).label("qty"))
        .join(Allocation, Allocation.owner_id == OrderLine.id)
        .join(Stock, Stock.id == Allocation.stock_id)
        .join(PickTask, PickTask.id == Allocation.task_id)
        .where(OrderLine.order_id == order_id, Allocation.qty_taken > 0)
        .group_by(OrderLine.id, *own, *of)
        .order_by(OrderLine.id, Allocation.lot_id)
    ).all()


def spread(
    tx: Session,
    list_id: int,
    goods: Goods,
    qty: int,
    *,
    first: int = 0,
    used: dict[tuple[int, Goods], int] | None = None,
    cells: Sequence[int] = (),
) -> list[tuple[int, int]]:
    """From which totes of a list to take `qty` units: (tote, EACH), the tote `first` before the others, and
    the order's own `cells` at a sort wall before all totes.

    `used` keeps what earlier calls have taken. What no tote has is asked of the first one, so that the
    ledger refuses it.
    """
    used = {} if used is None else used
    totes = sorted((row.id for row in totes_of(tx, list_id)), key=lambda tote_id: tote_id != first)
    totes = [*cells, *totes]
    parts: list[tuple[int, int]] = []
    for tote_id in totes:
        key = (tote_id, goods)
        part = min(qty, _on_hand(tx, tote_id, goods) - used.get(key, 0))
        if part > 0:
            used[key] = used.get(key, 0) + part
            parts.append((tote_id, part))
            qty -= part
    return [*parts, (totes[0], qty)] if qty and totes else parts


def _on_hand(tx: Session, tote_id: int, goods: Goods) -> int:
    sku_id, lot_id, status = goods
    return (
        tx.scalar(
            select(func.sum(Stock.on_hand)).where(
                Stock.location_id == tote_id,
                Stock.sku_id == sku_id,
                Stock.lot_id == lot_id,
                Stock.status == status,
            )
        )
        or 0
    )


def orders_in(tx: Session, list_id: int) -> list[Any]:
    """Id and state of the orders whose goods lie in the totes of a list."""
    gone = (OrderState.CANCELLED, OrderState.INTERCEPTED)
    return list(
        tx.execute(
            select(DeliveryOrder.id, DeliveryOrder.state)
            .join(OrderLine, OrderLine.order_id == DeliveryOrder.id)
            .join(Allocation, Allocation.owner_id == OrderLine.id)
            .join(PickTask, PickTask.id == Allocation.task_id)
            .where(
                PickTask.pick_list_id == list_id,
                Allocation.qty_taken > 0,
                OrderLine.qty_packed < OrderLine.qty_picked,
                DeliveryOrder.state.not_in(gone),
            )
            .distinct()
            .order_by(DeliveryOrder.id)
        )
    )


def free(work: Work, tote_id: int) -> None:
    """A tote of a brought list that is empty may be used again, as may a cell; the list is EMPTY with its
    last tote.
    """
    cells.free(work, tote_id)
    pick_list = list_in(work.tx, tote_id)
    if pick_list is None or _is_filled(work.tx, tote_id):
        return
    _let_go(work, tote_id)
    if not totes_of(work.tx, pick_list.id):
        PICK_LIST.move(work, pick_list, "empty")


def free_empty(work: Work, list_id: int) -> list[Any]:
    """Let the empty totes of a list go; those that carry goods."""
    full = []
    for tote in totes_of(work.tx, list_id):
        if _is_filled(work.tx, tote.id):
            full.append(tote)
        else:
            _let_go(work, tote.id)
    return full


def _let_go(work: Work, tote_id: int) -> None:
    row_id = work.tx.scalar(
        select(ListTote.id).where(ListTote.tote_id == tote_id, ListTote.state == ToteState.IN_USE)
    )
    if row_id is not None:
        LIST_TOTE.move(work, Ref(row_id, "", ToteState.IN_USE), "empty")


def _is_filled(tx: Session, tote_id: int) -> bool:
    return bool(tx.scalar(select(exists().where(Stock.location_id == tote_id, Stock.on_hand > 0))))
