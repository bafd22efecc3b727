"""Under which waybills orders leave, for whoever compares or shows them; changes nothing."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from station.carriers.models import Waybill, WaybillState
from station.outbound.packing.models import Parcel, ParcelState


def waybills(tx: Session, order_id: int) -> list[tuple[str, str]]:
    """Number and state of every waybill an order has had."""
    rows = tx.execute(
        select(Waybill.waybill_no, Waybill.state)
        .join(Parcel, Parcel.id == Waybill.parcel_id)
        .where(Parcel.order_id == order_id, Waybill.waybill_no.is_not(None))
        .order_by(Waybill.id)
    )
    return [(row.waybill_no, row.state) for row in rows]


def handed(tx: Session, orders: Select[Any]) -> dict[str, str]:
    """The office's number → what its parcels left under, several with a blank between.

    `orders` selects ids and numbers (`station.outbound.orders.standing.shipped_since`).
    """
    order = orders.subquery()
    rows = tx.execute(
        select(order.c.erp_no, Waybill.waybill_no)
        .select_from(order)
        .outerjoin(Parcel, and_(Parcel.order_id == order.c.id, Parcel.state == ParcelState.SHIPPED))
        .outerjoin(Waybill, and_(Waybill.parcel_id == Parcel.id, Waybill.state == WaybillState.HANDED))
        .order_by(order.c.id, Waybill.id)
    )
    numbers: dict[str, list[str]] = {}
    for row in rows:
        numbers.setdefault(row.erp_no, []).append(row.waybill_no or "")
    return {erp_no: " ".join(filter(None, waybill_nos)) for erp_no, waybill_nos in numbers.items()}
