"""What lies in the totes at the benches, and for which orders: all that packing knows of picking.

A wave of single items fills one tote for many orders (each product finds its own). Where the goods of many
orders went over a sort wall, each order's lie in a cell of its own. Every other tote holds one order.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, not_, select
from sqlalchemy.orm import Session

from station.ground.db import Prepared, table
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.outbound.orders.models import STOPPED, Allocation, DeliveryOrder, OrderLine, OrderState
from station.outbound.packing.position import Packing
from station.outbound.picking import totes as carried
from station.outbound.picking.models import ListState, ListTote, PickList, PickTask, ToteState
from station.outbound.replacing import queries as replacing
from station.outbound.sorting import cells
from station.outbound.waves.kinds import PacksBy, kind_of
from station.outbound.waves.models import Wave
from station.settings import Settings
from station.stock.models import Location

_READY = (OrderState.PICKED, OrderState.CHECKED, OrderState.PACKED)
_WAITS = (OrderState.WAVED, OrderState.PICKING)
"""States of an order of which goods are at a bench, when a unit of it is still to be brought."""
_BY_ITEM = (PacksBy.ITEM, PacksBy.BASKET)
_A = table(Allocation)
_LIST_ORDERS = Prepared(
    select(DeliveryOrder.id, DeliveryOrder.state, DeliveryOrder.order_no, DeliveryOrder.latest_ship_at)
    .join(OrderLine, OrderLine.order_id == DeliveryOrder.id)
    .join(_A, (_A.c.owner_type == "LINE") & (_A.c.owner_id == OrderLine.id))
    .join(PickTask, PickTask.id == _A.c.task_id)
    .where(PickTask.pick_list_id == bindparam("pick_list_id"), _A.c.qty_taken > 0)
    .group_by(DeliveryOrder.id, DeliveryOrder.state, DeliveryOrder.order_no, DeliveryOrder.latest_ship_at)
    .order_by(DeliveryOrder.latest_ship_at.is_(None), DeliveryOrder.latest_ship_at, DeliveryOrder.id)
)


@dataclass(frozen=True, slots=True)
class Filled:
    """A tote that stands at a bench, or an order's cell at a sort wall."""

    pick_list: int
    pick_no: str
    tote: int
    code: str
    packs_by: PacksBy

    @property
    def by_item(self) -> bool:
        """Whether each product in it is an order of its own."""
        return self.packs_by in _BY_ITEM


@dataclass(frozen=True, slots=True)
class Units:
    """Picked units of one order line and lot, and the tote in which the picker brought them."""

    line_id: int
    sku_id: int
    lot_id: int
    status: str
    qty: int
    tote_id: int


def filled(tx: Session, tote_id: int) -> Filled | None:
    """The picked goods in this tote; None when it is empty or still on its way."""
    pick_list = carried.list_in(tx, tote_id)
    return None if pick_list is None else _filled(tx, pick_list.id, ListTote.tote_id == tote_id)


def position(filled: Filled) -> Packing:
    """A packer begins with this tote or cell."""
    is_basket = filled.packs_by is PacksBy.BASKET
    return Packing(filled.pick_list, filled.tote, filled.code, by_item=filled.by_item, by_basket=is_basket)


def with_item(tx: Session, sku_id: int) -> list[Filled]:
    """Totes of single items that stand at a bench with an order that still wants this article."""
    names = [name for name in tx.scalars(select(Wave.type).distinct()) if kind_of(name).packs_by in _BY_ITEM]
    lists = tx.scalars(
        select(PickList.id)
        .join(Wave, Wave.id == PickList.wave_id)
        .join(PickTask, PickTask.pick_list_id == PickList.id)
        .where(PickList.state == ListState.DONE, Wave.type.in_(names), PickTask.sku_id == sku_id)
        .distinct()
        .order_by(PickList.id)
    ).all()
    found = [_filled(tx, list_id) for list_id in lists if wants(tx, list_id, sku_id)]
    return [one for one in found if one is not None]


def brought(tx: Session, order_id: int) -> Filled | None:
    """The tote that brought goods of this order to a bench, also when it is empty by now; or its cell."""
    list_id = tx.scalar(
        select(PickTask.pick_list_id)
        .join(Allocation, Allocation.task_id == PickTask.id)
        .join(OrderLine, OrderLine.id == Allocation.owner_id)
        .join(PickList, PickList.id == PickTask.pick_list_id)
        .where(OrderLine.order_id == order_id, Allocation.qty_taken > 0)
        .where(PickList.state.in_((ListState.DONE, ListState.EMPTY)))
        .order_by(PickTask.pick_list_id.desc())
        .limit(1)
    )
    found = None if list_id is None else _filled(tx, list_id)
    own = cells.of_order(tx, order_id)
    return replace(found, tote=own[0].id, code=own[0].code) if found is not None and own else found


