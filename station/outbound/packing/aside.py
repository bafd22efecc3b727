"""An order that cannot be packed because a unit is missing or broken (P17): set aside on the shelf."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select, update

from station.ground.words.messages import Refused
from station.ground.work import Work
from station.outbound.interception import rules as interception
from station.outbound.orders.lifecycle import ORDER
from station.outbound.orders.models import Allocation, AllocationState, DeliveryOrder, OrderLine
from station.outbound.packing.position import Line
from station.outbound.waves.models import Seat, WaveOrder
from station.stock.models import StockStatus

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
    work.tx.execute(
        update(Allocation)
        .where(Allocation.owner_id.in_(lines), Allocation.state == AllocationState.PICKED)
        .values(state=AllocationState.RELEASED, qty_taken=0)
        .execution_options(synchronize_session=False)
    )
    work.tx.execute(
        update(OrderLine)
        .where(OrderLine.order_id == order_id)
        .values(qty_reserved=0, qty_picked=0, qty_packed=0)
        .execution_options(synchronize_session=False)
    )
    seats = update(WaveOrder).where(WaveOrder.order_id == order_id, WaveOrder.flag == Seat.IN)
    work.tx.execute(seats.values(flag=Seat.KICKED))
    lack = {str(line_id): qty for line_id, (qty, _status) in marked.items()}
    ORDER.move(work, order, "short", detail={"reason": reason, "lack": lack})
    return order.order_no
