"""How old our knowledge of an ERP's cancels is (P17, P21, §11).

A connection that is watched for cancels says in `cancels_at` up to when all of them are known here. One
that never said so is not watched: its cancels come when somebody brings them, and nothing can be late.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from station.exchange.models import ErpConnection, InboxDocument
from station.ground.db import Prepared, table
from station.outbound.orders.models import DeliveryOrder

_connection, _document, _order = table(ErpConnection), table(InboxDocument), table(DeliveryOrder)
_OF_ORDER = Prepared(
    select(_connection.c.is_active, _connection.c.cancels_at)
    .select_from(_order)
    .join(_document, _document.c.doc_no == _order.c.erp_no)
    .join(_connection, _connection.c.code == _document.c.source)
    .where(_document.c.doc_type == "order", _order.c.id == bindparam("order_id"))
)


@dataclass(frozen=True, slots=True)
class StaleSource:
    """A connection whose cancels we do not know well enough, and the last moment we did."""

    name: str
    cancels_at: datetime


def is_stale(cancels_at: datetime | None, *, is_active: bool, now: datetime, stale_s: int) -> bool:
    """Whether an order may have been cancelled without our knowing.

    A connection that was watched and is switched off tells us nothing any more. A clock that went back
    makes knowledge from the future as doubtful as old one.
    """
    if cancels_at is None:
        return False
    return not is_active or abs(now - cancels_at) > timedelta(seconds=stale_s)


def is_order_stale(tx: Session, order_id: int, *, now: datetime, stale_s: int) -> bool:
    """`is_stale` of the connection an order came from; one prepared query."""
    found = _OF_ORDER.first(tx, order_id=order_id)
    return found is not None and is_stale(
        found.cancels_at, is_active=found.is_active, now=now, stale_s=stale_s
    )


def stale_sources(tx: Session, erp_nos: Select[Any], *, now: datetime, stale_s: int) -> list[StaleSource]:
    """The stale connections among those the orders came from, the oldest knowledge first."""
    rows = tx.execute(
        select(_connection.c.code, _connection.c.name, _connection.c.is_active, _connection.c.cancels_at)
        .where(
            _connection.c.cancels_at.is_not(None),
            _connection.c.code.in_(
                select(_document.c.source).where(
                    _document.c.doc_type == "order", _document.c.doc_no.in_(erp_nos)
                )
            ),
        )
        .order_by(_connection.c.cancels_at)
    )
    return [
        StaleSource(row.name or row.code, row.cancels_at)
        for row in rows
        if is_stale(row.cancels_at, is_active=row.is_active, now=now, stale_s=stale_s)
    ]