def _filled(tx: Session, list_id: int, *which: ColumnElement[bool]) -> Filled | None:
    row = tx.execute(
        select(ListTote.tote_id, PickList.pick_no, Location.code, Wave.type)
        .join(PickList, PickList.id == ListTote.pick_list_id)
        .join(Wave, Wave.id == PickList.wave_id)
        .join(Location, Location.id == ListTote.tote_id)
        .where(ListTote.pick_list_id == list_id, *which)
        .order_by(ListTote.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    return Filled(list_id, row.pick_no, row.tote_id, row.code, kind_of(row.type).packs_by)


def orders_in(tx: Session, pick_list_id: int) -> list[Any]:
    """Orders with goods of this list, the most urgent promise first."""
    return _LIST_ORDERS.all(tx, pick_list_id=pick_list_id)


def orders_left(tx: Session, pick_list_id: int) -> list[int]:
    """Orders of this list of which nothing was verified yet."""
    return [row.id for row in orders_in(tx, pick_list_id) if row.state == OrderState.PICKED]


def count_left(tx: Session, pick_list_id: int) -> int:
    """How many orders of this list are left."""
    return len(orders_left(tx, pick_list_id))


def the_order(tx: Session, pick_list_id: int) -> int:
    """The one order of a single-order list that is to be packed, or is stopped; E-PAK-11 while it waits for a
    unit, E-PAK-06 when there is none.
    """
    rows = orders_in(tx, pick_list_id)
    wanted = [row for row in rows if row.state in _READY] or [row for row in rows if row.state in STOPPED]
    if not wanted:
        raise Refused("E-PAK-11" if any(row.state in _WAITS for row in rows) else "E-PAK-06")
    return int(wanted[0].id)


def match_item(tx: Session, pick_list_id: int, sku_id: int) -> int:
    """The order with the oldest deadline that wants this article (P13), else a stopped or held one that did.

    E-PAK-01 when no order wanted it, E-PAK-02 when all have it. Asked of the list's tasks: an article may
    have thousands of order lines, a list has a few tasks.
    """
    wanted = set(
        tx.scalars(
            select(OrderLine.order_id)
            .join(Allocation, Allocation.owner_id == OrderLine.id)
            .join(PickTask, PickTask.id == Allocation.task_id)
            .where(PickTask.pick_list_id == pick_list_id, PickTask.sku_id == sku_id)
        )
    )
    rows = [row for row in orders_in(tx, pick_list_id) if row.id in wanted]
    first = [row for row in rows if row.state == OrderState.PICKED]
    first = first or [row for row in rows if row.state in {OrderState.INTERCEPTING, OrderState.HOLD}]
    if first:
        return int(first[0].id)
    raise Refused("E-PAK-02" if rows else "E-PAK-01")


def wants(tx: Session, pick_list_id: int, sku_id: int) -> bool:
    """Whether an order of this list, of which nothing was verified yet, wants the article."""
    try:
        order_id = match_item(tx, pick_list_id, sku_id)
    except Refused:
        return False
    return order_id in orders_left(tx, pick_list_id)


def number_of(tx: Session, pick_list_id: int) -> str:
    """The number of a pick list."""
    return tx.get_one(PickList, pick_list_id).pick_no


def unpacked(tx: Session, order_id: int, packed: dict[tuple[int, int], int]) -> list[Units]:
    """The units of an order that still lie in totes, when so many of each (line, lot) are `packed`."""
    used: dict[tuple[int, carried.Goods], int] = {}
    units, own = [], [cell.id for cell in cells.of_order(tx, order_id)]
    for row in carried.picked(tx, order_id):
        gone = min(int(row.qty), packed.get((row.line_id, row.lot_id), 0))
        if gone:
            packed[row.line_id, row.lot_id] -= gone
        goods = (row.sku_id, row.lot_id, row.status)
        left = int(row.qty) - gone
        for tote_id, qty in carried.spread(tx, row.pick_list_id, goods, left, used=used, cells=own):
            units.append(Units(row.line_id, *goods, qty, tote_id))
    return units


def order_of_tote(tx: Session, barcode: str, *states: OrderState) -> int | None:
    """The first order in one of `states` of which goods were brought in this tote."""
    return tx.scalar(
        select(DeliveryOrder.id)
        .join(OrderLine, OrderLine.order_id == DeliveryOrder.id)
        .join(Allocation, Allocation.owner_id == OrderLine.id)
        .join(PickTask, PickTask.id == Allocation.task_id)
        .join(ListTote, ListTote.pick_list_id == PickTask.pick_list_id)
        .join(Location, Location.id == ListTote.tote_id)
        .where(Location.barcode == barcode, ListTote.state == ToteState.IN_USE)
        .where(Allocation.qty_taken > 0, DeliveryOrder.state.in_(states))
        .order_by(DeliveryOrder.id)
        .limit(1)
    )


def free_empty(work: Work, tote_ids: set[int]) -> None:
    """Those of these totes in which nothing lies any more may be used again."""
    for tote_id in sorted(tote_ids):
        carried.free(work, tote_id)


def count_waiting(tx: Session, _settings: Settings | None = None) -> int:
    """Lists whose totes stand at the benches with goods to verify; not those that wait for a unit."""
    query = select(func.count()).select_from(PickList).where(PickList.state == ListState.DONE)
    return tx.scalar(query.where(not_(replacing.lacks()))) or 0
