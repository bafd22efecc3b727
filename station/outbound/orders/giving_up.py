"""Promises to order lines are taken away (P10): they are made again from other stock, or the order waits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import select

from station.ground.db import table
from station.ground.documents.lifecycle import Ref
from station.ground.work import Work
from station.outbound.orders.lifecycle import ORDER
from station.outbound.orders.models import DeliveryOrder, OrderLine, OrderState
from station.outbound.orders.releasing import kick_out, release_open
from station.outbound.orders.shelves import Account, Shelf, shelves
from station.outbound.picking import lists, replanning, sharing
from station.outbound.picking.models import STOP, PickTask, StopState
from station.outbound.picking.replanning import Lack
from station.stock import promises

_STOP = table(PickTask)


def give_up(work: Work, stock_id: int) -> Callable[[], None]:
    """No line counts on this stock row any more. Call what comes back when the stock has become what it is:
    then other stock is promised, oldest lot first, on the same walk.

    Where there is none, an order of which nothing was picked waits for goods again; another one is SHORT.
    """
    parts = sharing.open_on(work.tx, stock_id)
    for part in parts:
        promises.let_go(work.tx, stock_id, part.qty - part.qty_taken)
        sharing.close(work, part)
    list_of = {stop_id: _end_stop(work, stop_id) for stop_id in sorted({part.task_id for part in parts})}

    def again() -> None:
        of_order = sorted(parts, key=lambda part: (list_of[part.task_id], part.order_id, part.id))
        for (list_id, _order), group in groupby(
            of_order, lambda part: (list_of[part.task_id], part.order_id)
        ):
            _promise_again(work, list_id, list(group))
        for list_id in sorted(set(list_of.values())):
            lists.drop_if_empty(work, list_id)

    return again


def _end_stop(work: Work, stop_id: int) -> int:
    """Nothing more is taken at a stop; the list it belongs to."""
    stop = work.tx.get_one(PickTask, stop_id, populate_existing=True)
    if stop.state == StopState.OPEN:
        ref = Ref(stop_id, "", stop.state)
        if stop.qty_picked:
            STOP.move(work, ref, "pick", qty=stop.qty_picked)
        else:
            STOP.move(work, ref, "cancel")
    return stop.pick_list_id


def _promise_again(work: Work, list_id: int, parts: Sequence[Any]) -> None:
    order = work.tx.get_one(DeliveryOrder, parts[0].order_id, populate_existing=True)
    if order.state not in {OrderState.WAVED, OrderState.PICKING}:
        return
    lacks = [Lack(part, part.qty - part.qty_taken) for part in parts]
    if replanning.elsewhere(work, list_id, lacks):
        return
    if order.state == OrderState.PICKING:
        replanning.nowhere(work, lacks)
        return
    release_open(work, order.id)
    kick_out(work, order.id)
    ORDER.move(work, order, "deallocate", detail={"reason": "L-HELD-UNSOLD"})


def unreserve(work: Work, sku_id: int) -> int:
    """More of an article is reserved than can be sold, or given away: the newest orders wait for goods again;
    how many.

    Reservations name no lot, so they are given up one order after the other until they fit.
    """
    return sum(_unreserve(work, (sku_id, is_gift)) for is_gift in (False, True))


def _unreserve(work: Work, account: Account) -> int:
    sku_id, is_gift = account
    shelf = shelves(work.tx, work.today, [sku_id]).get(account, Shelf({}))
    if not shelf.is_short():
        return 0
    orders = work.tx.scalars(
        select(DeliveryOrder)
        .join(OrderLine, OrderLine.order_id == DeliveryOrder.id)
        .where(
            OrderLine.sku_id == sku_id,
            OrderLine.is_gift == is_gift,
            OrderLine.qty_reserved > 0,
            DeliveryOrder.state == OrderState.ALLOCATED,
        )
        .order_by(DeliveryOrder.is_urgent, DeliveryOrder.id.desc())
        .with_for_update(of=DeliveryOrder)
    ).unique()
    given = 0
    for order in orders.all():
        if shelf.free(order.min_left_days) >= 0:
            continue  # giving this one up would not help those who go without
        shelf.take(-_reserved(work, order.id, account), order.min_left_days)
        release_open(work, order.id)
        ORDER.move(work, order, "deallocate", detail={"reason": "L-HELD-UNSOLD"})
        given += 1
    return given


def _reserved(work: Work, order_id: int, account: Account) -> int:
    sku_id, is_gift = account
    lines = select(OrderLine.qty_reserved).where(
        OrderLine.order_id == order_id, OrderLine.sku_id == sku_id, OrderLine.is_gift == is_gift
    )
    return sum(work.tx.scalars(lines))
