"""Confirmations for the ERP: written beside the business change, delivered afterwards (P22, §11).

`put` adds a row in the caller's unit of work, for the connection the document came from. `Courier.push`
leases the oldest deliverable message, hands it to the connector outside any transaction, and settles it.
Delivery is at least once with the same key; order per document is kept, and a message that is set aside
holds back the later ones of its document, no others.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session, aliased

from station.clock import Clock
from station.db import BULK, Database, Prepared, table
from station.erp import port
from station.erp.connectors import connector_class
from station.erp.documents import doc_type_of, from_data, to_data
from station.erp.models import ErpConnection, InboxDocument, OutboxMessage

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
FIRST_RETRY_S, LAST_RETRY_S = 10, 1800
MOST_REFUSALS = 10
"""Answers of a living ERP that are no permanent no, before a person has to look (§11)."""

ALWAYS = frozenset({"receipt_confirmation", "shipment_confirmation"})
"""What every ERP must hear."""

_document, _connection = table(InboxDocument), table(ErpConnection)
_SOURCE = Prepared(
    select(_connection.c.code, _connection.c.kind)
    .join(_document, _document.c.source == _connection.c.code)
    .where(_document.c.doc_type == bindparam("doc_type"), _document.c.doc_no == bindparam("doc_no"))
)
_MAIN = Prepared(
    select(_connection.c.code, _connection.c.kind)
    .order_by(_connection.c.is_main.desc(), _connection.c.is_active.desc(), _connection.c.id)
    .limit(1)
)


@cache
def _wants(kind: str) -> frozenset[str]:
    return connector_class(kind).wants


def wants(kind: str, doc_type: str, state: str = "") -> bool:
    """Whether connections of this kind hear of such documents."""
    wanted = _wants(kind)
    return doc_type in ALWAYS or doc_type in wanted or f"{doc_type}:{state}" in wanted


def target_of(tx: Session, doc: Any) -> tuple[str, str] | None:
    """(code, kind) of the connection that must hear of this: where its document came from, else the main."""
    if hasattr(doc, "erp_no"):
        found = _SOURCE.first(tx, doc_type="order", doc_no=doc.erp_no)
    elif hasattr(doc, "asn_no"):
        found = _SOURCE.first(tx, doc_type="notice", doc_no=doc.asn_no)
    else:
        found = None
    found = found or _MAIN.first(tx)
    return (found.code, found.kind) if found else None


def put(tx: Session, doc: Any, *, doc_no: str, now: datetime, target: tuple[str, str] | None = None) -> bool:
    """Queue one confirmation; its `event_key` is unique, so it exists once.

    `target` spares looking for the connection (code, kind). False when the connection does not want to
    hear of this kind of thing.
    """
    target = target or target_of(tx, doc) or ("folder", "folder")
    if not wants(target[1], doc_type_of(doc), getattr(doc, "state", "")):
        return False
    tx.execute(
        insert(table(OutboxMessage)),
        {
            "event_key": doc.event_key,
            "kind": doc_type_of(doc),
            "doc_no": doc_no,
            "target": target[0],
            "payload": to_data(doc),
            "state": "PENDING",
            "attempts": 0,
            "last_error": "",
            "next_at": now,
            "created_at": now,
        },
    )
    return True


@dataclass
class Courier:
    """Delivers the outbox of one connection; safe to run in several processes at once."""

    db: Database
    clock: Clock
    target: str
    connector: Callable[[], port.Connector]

    def run_once(self) -> bool:
        """Deliver one message; False when nothing is due. `Down` and its like are the caller's."""
        now = self.clock.now()
        message = self.db.write(lambda tx: lease(tx, self.target, now), BULK)
        if message is None:
            return False
        self.db.write(self._settled(message), BULK)
        return True

    def push(self, most: int = 200) -> int:
        """Deliver what is due, oldest first; how many went out."""
        now = self.clock.now()
        message = self.db.write(lambda tx: lease(tx, self.target, now), BULK)
        done = 0
        while message is not None:
            settle = self._settled(message)
            done += 1
            last = done >= most
            message = self.db.write(lambda tx, settle=settle, last=last: self._next(tx, settle, last), BULK)  # type: ignore[misc]
        return done

    def _next(self, tx: Session, settle: Callable[[Session], None], last: bool) -> dict[str, Any] | None:
        settle(tx)
        return None if last else lease(tx, self.target, self.clock.now())

    def _settled(self, message: dict[str, Any]) -> Callable[[Session], None]:
        """Hand a message over; how to settle it. A silent ERP gives the message back and is raised."""
        key, number = message["event_key"], message["id"]
        try:
            ref = self.connector().deliver(from_data(message["kind"], message["payload"]))
        except (port.Down, port.Limited, port.NoAccess) as error:
            text = f"{type(error).__name__}: {error}"[:300]
            self.db.write(lambda tx: _give_back(tx, number, text, self.clock.now()), BULK)
            raise
        except (port.Refused, port.Unmapped) as error:
            log.warning("outbox %s refused: %s", key, error)
            text = f"{type(error).__name__}: {error}"[:300]
            return lambda tx: _set_aside(tx, number, text)
        except Exception as error:
            log.warning("outbox %s not delivered: %s", key, error, exc_info=not isinstance(error, port.Stale))
            text = f"{type(error).__name__}: {error}"[:300]
            return lambda tx: _postpone(tx, message, text, self.clock.now())
        return lambda tx: _done(tx, number, ref, self.clock.now())


