"""An order that cannot be packed because a unit is missing or broken (P17): set aside on the shelf."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select, update

from station.ground.db import table
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.outbound.interception import rules as interception
from station.outbound.orders.lifecycle import ORDER
from station.outbound.orders.models import Allocation, AllocationState, DeliveryOrder, OrderLine
from station.outbound.orders.shortage import fall_short
from station.outbound.packing.position import Line
from station.outbound.waves.models import SEAT, WaveOrder
from station.stock.models import PROMISE, StockStatus

Marked = Mapping[int, tuple[int, StockStatus]]


def missing(lines: list[Line]) -> Marked:
    """What was not seen stays in the books, on HOLD: only a count may say that it is gone."""
    return {line.id: (line.qty - line.seen, StockStatus.HOLD) for line in lines if line.seen < line.qty}


def damaged(line_id: int) -> Marked:
    """One unit of a line is DEFECT."""
    return {line_id: (1, StockStatus.DEFECT)}


def set_aside(work: Work, order_id: int, shelf_id: int, marked: Marked, reason: str) -> str:
    """All goods of the order → INTC, those `marked` (line → quantity, status) in that status; parcels and
    numbers are void, the order is SHORT and wants everything again, the ERP is told. The order's number.

    Refused with E-ORD-01 when a parcel of it has left or it is not being packed.
    """
    order = work.tx.get_one(DeliveryOrder, order_id)
    if not ORDER.may(order.state, "short"):
        raise Refused("E-ORD-01", st=order.state)
    interception.bring(work, order, shelf_id, marked)
    lines = select(OrderLine.id).where(OrderLine.order_id == order_id)
    promise = table(Allocation)
    taken = (promise.c.owner_type == "LINE") & promise.c.owner_id.in_(lines)
    picked = taken & (promise.c.state == AllocationState.PICKED)
    PROMISE.move_where(work.tx, picked, "forget", now=work.now, who=work.by.name, qty_taken=0)
    work.tx.execute(
        update(OrderLine)
        .where(OrderLine.order_id == order_id)
        .values(qty_reserved=0, qty_picked=0, qty_packed=0)
        .execution_options(synchronize_session=False)
    )
    SEAT.move_where(work.tx, WaveOrder.order_id == order_id, "kick", now=work.now, who=work.by.name)
    missing = {line_id: qty for line_id, (qty, _status) in marked.items()}
    lack = {str(line_id): qty for line_id, qty in missing.items()}
    fall_short(work, order, missing, detail={"reason": reason, "lack": lack})
    return order.order_no
