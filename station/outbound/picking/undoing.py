"""Taking a pick back, and forgetting the picks of an order whose goods lie on the shelf (P15, P24)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select, update

from station.ground.db import changed, table
from station.ground.documents.lifecycle import Ref
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.outbound.orders.lifecycle import ORDER
from station.outbound.orders.models import (
    STOPPED,
    Allocation,
    DeliveryOrder,
    OrderLine,
    OrderState,
)
from station.outbound.picking.models import STOP, PickTask
from station.outbound.pieces import rules as pieces
from station.stock import ledger
from station.stock.models import PROMISE


def untake(work: Work, frame: dict[str, Any]) -> None:
    """CM-UNDO of a take: everything is as it was before (T45)."""
    if serial_no := frame.get("serial"):
        pieces.unpick(work, serial_no)
    ledger.reverse(work, frame["key"], f"{work.key}:undo", allocated=frame["qty"])
    stop = Ref(frame["task"], "", _state(work, frame["task"]))
    STOP.move(work, stop, "unpick", qty_picked=PickTask.qty_picked - frame["qty"])
    for allocation_id, line_id, part, order_id in frame["shares"]:
        values = {"qty_taken": Allocation.qty_taken - part, "ended_at": None}
        is_it = Allocation.id == allocation_id
        PROMISE.move_where(work.tx, is_it, "untake", now=work.now, who=work.by.name, **values)
        work.tx.execute(
            update(OrderLine).where(OrderLine.id == line_id).values(qty_picked=OrderLine.qty_picked - part)
        )
        _step_back(work, order_id)
    work.tx.expire_all()


def _step_back(work: Work, order_id: int) -> None:
    work.tx.expire_all()
    order = work.tx.get_one(DeliveryOrder, order_id)
    if order.state in STOPPED:
        raise Refused("E-INT-01")
    if order.state == OrderState.PICKED:
        ORDER.move(work, order, "undo_last_pick")
    picked = work.tx.scalar(select(func.sum(OrderLine.qty_picked)).where(OrderLine.order_id == order_id))
    if not picked and order.state == OrderState.PICKING:
        ORDER.move(work, order, "undo_first_pick")


def _state(work: Work, task_id: int) -> str:
    return str(work.tx.scalar(select(PickTask.state).where(PickTask.id == task_id)))


def forget(work: Work, order_id: int) -> None:
    """The picked units of an order lie on the intercept shelf: for its lines it is as if nobody had picked.

    A later restock begins anew; who picked what stays in the ledger.
    """
    lines = select(OrderLine.id).where(OrderLine.order_id == order_id)
    promise = table(Allocation)
    taken = (promise.c.owner_type == "LINE") & promise.c.owner_id.in_(lines) & (promise.c.qty_taken > 0)
    ended = {"qty_taken": 0, "ended_at": work.now}
    PROMISE.move_where(work.tx, taken, "forget", now=work.now, who=work.by.name, **ended)
    none = {"qty_picked": 0, "qty_packed": 0}
    changed(work.tx, update(OrderLine).where(OrderLine.order_id == order_id).values(**none))
    work.tx.expire_all()
