"""An order changes after work on it has begun, or two say different things of it (P23): never silently the
old one. What can be changed where it stands is changed; the order is held until a person lets it go on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.ground.db import table
from station.ground.documents.history import record
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.outbound.orders import deciding
from station.outbound.orders.models import Allocation, DeliveryOrder, OrderLine, OrderState

_S = OrderState
GONE = frozenset({_S.SHIPPED, _S.CANCELLED, _S.INTERCEPTING, _S.INTERCEPTED})
"""Nothing is held any more; what was stopped is stopped already."""
UNPACKED = frozenset({_S.PICKING, _S.PICKED})
"""Goods are picked, no label is on them: where they go can still be changed in the order itself."""
LINES = tuple[str, int, int]


def stop_for(work: Work, order: DeliveryOrder, why: str) -> bool:
    """Hold the order for `why`; one that is being picked is held when it is picked, so that whoever comes
    next hears of it. False when it has left or was stopped.
    """
    if order.state in GONE:
        return False
    try:
        deciding.hold(work, order.id, why)
    except Refused:
        if order.state in {_S.PICKING, _S.HOLD}:
            order.hold_reason = why[:200]
            work.tx.flush()
            event = {"reason": why}
            record(work, "DO", order.order_no, "doubt", old=order.state, new=order.state, detail=event)
        return order.state in {_S.PICKING, _S.HOLD}
    return True


def stop_number(work: Work, erp_no: str, why: str) -> bool:
    """`stop_for` by the office's number; False when there is no such order."""
    order = work.tx.scalars(select(DeliveryOrder).where(DeliveryOrder.erp_no == erp_no)).first()
    return order is not None and stop_for(work, order, why)


def hold_marked(work: Work, order_id: int) -> None:
    """The last unit of an order was picked: what came up meanwhile holds it now."""
    order = work.tx.get_one(DeliveryOrder, order_id, populate_existing=True)
    if order.state == _S.PICKED and order.hold_reason:
        deciding.hold(work, order_id, order.hold_reason)


def lines_of(tx: Session, order_id: int) -> list[LINES]:
    """The lines as (key, article, EACH)."""
    rows = table(OrderLine)
    query = select(rows.c.line_key, rows.c.sku_id, rows.c.qty).where(rows.c.order_id == order_id)
    return sorted((row.line_key, row.sku_id, row.qty) for row in tx.execute(query))


def is_touched(tx: Session, order_id: int) -> bool:
    """Whether goods were ever promised to a line of the order: such lines are kept as they are."""
    query = (
        select(Allocation.id)
        .join(OrderLine, OrderLine.id == Allocation.owner_id)
        .where(OrderLine.order_id == order_id)
    )
    return tx.scalar(query.limit(1)) is not None


def amend(work: Work, order: DeliveryOrder, values: Mapping[str, Any]) -> Sequence[str]:
    """Change what an unpacked order says beside its lines; the names of what changed."""
    changed = [name for name, value in values.items() if name != "version" and getattr(order, name) != value]
    for name, value in values.items():
        setattr(order, name, value)
    work.tx.flush()
    detail = {"v": values["version"], "changed": changed}
    record(work, "DO", order.order_no, "amend", old=order.state, new=order.state, detail=detail)
    return changed


def doubles(tx: Session, orders: Sequence[DeliveryOrder]) -> dict[int, str]:
    """Orders that another living one of the same platform number holds goods in common with: id → the other's
    number.
    """
    numbers = sorted({order.platform_no for order in orders if order.platform_no})
    if not numbers:
        return {}
    rows = tx.execute(
        select(DeliveryOrder.id, DeliveryOrder.erp_no, DeliveryOrder.platform_no, OrderLine.sku_id)
        .join(OrderLine, OrderLine.order_id == DeliveryOrder.id)
        .where(
            DeliveryOrder.platform_no.in_(numbers),
            DeliveryOrder.state.not_in((_S.CANCELLED, _S.INTERCEPTED, _S.INTERCEPTING)),
        )
        .order_by(DeliveryOrder.id)
    )
    goods: dict[str, dict[int, tuple[str, set[int]]]] = {}
    for row in rows:
        goods.setdefault(row.platform_no, {}).setdefault(row.id, (row.erp_no, set()))[1].add(row.sku_id)
    found: dict[int, str] = {}
    for order in orders:
        same = goods.get(order.platform_no, {})
        own = same.get(order.id, ("", set()))[1]
        other = next((no for id_, (no, skus) in same.items() if id_ != order.id and own & skus), "")
        if other:
            found[order.id] = other
    return found