def lease(tx: Session, target: str, now: datetime) -> dict[str, Any] | None:
    """The oldest due message of a connection of which no earlier one of its document is unfinished."""
    earlier = aliased(OutboxMessage)
    blocked = (
        select(earlier.id)
        .where(
            earlier.doc_no == OutboxMessage.doc_no,
            earlier.id < OutboxMessage.id,
            earlier.state.in_(("PENDING", "LEASED", "DEAD")),
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
            OutboxMessage.refusals,
            OutboxMessage.state,
        )
        .where(
            OutboxMessage.target == target,
            OutboxMessage.state.in_(("PENDING", "LEASED")),
            OutboxMessage.next_at <= now,
            ~blocked,
        )
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


def _change(tx: Session, message_id: int, **values: Any) -> None:
    """Settle a leased message; whoever settled it before us was right too."""
    tx.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == message_id, OutboxMessage.state == "LEASED")
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _give_back(tx: Session, message_id: int, error: str, now: datetime) -> None:
    """The ERP is silent: the message waits with its whole connection, and it was not its fault."""
    _change(tx, message_id, state="PENDING", last_error=error, next_at=now)


def _set_aside(tx: Session, message_id: int, error: str) -> None:
    _change(tx, message_id, state="DEAD", last_error=error, refusals=OutboxMessage.refusals + 1)


def _postpone(tx: Session, message: dict[str, Any], error: str, now: datetime) -> None:
    """Try again later; after too many answers of that kind a person has to look."""
    refusals = message["refusals"] + 1
    if refusals >= MOST_REFUSALS:
        _set_aside(tx, message["id"], error)
        return
    wait_s = min(FIRST_RETRY_S * 2 ** min(refusals - 1, 8), LAST_RETRY_S)
    jitter_s = random.randrange(1 + wait_s // 5)  # noqa: S311 — spreads retries, guards nothing
    next_at = now + timedelta(seconds=wait_s + jitter_s)
    _change(tx, message["id"], state="PENDING", last_error=error, refusals=refusals, next_at=next_at)


def _done(tx: Session, message_id: int, ref: object, now: datetime) -> None:
    _change(tx, message_id, state="DONE", done_at=now, last_error="", erp_ref=str(ref or "")[:120])


# --- by hand, and for ERPs that fetch ------------------------------------------------------------


def resend(tx: Session, message_id: int, payload: dict[str, Any] | None, *, who: str, now: datetime) -> None:
    """Send a message that was set aside again, perhaps mended, with the same key.

    LookupError when it is not set aside; ValueError when the payload is no such document.
    """
    row = tx.get(OutboxMessage, message_id)
    if row is None or row.state != "DEAD":
        raise LookupError("this message is not set aside")
    if payload is not None:
        doc = from_data(row.kind, payload)
        if doc.event_key != row.event_key:
            raise ValueError(f"the key must stay {row.event_key}")
        row.payload = to_data(doc)
    row.state, row.refusals, row.next_at, row.handled_by = "PENDING", 0, now, who
    tx.flush()


def drop(tx: Session, message_id: int, *, who: str, now: datetime) -> None:
    """The office need not hear of this any more; LookupError when the message is not set aside."""
    done = tx.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == message_id, OutboxMessage.state == "DEAD")
        .values(state="DROPPED", handled_by=who, done_at=now)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise LookupError("this message is not set aside")


def waiting(tx: Session, target: str, after_id: int = 0, limit: int = 100) -> list[OutboxMessage]:
    """What a connection that fetches has not acknowledged yet, in order."""
    return list(
        tx.scalars(
            select(OutboxMessage)
            .where(
                OutboxMessage.target == target,
                OutboxMessage.state.in_(("PENDING", "LEASED")),
                OutboxMessage.id > after_id,
            )
            .order_by(OutboxMessage.id)
            .limit(limit)
        )
    )


def acknowledge(tx: Session, target: str, message_id: int, erp_ref: str, now: datetime) -> bool:
    """The ERP has it; False when it was acknowledged before."""
    done = tx.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.id == message_id,
            OutboxMessage.target == target,
            OutboxMessage.state.in_(("PENDING", "LEASED")),
        )
        .values(state="DONE", done_at=now, last_error="", erp_ref=erp_ref[:120])
    )
    return done.rowcount == 1  # type: ignore[attr-defined, no-any-return]
