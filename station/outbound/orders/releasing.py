"""Giving back what an order was promised and nobody has picked (P12, P24)."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from station.ground.db import changed, table
from station.ground.documents.lifecycle import Ref
from station.ground.work import Work
from station.outbound.orders.lifecycle import ORDER
from station.outbound.orders.models import Allocation, AllocationState, DeliveryOrder, OrderLine, OrderState
from station.outbound.orders.shelves import shelves
from station.outbound.picking import lists, sharing
from station.outbound.picking.models import STOP, PickTask, StopState
from station.outbound.waves.models import SEAT, WaveOrder
from station.stock import promises

_A, _STOP = table(Allocation), table(PickTask)


def release_open(work: Work, order_id: int) -> None:
    """Give back what is promised but not picked: promises, their share of stops, reservations."""
    tx = work.tx
    rows = tx.connection().execute(
        select(_A.c.id, _A.c.stock_id, _A.c.qty, _A.c.qty_taken, _A.c.task_id)
        .join(OrderLine, OrderLine.id == _A.c.owner_id)
        .where(
            OrderLine.order_id == order_id,
            _A.c.owner_type == "LINE",
            _A.c.state == AllocationState.OPEN,
        )
        .order_by(_A.c.id)
    )
    for row in rows.all():
        left = row.qty - row.qty_taken
        promises.let_go(tx, row.stock_id, left)
        sharing.close(work, row)
        if row.task_id is not None:
            _shrink(work, row.task_id, left)
    changed(tx, update(OrderLine).where(OrderLine.order_id == order_id).values(qty_reserved=0))
    tx.flush()
    tx.expire_all()


def lapse(work: Work, order: DeliveryOrder) -> bool:
    """What the order has reserved is not there any more: found missing, frozen or held since. It waits for
    stock like any other, so that nobody thinks it is on its way; whether it does.
    """
    lines = work.tx.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).all()
    if order.state != OrderState.ALLOCATED:
        return False
    free = shelves(work.tx, work.today, {line.sku_id for line in lines})
    accounts = {(line.sku_id, line.is_gift) for line in lines} & free.keys()
    if all(free[account].free(order.min_left_days) >= 0 for account in accounts):
        return False
    ORDER.move(work, order, "deallocate")
    for line in lines:
        line.qty_reserved = 0
    work.tx.flush()
    return True


def kick_out(work: Work, order_id: int) -> None:
    """The order has no seat in its wave any more (剔除)."""
    SEAT.move_where(work.tx, WaveOrder.order_id == order_id, "kick", now=work.now, who=work.by.name)
    work.tx.flush()
    work.tx.expire_all()


def _shrink(work: Work, task_id: int, qty: int) -> None:
    """A stop takes `qty` less; without any left it is done, or cancelled when nothing was taken."""
    stop = _stop(work.tx, task_id)
    if stop.state != StopState.OPEN:
        return
    ref, wanted = Ref(task_id, "", stop.state), stop.qty - qty
    if wanted > stop.qty_picked:
        changed(work.tx, update(_STOP).where(_STOP.c.id == task_id).values(qty=wanted))
    elif stop.qty_picked:
        STOP.move(work, ref, "pick", qty=stop.qty_picked)
    else:
        STOP.move(work, ref, "cancel")
    lists.drop_if_empty(work, stop.pick_list_id)


def _stop(tx: Session, task_id: int) -> PickTask:
    return tx.get_one(PickTask, task_id, populate_existing=True)
