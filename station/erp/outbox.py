"""Confirmations for the ERP: written beside the business change, delivered afterwards (P22, §11).

`put` adds a row in the caller's unit of work. `Courier.run_once` leases the oldest deliverable message,
hands it to the connector outside any transaction, and settles it. Delivery is at least once with the
same key; order per document is kept.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session, aliased

from station.clock import Clock
from station.db import BULK, Database
from station.erp.documents import doc_type_of, from_data, to_data
from station.erp.models import OutboxMessage

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
FIRST_RETRY_S, LAST_RETRY_S = 10, 1800


class Connector(Protocol):
    """Where confirmations go; writing the same document twice must have the effect of once."""

    def write(self, doc: Any) -> object: ...


def put(tx: Session, doc: Any, *, doc_no: str, now: datetime) -> None:
    """Queue one confirmation; its `event_key` is unique, so it exists once."""
    tx.execute(
        insert(OutboxMessage),
        {
            "event_key": doc.event_key,
            "kind": doc_type_of(doc),
            "doc_no": doc_no,
            "payload": to_data(doc),
            "state": "PENDING",
            "next_at": now,
            "created_at": now,
        },
    )


@dataclass
class Courier:
    """Delivers the outbox; safe to run in several processes at once."""

    db: Database
    clock: Clock
    connector: Callable[[], Connector]

    def run_once(self) -> bool:
        """Deliver one message; False when nothing is due."""
        now = self.clock.now()
        message = self.db.write(lambda tx: _lease(tx, now), BULK)
        if message is None:
            return False
        try:
            self.connector().write(from_data(message["kind"], message["payload"]))
        except Exception as error:  # noqa: BLE001 — whatever the office's side does, the message stays
            log.warning("outbox %s not delivered: %s", message["event_key"], error)
            text = f"{type(error).__name__}: {error}"[:300]
            self.db.write(lambda tx: _postpone(tx, message, text, self.clock.now()), BULK)
        else:
            self.db.write(lambda tx: _done(tx, message["id"], self.clock.now()), BULK)
        return True


def _lease(tx: Session, now: datetime) -> dict[str, Any] | None:
    """The oldest due message of which no earlier one of the same document is unfinished."""
    earlier = aliased(OutboxMessage)
    blocked = (
        select(earlier.id)
        .where(
            earlier.doc_no == OutboxMessage.doc_no,
            earlier.id < OutboxMessage.id,
            earlier.state.in_(("PENDING", "LEASED")),
        )
        .exists()
    )
    row = tx.execute(
        select(
            OutboxMessage.id,
            OutboxMessage.event_key,
            OutboxMessage.kind,
            OutboxMessage.payload,
            OutboxMessage.attempts,
            OutboxMessage.state,
        )
        .where(OutboxMessage.state.in_(("PENDING", "LEASED")), OutboxMessage.next_at <= now, ~blocked)
        .order_by(OutboxMessage.id)
        .limit(1)
    ).first()
    if row is None:
        return None
    taken = tx.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.id == row.id,
            OutboxMessage.state == row.state,
            OutboxMessage.attempts == row.attempts,
        )
        .values(state="LEASED", attempts=row.attempts + 1, next_at=now + LEASE)
    )
    return dict(row._mapping) if taken.rowcount == 1 else None  # type: ignore[attr-defined]  # noqa: SLF001


def _postpone(tx: Session, message: dict[str, Any], error: str, now: datetime) -> None:
    wait_s = min(FIRST_RETRY_S * 2 ** min(message["attempts"], 8), LAST_RETRY_S)
    jitter_s = random.randrange(1 + wait_s // 5)  # noqa: S311 — spreads retries, guards nothing
    tx.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == message["id"])
        .values(state="PENDING", last_error=error, next_at=now + timedelta(seconds=wait_s + jitter_s))
    )


def _done(tx: Session, message_id: int, now: datetime) -> None:
    tx.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == message_id)
        .values(state="DONE", done_at=now, last_error="")
    )
