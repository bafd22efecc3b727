"""Telling the ERP how far an order is (§6.0, P22), in the unit of work in which it got there.

Many ERPs do not want to know: then the one prepared look at where the order came from is all it costs,
and there is at most one per order and unit of work.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from station.db import Prepared, table
from station.erp import outbox
from station.erp.documents import OrderState
from station.erp.models import ErpConnection, InboxDocument
from station.outbound.models import DeliveryOrder
from station.states import History, Step

TOLD = {
    "audit": "ACCEPT",
    "last_pick": "PICK",
    "verify": "CHECK",
    "bind_label": "PACKAGE",
    "weigh": "WEIGH",
    "stage": "READY",
}
"""Event of the order → the state the ERP hears of. What is shipped or cancelled has messages of its own."""

_connection, _document, _order = table(ErpConnection), table(InboxDocument), table(DeliveryOrder)
_history = table(History)
_SOURCE = Prepared(
    select(_order.c.erp_no, _connection.c.code, _connection.c.kind)
    .select_from(_order)
    .join(_document, _document.c.doc_no == _order.c.erp_no)
    .join(_connection, _connection.c.code == _document.c.source)
    .where(_document.c.doc_type == "order", _order.c.id == bindparam("order_id"))
)
_TIMES = Prepared(
    select(func.count())
    .select_from(_history)
    .where(
        _history.c.doc_type == "DO",
        _history.c.doc_no == bindparam("doc_no"),
        _history.c.event == bindparam("event"),
    )
)


def tell(tx: Session, step: Step) -> None:
    """Queue the state for the ERP the order came from, if it wants to hear of it.

    A step that is undone and made again, or made for a newer version of the order, is another event: the
    key counts them by the order's history.
    """
    source = _source(tx, step.doc_id)
    state = TOLD[step.event]
    if source is None or not outbox.wants(source.kind, "order_state", state):
        return
    times = _TIMES.scalar(tx, doc_no=step.doc_no, event=step.event)
    doc = OrderState(
        event_key=f"STATE-{step.doc_no}-{state}-{times}",
        erp_no=source.erp_no,
        order_no=step.doc_no,
        state=state,
        at=step.now,
        operator=step.actor,
    )
    outbox.put(tx, doc, doc_no=step.doc_no, now=step.now, target=(source.code, source.kind))


def _source(tx: Session, order_id: int) -> Any:
    """Where an order came from never changes: looked up once per order and unit of work."""
    kept = tx.info.get("order_source")
    if kept is None or kept[0] != order_id:
        kept = tx.info["order_source"] = (order_id, _SOURCE.first(tx, order_id=order_id))
    return kept[1]
