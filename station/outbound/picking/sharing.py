"""The promises behind a stop: whose units it takes (P12, P15)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from station.ground.db import Prepared, table
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.outbound.orders.models import STOPPED, Allocation, AllocationState, DeliveryOrder, OrderLine
from station.stock.models import PROMISE

_A = table(Allocation)
_PARTS = (
    select(
        _A.c.id,
        _A.c.stock_id,
        _A.c.lot_id,
        _A.c.qty,
        _A.c.qty_taken,
        _A.c.age_override,
        _A.c.made_at,
        _A.c.owner_id,
        OrderLine.order_id,
        OrderLine.sku_id,
        OrderLine.is_gift,
        DeliveryOrder.state,
        DeliveryOrder.order_no,
        DeliveryOrder.min_left_days,
    )
    .join(OrderLine, OrderLine.id == _A.c.owner_id)
    .join(DeliveryOrder, DeliveryOrder.id == OrderLine.order_id)
    .where(_A.c.owner_type == "LINE", _A.c.state == AllocationState.OPEN)
    .order_by(_A.c.id)
)
_OPEN = Prepared(_PARTS.where(_A.c.task_id == bindparam("task_id")))
_ON = _PARTS.add_columns(_A.c.task_id).where(_A.c.stock_id == bindparam("stock_id"))


def open_promises(tx: Session, task_id: int) -> list[Any]:
    """What a stop still has to take, by order, in the wave's order."""
    return _OPEN.all(tx, task_id=task_id)


def open_on(tx: Session, stock_id: int) -> list[Any]:
    """What of a stock row is still to be taken, at whatever stop (`task_id`), in the waves' order."""
    return list(tx.execute(_ON, {"stock_id": stock_id}))


def live(tx: Session, task_id: int) -> list[Any]:
    """`open_promises`; E-INT-01 when an order of the stop was stopped meanwhile: nothing is taken (T44)."""
    rows = open_promises(tx, task_id)
    if not rows or any(row.state in STOPPED for row in rows):
        raise Refused("E-INT-01")
    return rows


def close(work: Work, part: Any) -> None:
    """No more is taken by this promise: what was taken stays, the rest is given up (not yet let go)."""
    event, values = ("take", {"qty": part.qty_taken}) if part.qty_taken else ("release", {})
    values["ended_at"] = work.now
    PROMISE.move_where(work.tx, _A.c.id == part.id, event, now=work.now, who=work.by.name, **values)


def renew(work: Work, part: Any, qty: int, task_id: int) -> None:
    """Go on with the rest of a promise at another stop, as old as it was."""
    work.tx.connection().execute(
        _A.insert(),
        {
            "owner_type": "LINE",
            "owner_id": part.owner_id,
            "stock_id": part.stock_id,
            "lot_id": part.lot_id,
            "task_id": task_id,
            "qty": qty,
            "qty_taken": 0,
            "state": AllocationState.OPEN,
            "age_override": part.age_override,
            "made_at": part.made_at,
        },
    )
