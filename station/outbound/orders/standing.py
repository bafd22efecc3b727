"""How orders stand, for whoever compares or shows them: by the office's own numbers, changing nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from station.catalog.models import Carrier, Sku
from station.ground.db import table
from station.outbound.orders.models import DeliveryOrder, OrderLine, OrderState

CLOSED = (OrderState.SHIPPED, OrderState.CANCELLED, OrderState.INTERCEPTED, OrderState.INTERCEPTING)
"""States in which an order is not to be shipped by us any more."""

STATES = tuple(state.value for state in OrderState)
_PART = 500


def ids(tx: Session, numbers: Collection[str]) -> dict[str, int]:
    """Our ids of the orders with these numbers; unknown ones are left out."""
    rows = tx.execute(
        select(DeliveryOrder.erp_no, DeliveryOrder.id).where(DeliveryOrder.erp_no.in_(set(numbers)))
    )
    return {row.erp_no: row.id for row in rows}


def order_no(tx: Session, erp_no: str) -> str:
    """Our number of an order; empty when there is none."""
    return tx.scalar(select(DeliveryOrder.order_no).where(DeliveryOrder.erp_no == erp_no)) or ""


def erp_nos(tx: Session, order_nos: Collection[str]) -> dict[str, str]:
    """The office's numbers of orders, by ours."""
    numbers: dict[str, str] = {}
    for part in _parts(sorted(order_nos)):
        rows = tx.execute(
            select(DeliveryOrder.order_no, DeliveryOrder.erp_no).where(DeliveryOrder.order_no.in_(part))
        )
        numbers |= {row.order_no: row.erp_no for row in rows}
    return numbers


def states(tx: Session, numbers: Collection[str]) -> dict[str, str]:
    """The state of the orders with these numbers, whichever office sent them."""
    states: dict[str, str] = {}
    for part in _parts(sorted(numbers)):
        rows = tx.execute(
            select(DeliveryOrder.erp_no, DeliveryOrder.state).where(DeliveryOrder.erp_no.in_(part))
        )
        states |= {row.erp_no: row.state for row in rows}
    return states


def open_of(tx: Session, source: str) -> dict[str, str]:
    """Number → state of what a connection sent and we still mean to ship."""
    rows = tx.execute(
        select(DeliveryOrder.erp_no, DeliveryOrder.state).where(
            DeliveryOrder.source == source, DeliveryOrder.state.not_in(CLOSED)
        )
    )
    return {row.erp_no: row.state for row in rows}


def shipped_since(source: str, since: datetime) -> Select[Any]:
    """Ids and numbers of a connection's orders that left since an instant, as a query."""
    return _shipped(source).where(DeliveryOrder.shipped_at >= since)


def shipped_among(source: str, numbers: Collection[str]) -> Iterator[Select[Any]]:
    """`shipped_since` for named orders, whenever they left: in queries of a bounded size."""
    return (_shipped(source).where(DeliveryOrder.erp_no.in_(part)) for part in _parts(sorted(numbers)))


def _shipped(source: str) -> Select[Any]:
    query: Select[Any] = select(table(DeliveryOrder).c.id, table(DeliveryOrder).c.erp_no)
    return query.where(DeliveryOrder.source == source, DeliveryOrder.state == OrderState.SHIPPED)


def first_shipped(tx: Session, numbers: Select[Any]) -> datetime | None:
    """When the first of the orders with the selected numbers left; None when none did."""
    return tx.scalar(select(func.min(DeliveryOrder.shipped_at)).where(DeliveryOrder.erp_no.in_(numbers)))


def head(tx: Session, erp_no: str) -> tuple[DeliveryOrder, str] | None:
    """An order and the code of its carrier."""
    row = tx.execute(
        select(DeliveryOrder, Carrier.code)
        .join(Carrier, Carrier.id == DeliveryOrder.carrier_id)
        .where(DeliveryOrder.erp_no == erp_no)
    ).first()
    return (row[0], row[1]) if row else None


def lines(tx: Session, order_id: int) -> list[tuple[OrderLine, str]]:
    """The lines of an order in the office's order, each with the code of its article."""
    rows = tx.execute(
        select(OrderLine, Sku.code)
        .join(Sku, Sku.id == OrderLine.sku_id)
        .where(OrderLine.order_id == order_id)
        .order_by(OrderLine.id)
    )
    return [(row[0], row[1]) for row in rows]


def _parts(numbers: Sequence[str]) -> Iterator[Sequence[str]]:
    return (numbers[start : start + _PART] for start in range(0, len(numbers), _PART))
