"""Goods of a lot that are picked or packed and must not leave (P10): their orders are stopped.

Such an order falls short of the lot: its goods are brought to the intercept shelf like those of any short
order, its parcels and numbers are void there, and then it waits for a person who restocks or cancels it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from station.ground.work import Work
from station.outbound.orders import rules
from station.outbound.orders.models import Allocation, DeliveryOrder, OrderLine, OrderState
from station.outbound.orders.releasing import kick_out, release_open
from station.outbound.orders.shortage import fall_short

_S = OrderState
ON_ITS_WAY = (_S.PICKING, _S.PICKED, _S.CHECKED, _S.PACKED, _S.WEIGHED, _S.STAGED, _S.HOLD)


def recall(work: Work, lot_ids: Sequence[int], reason: str) -> list[str]:
    """Stop every order that has picked units of these lots and has not left; their numbers.

    An order of which a parcel has left follows it: what is still here is on the page of the hold.
    """
    stopped = []
    for order_id, missing in _taken(work, lot_ids).items():
        order = work.tx.get_one(DeliveryOrder, order_id, with_for_update=True, populate_existing=True)
        if order.state not in ON_ITS_WAY or rules.is_partly_gone(work.tx, order.id):
            continue
        release_open(work, order.id)
        kick_out(work, order.id)
        values = {"hold_reason": reason[:200], "held_from": ""}
        fall_short(work, order, missing, detail={"reason": reason}, **values)
        stopped.append(order.order_no)
    return stopped


def _taken(work: Work, lot_ids: Sequence[int]) -> dict[int, dict[int, int]]:
    """Order → line → EACH of the lots that were picked for it, in the orders' order."""
    rows = work.tx.execute(
        select(OrderLine.order_id, OrderLine.id, func.sum(Allocation.qty_taken).label("qty"))
        .join(Allocation, Allocation.owner_id == OrderLine.id)
        .join(DeliveryOrder, DeliveryOrder.id == OrderLine.order_id)
        .where(Allocation.lot_id.in_(lot_ids), Allocation.qty_taken > 0, DeliveryOrder.state.in_(ON_ITS_WAY))
        .group_by(OrderLine.order_id, OrderLine.id)
        .order_by(OrderLine.order_id, OrderLine.id)
    )
    taken: dict[int, dict[int, int]] = {}
    for row in rows:
        taken.setdefault(row.order_id, {})[row.id] = int(row.qty)
    return taken


def with_lots(tx: Any, lot_ids: Sequence[int]) -> list[Any]:
    """Orders that got units of these lots, newest first: number, state, EACH, ERP number."""
    rows = tx.execute(
        select(
            DeliveryOrder.order_no,
            DeliveryOrder.erp_no,
            DeliveryOrder.state,
            func.sum(Allocation.qty_taken).label("qty"),
        )
        .join(OrderLine, OrderLine.order_id == DeliveryOrder.id)
        .join(Allocation, Allocation.owner_id == OrderLine.id)
        .where(Allocation.lot_id.in_(lot_ids), Allocation.qty_taken > 0)
        .group_by(DeliveryOrder.id, DeliveryOrder.order_no, DeliveryOrder.erp_no, DeliveryOrder.state)
        .order_by(DeliveryOrder.id.desc())
        .limit(200)
    )
    return list(rows)
