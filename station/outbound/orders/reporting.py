"""Telling the ERP how far an order is (§6.0, P22), in the unit of work in which it got there.

Many ERPs do not want to know: then the one prepared look at where the order came from is all it costs,
and there is at most one per unit of work: of one order that is scanned, or of all that a loop moves.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from station.exchange import outbox
from station.exchange.documents import OrderStateDocument
from station.ground.db import table
from station.ground.documents.history import History
from station.ground.documents.lifecycle import Step
from station.ground.work import Work
from station.outbound.orders.origin import origins_of

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

_history = table(History)


def tell(work: Work, steps: Sequence[Step]) -> None:
    """Queue the state that orders have reached by one event, for the ERPs that want to hear of it.

    A step that is undone and made again, or made for a newer version of the order, is another event: the
    key counts them by the order's history.
    """
    tx, event = work.tx, steps[0].event
    origins = origins_of(tx, [step.doc_id for step in steps])
    wanted = {
        step.doc_no: (step, origins[step.doc_id])
        for step in steps
        if step.doc_id in origins and outbox.wants(origins[step.doc_id].wants, "order_state", TOLD[event])
    }
    if wanted:
        counts = times(tx, event, list(wanted))
        messages = [
            (_state(work, step, origin.erp_no, counts[doc_no]), doc_no, origin.code)
            for doc_no, (step, origin) in wanted.items()
        ]
        outbox.put_all(tx, messages, work.now)


def _state(work: Work, step: Step, erp_no: str, times: int) -> OrderStateDocument:
    state = TOLD[step.event]
    return OrderStateDocument(
        event_key=f"STATE-{step.doc_no}-{state}-{times}",
        erp_no=erp_no,
        order_no=step.doc_no,
        state=state,
        at=work.now,
        operator=work.by.name,
    )


def times(tx: Session, event: str, order_nos: Sequence[str]) -> dict[str, int]:
    """How often this happened to each order, this time included."""
    rows = tx.connection().execute(
        select(_history.c.doc_no, func.count().label("times"))
        .where(_history.c.doc_type == "DO", _history.c.doc_no.in_(order_nos), _history.c.event == event)
        .group_by(_history.c.doc_no)
    )
    return {row.doc_no: row.times for row in rows}
