"""An order falls short: it is SHORT, and its ERP hears which units are missing (P15, P17).

The state alone (EXCEPTION) says that something is wrong with the order; this says what, so that the office
can buy, cancel or change it without looking at the station.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from station.catalog.models import Sku
from station.exchange import outbox
from station.exchange.documents import OrderShortage, OrderShortageLine
from station.ground.work import Work
from station.outbound.orders import reporting
from station.outbound.orders.lifecycle import ORDER
from station.outbound.orders.models import OrderLine
from station.outbound.orders.origin import origin_of


def fall_short(
    work: Work, order: Any, missing: Mapping[int, int], *, detail: Mapping[str, Any], **values: Any
) -> None:
    """`missing` (line id → EACH) of an order cannot be had: it is SHORT, and the ERP it came from hears it.

    `order` is the row or a `Ref`; `values` are set beside its state. E-ORD-01 when it is past packing.
    """
    ORDER.move(work, order, "short", detail=detail, **values)
    origin = origin_of(work.tx, order.id)
    if origin is None or not outbox.wants(origin.wants, "order_shortage"):
        return
    lines = _lines(work, missing)
    number = getattr(order, "order_no", "") or order.number
    times = reporting.times(work.tx, "short", [number])[number]
    doc = OrderShortage(
        event_key=f"SHORT-{number}-{times}",
        erp_no=origin.erp_no,
        order_no=number,
        at=work.now,
        operator=work.by.name,
        lines=lines,
    )
    outbox.put_all(work.tx, [(doc, number, origin.code)], work.now)


def _lines(work: Work, missing: Mapping[int, int]) -> tuple[OrderShortageLine, ...]:
    rows = work.tx.execute(
        select(OrderLine.id, OrderLine.line_key, OrderLine.qty, Sku.code)
        .join(Sku, Sku.id == OrderLine.sku_id)
        .where(OrderLine.id.in_(missing))
        .order_by(OrderLine.id)
    )
    return tuple(
        OrderShortageLine(
            line_key=row.line_key, sku_code=row.code, qty_ordered=row.qty, qty_missing=missing[row.id]
        )
        for row in rows
    )
