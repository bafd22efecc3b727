"""Telling the ERP how far an order is (§6.0, P22), in the unit of work in which it got there.

Many ERPs do not want to know: then the one prepared look at where the order came from is all it costs,
and there is at most one per unit of work: of one order that is scanned, or of all that a loop moves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from station.exchange import outbox
from station.exchange.documents import OrderState
from station.exchange.models import ErpConnection, InboxDocument
from station.ground.db import Prepared, table
from station.ground.documents.history import History
from station.ground.documents.lifecycle import Step
from station.ground.work import Work
from station.outbound.orders.models import DeliveryOrder

TOLD = {
    "audit": "ACCEPT",
    "last_pick": "PICK",
    "short": "EXCEPTION",
    "verify": "CHECK",
    "bind_label": "PACKAGE",
    "weigh": "WEIGH",
    "stage": "READY",
}
"""Event of the order → the state the ERP hears of. What is shipped or cancelled has messages of its own."""

_connection, _document, _order = table(ErpConnection), table(InboxDocument), table(DeliveryOrder)
_history = table(History)
_SOURCES = (
    select(_order.c.id, _order.c.erp_no, _connection.c.code, _connection.c.kind)
    .select_from(_order)
    .join(_document, _document.c.doc_no == _order.c.erp_no)
    .join(_connection, _connection.c.code == _document.c.source)
    .where(_document.c.doc_type == "order")
)
_SOURCE = Prepared(_SOURCES.where(_order.c.id == bindparam("order_id")))


def tell(work: Work, steps: Sequence[Step]) -> None:
    """Queue the state that orders have reached by one event, for the ERPs that want to hear of it.

    A step that is undone and made again, or made for a newer version of the order, is another event: the
    key counts them by the order's history.
    """
    tx, event = work.tx, steps[0].event
    sources = _sources(tx, [step.doc_id for step in steps])
    wanted = {
        step.doc_no: (step, sources[step.doc_id])
        for step in steps
        if step.doc_id in sources and outbox.wants(sources[step.doc_id].kind, "order_state", TOLD[event])
    }
    if wanted:
        times = _times(tx, event, list(wanted))
        messages = [
            (_state(work, step, source.erp_no, times[doc_no]), doc_no, source.code)
            for doc_no, (step, source) in wanted.items()
        ]
        outbox.put_all(tx, messages, work.now)


def _state(work: Work, step: Step, erp_no: str, times: int) -> OrderState:
    state = TOLD[step.event]
    return OrderState(
        event_key=f"STATE-{step.doc_no}-{state}-{times}",
        erp_no=erp_no,
        order_no=step.doc_no,
        state=state,
        at=work.now,
        operator=work.by.name,
    )


def _sources(tx: Session, order_ids: Sequence[int]) -> Mapping[int, Any]:
    """Where orders came from; of one order, which never changes, looked up once per unit of work."""
    if len(order_ids) > 1:
        return _sources_of_many(tx, order_ids)
    kept = tx.info.get("order_source")
    if kept is None or kept[0] != order_ids[0]:
        found = _SOURCE.first(tx, order_id=order_ids[0])
        kept = tx.info["order_source"] = (order_ids[0], {} if found is None else {found.id: found})
    of_one: Mapping[int, Any] = kept[1]
    return of_one


def _sources_of_many(tx: Session, order_ids: Sequence[int]) -> Mapping[int, Any]:
    """In two steps, each by a unique index: joined at once, SQLite would walk every document there is."""
    rows = tx.connection().execute(select(_order.c.id, _order.c.erp_no).where(_order.c.id.in_(order_ids)))
    ids = {row.erp_no: row.id for row in rows}
    sources = tx.connection().execute(
        select(_document.c.doc_no.label("erp_no"), _connection.c.code, _connection.c.kind)
        .join(_connection, _connection.c.code == _document.c.source)
        .where(_document.c.doc_type == "order", _document.c.doc_no.in_(list(ids)))
    )
    return {ids[row.erp_no]: row for row in sources}


def _times(tx: Session, event: str, order_nos: Sequence[str]) -> dict[str, int]:
    """How often this happened to each order, this time included."""
    rows = tx.connection().execute(
        select(_history.c.doc_no, func.count().label("times"))
        .where(_history.c.doc_type == "DO", _history.c.doc_no.in_(order_nos), _history.c.event == event)
        .group_by(_history.c.doc_no)
    )
    return {row.doc_no: row.times for row in rows}
