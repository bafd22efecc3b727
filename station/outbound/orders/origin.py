"""Where an order came from: which office hears of it, and how well its cancels are known (P17, §11).

One prepared look, and at most one per unit of work for one order, whatever is asked of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from station.exchange import freshness
from station.exchange.models import ErpConnection
from station.ground.db import Prepared, table
from station.outbound.orders.models import DeliveryOrder

_order, _connection = table(DeliveryOrder), table(ErpConnection)
_ORIGINS = select(
    _order.c.id,
    _order.c.erp_no,
    _connection.c.code,
    _connection.c.wants,
    _connection.c.is_active,
    _connection.c.cancels_at,
).join(_connection, _connection.c.code == _order.c.source)
_ORIGIN = Prepared(_ORIGINS.where(_order.c.id == bindparam("order_id")))


def origin_of(tx: Session, order_id: int) -> Any:
    """The order's connection (code, words, activity, `cancels_at`); None when nobody sent the order."""
    remembered = tx.info.get("order_origin")
    if remembered is None or remembered[0] != order_id:
        remembered = tx.info["order_origin"] = (order_id, _ORIGIN.first(tx, order_id=order_id))
    return remembered[1]


def origins_of(tx: Session, order_ids: Sequence[int]) -> Mapping[int, Any]:
    """`origin_of` for many, by the order's id; those nobody sent are left out."""
    if len(order_ids) == 1:
        origin = origin_of(tx, order_ids[0])
        return {} if origin is None else {origin.id: origin}
    rows = tx.connection().execute(_ORIGINS.where(_order.c.id.in_(order_ids)))
    return {row.id: row for row in rows}


def is_stale(tx: Session, order_id: int, *, now: datetime, stale_s: int) -> bool:
    """Whether the office may have cancelled the order without our knowing for `stale_s` seconds."""
    origin = origin_of(tx, order_id)
    return origin is not None and freshness.is_stale(
        origin.cancels_at, is_active=origin.is_active, now=now, stale_s=stale_s
    )
