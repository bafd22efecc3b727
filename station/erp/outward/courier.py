"""Confirmations for the ERP: written beside the business change, delivered afterwards (P22, §11).

`put` adds a row in the caller's unit of work, for the connection the document came from. `Courier.push`
leases the oldest deliverable message, hands it to the connector outside any transaction, and settles it.
Delivery is at least once with the same key; order per document is kept, and a message that is set aside
holds back the later ones of its document, no others.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from station.clock import Clock, is_past
from station.erp import contract, port
from station.exchange.documents import from_data, to_data
from station.exchange.models import MESSAGE, MessageState, OutboxMessage
from station.ground.db import BULK, Database, table
from station.ground.work import OFFICE, SYSTEM

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
BATCH, BATCH_S = 20, 30
"""Messages leased together, and for how long they are begun before the rest is given back."""

FIRST_RETRY_S, LAST_RETRY_S = 10, 1800
MOST_WAIT = timedelta(seconds=LAST_RETRY_S + LAST_RETRY_S // 5)
MOST_REFUSALS = 10
"""Answers of a living ERP that are no permanent no, before a person has to look (§11)."""


Settle = Callable[[Session, datetime], None]


@dataclass
class Courier:
    """Delivers the outbox of one connection; safe to run in several processes at once.

    A few messages are leased and settled together: one disk flush for all of them. A crash in between
    delivers them again, with the same keys.
    """

    db: Database
    clock: Clock
    target: str
    connector: Callable[[], contract.Connector]

    def push(self, until: Callable[[], bool] = lambda: False) -> int:
        """Deliver what is due, oldest first, or as much as fits before `until`; how many went out.

        `Down` and its like are raised once everything that was tried is settled.
        """
        sent, messages = 0, self._settle([], is_last=False)
        while messages:
            settled, error = self._deliver(messages)
            is_last = error is not None or until()
            sent += sum(rule is _done for rule, _ in settled)
            messages = self._settle([settle for _, settle in settled], is_last=is_last)
            if error is not None:
                raise error
        return sent

    def _settle(self, settled: Sequence[Settle], *, is_last: bool) -> list[Any]:
        """One unit of work: what became of the last messages, and the lease of the next."""
        now = self.clock.now()

        def work(tx: Session) -> list[Any]:
            for settle in settled:
                settle(tx, now)
            return [] if is_last else lease(tx, self.target, now)

        return self.db.write(work, BULK)

    def _deliver(self, messages: Sequence[Any]) -> tuple[list[tuple[Any, Settle]], port.ErpError | None]:
        """Hand messages over one by one; how to settle each. Behind one that failed its document waits."""
        settled: list[tuple[Any, Settle]] = []
        held: set[str] = set()
        silent: port.ErpError | None = None
        until = time.monotonic() + BATCH_S
        for message in messages:
            if silent is not None or message.doc_no in held or time.monotonic() > until:
                settled.append(
                    (_untried, partial(_untried, message_id=message.id, attempts=message.attempts))
                )
                continue
            try:
                rule, settle = self._one(message)
            except (port.Down, port.Limited, port.NoAccess) as error:
                text = f"{type(error).__name__}: {error}"[:300]
                rule, settle, silent = (
                    _give_back,
                    partial(_give_back, message_id=message.id, error=text),
                    error,
                )
            if rule is not _done:
                held.add(message.doc_no)
            settled.append((rule, settle))
        return settled, silent

    def _one(self, message: Any) -> tuple[Any, Settle]:
        """Hand one message over: what became of it. A silent ERP is raised."""
        try:
            ref = self.connector().deliver(from_data(message.kind, message.payload))
        except (port.Down, port.Limited, port.NoAccess):
            raise
        except (port.Declined, port.Unmapped) as error:
            log.warning("outbox %s refused: %s", message.event_key, error)
            text = f"{type(error).__name__}: {error}"[:300]
            return _set_aside, partial(_set_aside, message_id=message.id, error=text)
        except Exception as error:
            is_known = isinstance(error, port.Stale)
            log.warning("outbox %s not delivered: %s", message.event_key, error, exc_info=not is_known)
            text = f"{type(error).__name__}: {error}"[:300]
            return _postpone, partial(_postpone, message=message, error=text)
        return _done, partial(_done, message_id=message.id, ref=ref)


def lease(tx: Session, target: str, now: datetime, most: int = BATCH) -> list[Any]:
    """The oldest due messages of a connection, each with the later ones of its document behind it.

    A message waits while an earlier one of its document is set aside, postponed or in other hands.
    """
    earlier = aliased(OutboxMessage)
    blocked = (
        select(earlier.id)
        .where(
            earlier.doc_no == OutboxMessage.doc_no,
            earlier.target == OutboxMessage.target,
            earlier.id < OutboxMessage.id,
            earlier.done_at.is_(None),
            (earlier.state == MessageState.DEAD) | ~_is_due(earlier, now),
        )
        .exists()
    )
    rows = tx.execute(
        select(table(OutboxMessage))
        .where(
            OutboxMessage.target == target,
            OutboxMessage.done_at.is_(None),
            OutboxMessage.state.in_((MessageState.PENDING, MessageState.LEASED)),
            _is_due(OutboxMessage, now),
            ~blocked,
        )
        .order_by(OutboxMessage.id)
        .limit(most)
        .with_for_update()
    ).all()
    if rows:
        leased = OutboxMessage.id.in_([row.id for row in rows])
        values = {"attempts": OutboxMessage.attempts + 1, "next_at": now + LEASE}
        MESSAGE.move_where(tx, leased, "lease", now=now, who=SYSTEM.name, **values)
    return list(rows)


def _is_due(message: Any, now: datetime) -> Any:
    """Nobody is handing it over, and it was not postponed; what never was refused waits for no hour."""
    leased = message.state == MessageState.LEASED
    return (
        (leased & is_past(message.next_at, now, LEASE))
        | (~leased & (message.refusals == 0))
        | (~leased & is_past(message.next_at, now, MOST_WAIT))
    )


def _settled(tx: Session, now: datetime, message_id: int, event: str, **values: Any) -> None:
    """Settle a leased message; whoever settled it before us was right too."""
    is_ours = (OutboxMessage.id == message_id) & (OutboxMessage.state == MessageState.LEASED)
    MESSAGE.move_where(tx, is_ours, event, now=now, who=SYSTEM.name, **values)


def _give_back(tx: Session, now: datetime, *, message_id: int, error: str) -> None:
    """The ERP is silent: the message waits with its whole connection, and it was not its fault."""
    _settled(tx, now, message_id, "give_back", last_error=error, next_at=now)


def _untried(tx: Session, now: datetime, *, message_id: int, attempts: int) -> None:
    """It was leased and not tried: as if nothing had been."""
    _settled(tx, now, message_id, "give_back", attempts=attempts, next_at=now)


def _set_aside(tx: Session, now: datetime, *, message_id: int, error: str) -> None:
    refusals = OutboxMessage.refusals + 1
    _settled(tx, now, message_id, "set_aside", last_error=error, refusals=refusals)


def _postpone(tx: Session, now: datetime, *, message: Any, error: str) -> None:
    """Try again later; after too many answers of that kind a person has to look."""
    refusals = message.refusals + 1
    if refusals >= MOST_REFUSALS:
        _set_aside(tx, now, message_id=message.id, error=error)
        return
    wait_s = min(FIRST_RETRY_S * 2 ** min(refusals - 1, 8), LAST_RETRY_S)
    jitter_s = random.randrange(1 + wait_s // 5)  # noqa: S311 — spreads retries, guards nothing
    next_at = now + timedelta(seconds=wait_s + jitter_s)
    _settled(tx, now, message.id, "give_back", last_error=error, refusals=refusals, next_at=next_at)


def _done(tx: Session, now: datetime, *, message_id: int, ref: object) -> None:
    _settled(tx, now, message_id, "deliver", done_at=now, last_error="", erp_ref=str(ref or "")[:120])


# --- by hand, and for ERPs that fetch ------------------------------------------------------------


def resend(tx: Session, message_id: int, payload: dict[str, Any] | None, *, who: str, now: datetime) -> None:
    """Send a message that was set aside again, perhaps mended, with the same key.

    LookupError when it is not set aside; ValueError when the payload is no such document.
    """
    row = tx.get(OutboxMessage, message_id)
    if row is None or row.state != MessageState.DEAD:
        raise LookupError("this message is not set aside")
    values = {"refusals": 0, "next_at": now, "handled_by": who}
    if payload is not None:
        doc = from_data(row.kind, payload)
        if doc.event_key != row.event_key:
            raise ValueError(f"the key must stay {row.event_key}")
        values["payload"] = to_data(doc)
    if not MESSAGE.move_where(tx, OutboxMessage.id == message_id, "resend", now=now, who=who, **values):
        raise LookupError("this message is not set aside")
    tx.expire(row)


def drop(tx: Session, message_id: int, *, who: str, now: datetime) -> None:
    """The office need not hear of this any more; LookupError when the message is not set aside."""
    values = {"handled_by": who, "done_at": now}
    if not MESSAGE.move_where(tx, OutboxMessage.id == message_id, "let_go", now=now, who=who, **values):
        raise LookupError("this message is not set aside")


def waiting(tx: Session, target: str, after_id: int = 0, limit: int = 100) -> list[OutboxMessage]:
    """What a connection that fetches has not acknowledged yet, in order."""
    return list(
        tx.scalars(
            select(OutboxMessage)
            .where(
                OutboxMessage.target == target,
                OutboxMessage.state.in_((MessageState.PENDING, MessageState.LEASED)),
                OutboxMessage.id > after_id,
            )
            .order_by(OutboxMessage.id)
            .limit(limit)
        )
    )


def acknowledge(tx: Session, target: str, message_id: int, erp_ref: str, now: datetime) -> bool:
    """The ERP has it; False when it was acknowledged before."""
    is_it = (OutboxMessage.id == message_id) & (OutboxMessage.target == target)
    values = {"done_at": now, "last_error": "", "erp_ref": erp_ref[:120]}
    return MESSAGE.move_where(tx, is_it, "acknowledge", now=now, who=OFFICE.name, **values) == 1
