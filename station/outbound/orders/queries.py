"""What the desk looks up of one order."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from station.carriers.models import Waybill
from station.catalog.models import Carrier, Sku
from station.outbound.orders.models import Allocation, DeliveryOrder, OrderLine, OrderState
from station.outbound.orders.shelves import shelves
from station.outbound.packing.models import Parcel
from station.outbound.picking.models import PickList, PickTask


def order(tx: Session, order_no: str) -> Any:
    """One order with its carrier, newest waybill and weight, or None."""
    return tx.execute(
        select(DeliveryOrder, Carrier.name, Waybill.waybill_no, Parcel.weight_dg, Parcel.is_typed)
        .join(Carrier, Carrier.id == DeliveryOrder.carrier_id)
        .outerjoin(Parcel, Parcel.order_id == DeliveryOrder.id)
        .outerjoin(Waybill, Waybill.parcel_id == Parcel.id)
        .where(DeliveryOrder.order_no == order_no)
        .order_by(Waybill.id.desc())
        .limit(1)
    ).first()


def lines(tx: Session, order_id: int) -> list[Any]:
    """Articles of an order with what became of them."""
    return list(
        tx.execute(
            select(
                Sku.code,
                Sku.name_zh,
                OrderLine.qty,
                OrderLine.qty_picked,
                OrderLine.qty_packed,
                OrderLine.qty_shipped,
            )
            .join(Sku, Sku.id == OrderLine.sku_id)
            .where(OrderLine.order_id == order_id)
            .order_by(OrderLine.id)
        )
    )


def lacking(tx: Session, today: date, order: DeliveryOrder) -> list[tuple[str, int, int]]:
    """What an order that waits for stock lacks: article, EACH wanted and EACH it might have."""
    if order.state != OrderState.AUDITED:
        return []
    rows = tx.execute(
        select(Sku.id, Sku.code, OrderLine.is_gift, func.sum(OrderLine.qty).label("qty"))
        .join(Sku, Sku.id == OrderLine.sku_id)
        .where(OrderLine.order_id == order.id)
        .group_by(Sku.id, Sku.code, OrderLine.is_gift)
        .order_by(Sku.code)
    ).all()
    free = shelves(tx, today, {row.id for row in rows}, wanted=[order.min_left_days])
    found = []
    for row in rows:
        shelf = free.get((row.id, bool(row.is_gift)))
        there = max(0, shelf.free(order.min_left_days)) if shelf else 0
        if there < row.qty:
            found.append((row.code, int(row.qty), there))
    return found


def pick_numbers(tx: Session, order_id: int) -> list[str]:
    """The pick lists that took goods for an order."""
    return list(
        tx.scalars(
            select(PickList.pick_no)
            .join(PickTask, PickTask.pick_list_id == PickList.id)
            .join(Allocation, Allocation.task_id == PickTask.id)
            .join(OrderLine, OrderLine.id == Allocation.owner_id)
            .where(OrderLine.order_id == order_id)
            .distinct()
        )
    )
