"""What a wave's orders still wait for at the wall (P16): what was picked for them and is in no cell yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from station.ground.scan import position
from station.ground.scan.models import Run
from station.outbound.orders.models import Allocation, DeliveryOrder, OrderLine, OrderState
from station.outbound.packing.models import Parcel, ParcelLine, ParcelState
from station.outbound.picking.models import ListState, ListTote, PickList, PickTask, ToteState
from station.outbound.sorting.choosing import Want
from station.outbound.sorting.models import CellState, SortCell
from station.outbound.sorting.position import AtWall
from station.stock.models import Stock

AT_WALL = (ListState.DONE, ListState.EMPTY)
"""Walks that are over: what they brought stands at the wall."""
GONE = (OrderState.INTERCEPTED, OrderState.CANCELLED)
"""States of an order whose goods are all on the intercept shelf."""
HOLDS = ("cell", "qty")
"""Steps at which a sorter has a unit in hand."""

Key = tuple[int, int, int, str]
"""Order, article, lot, status."""


def wants(tx: Session, wave_id: int, *, but: int = 0) -> list[Want]:
    """What is still to be put into the cells, or, of stopped orders, taken out. What people other than the
    user `but` hold in their hands is marked.
    """
    return _wants(tx, wave_id, _brought(tx, wave_id), but)


def standing(tx: Session, wave_id: int) -> tuple[list[Want], int]:
    """What is still to be sorted, and all EACH that were brought to the wall and are in no parcel."""
    brought = _brought(tx, wave_id)
    return _wants(tx, wave_id, brought, 0), sum(max(one.qty, 0) for one in brought.values())


def _wants(tx: Session, wave_id: int, brought: Mapping[tuple[int, int], _Brought], but: int) -> list[Want]:
    waiting: dict[Key, int] = {}
    for row in brought.values():
        waiting[row.key] = waiting.get(row.key, 0) + row.qty
    orders = sorted({row.order.id for row in brought.values()})
    for key, qty in _in_cells(tx, orders).items():
        if key in waiting:
            waiting[key] -= qty
    left: dict[int, int] = defaultdict(int)
    for key, qty in waiting.items():
        left[key[0]] += max(qty, 0)
    held, named = _in_hand(tx, wave_id, but), {row.order.id: row.order for row in brought.values()}
    return [
        _want(named[key[0]], key, qty, left[key[0]], is_in_hand=held.get(key, 0) >= qty)
        for key, qty in sorted(waiting.items())
        if qty > 0
    ]


def _want(order: Any, key: Key, qty: int, left: int, *, is_in_hand: bool) -> Want:
    """One row of what is waited for."""
    return Want(
        order.id,
        order.order_no,
        order.state,
        order.latest_ship_at,
        *key[1:],
        qty,
        left,
        is_in_hand=is_in_hand,
    )


class _Brought:
    """EACH of one order line and lot that were brought to the wall and are in no parcel."""

    def __init__(self, row: Any) -> None:
        self.order, self.qty = row, int(row.qty)
        self.key: Key = (row.id, row.sku_id, row.lot_id, row.status)


def _brought(tx: Session, wave_id: int) -> dict[tuple[int, int], _Brought]:
    line, order = OrderLine, DeliveryOrder
    of = (order.id, order.order_no, order.state, order.latest_ship_at)
    goods = (line.id.label("line_id"), line.sku_id, Allocation.lot_id, Stock.status)
    rows = tx.execute(
        select(*of, *goods, func.sum(Allocation.qty_taken).label("qty"))
        .join(line, line.order_id == order.id)
        .join(Allocation, Allocation.owner_id == line.id)
        .join(Stock, Stock.id == Allocation.stock_id)
        .join(PickTask, PickTask.id == Allocation.task_id)
        .join(PickList, PickList.id == PickTask.pick_list_id)
        .where(PickList.wave_id == wave_id, PickList.state.in_(AT_WALL), Allocation.qty_taken > 0)
        .where(order.state.not_in(GONE))
        .group_by(*of, *goods)
    )
    found = {(row.line_id, row.lot_id): _Brought(row) for row in rows}
    packed = tx.execute(
        select(ParcelLine.order_line_id, ParcelLine.lot_id, func.sum(ParcelLine.qty).label("qty"))
        .join(Parcel, Parcel.id == ParcelLine.parcel_id)
        .where(ParcelLine.order_line_id.in_([line_id for line_id, _ in found]))
        .where(Parcel.state != ParcelState.VOID)
        .group_by(ParcelLine.order_line_id, ParcelLine.lot_id)
    )
    for row in packed:
        if (key := (row.order_line_id, row.lot_id)) in found:
            found[key].qty -= int(row.qty)
    return found


def _in_cells(tx: Session, order_ids: Sequence[int]) -> dict[Key, int]:
    rows = tx.execute(
        select(
            SortCell.order_id, Stock.sku_id, Stock.lot_id, Stock.status, func.sum(Stock.on_hand).label("qty")
        )
        .join(Stock, Stock.location_id == SortCell.location_id)
        .where(SortCell.order_id.in_(order_ids), SortCell.state == CellState.BOUND, Stock.on_hand > 0)
        .group_by(SortCell.order_id, Stock.sku_id, Stock.lot_id, Stock.status)
    )
    return {(row.order_id, row.sku_id, row.lot_id, row.status): int(row.qty) for row in rows}


def _in_hand(tx: Session, wave_id: int, but: int) -> dict[Key, int]:
    held: dict[Key, int] = defaultdict(int)
    runs = select(Run.data).where(Run.workflow == "sort", Run.user_id != but, Run.step.in_(HOLDS))
    for data in tx.scalars(runs):
        at = position.load(AtWall, data)
        if at.wave == wave_id and at.hand is not None:
            held[at.hand.order, at.hand.sku, at.hand.lot, at.hand.status] += at.hand.qty
    return held


def in_totes(tx: Session, wave_id: int, want: Want) -> list[tuple[int, int]]:
    """(tote, EACH) of the wanted goods in the totes that stand at the wall."""
    rows = tx.execute(
        select(ListTote.tote_id, Stock.on_hand)
        .join(PickList, PickList.id == ListTote.pick_list_id)
        .join(Stock, Stock.location_id == ListTote.tote_id)
        .where(PickList.wave_id == wave_id, PickList.state.in_(AT_WALL), ListTote.state == ToteState.IN_USE)
        .where(Stock.sku_id == want.sku_id, Stock.lot_id == want.lot_id, Stock.status == want.status)
        .where(Stock.on_hand > 0)
        .order_by(ListTote.id)
    )
    return [(row.tote_id, row.on_hand) for row in rows]


def fitting(rows: Iterable[Want], sku_id: int, lots: set[int] | None) -> list[Want]:
    """The wants of an article, and of these lots when the scan says which."""
    return [want for want in rows if want.sku_id == sku_id and (lots is None or want.lot_id in lots)]


def is_of_wave(tx: Session, wave_id: int, sku_id: int) -> bool:
    """Whether any order of the wave had this article."""
    query = (
        select(PickTask.id)
        .join(PickList, PickList.id == PickTask.pick_list_id)
        .where(PickList.wave_id == wave_id, PickTask.sku_id == sku_id)
    )
    return tx.scalar(query.limit(1)) is not None


def first_walk(tx: Session, wave_id: int) -> tuple[int, str]:
    """Id and number of the walk that brought the wave's goods."""
    query = select(PickList.id, PickList.pick_no).where(PickList.wave_id == wave_id)
    row = tx.execute(query.order_by(PickList.id).limit(1)).one()
    return row.id, row.pick_no
