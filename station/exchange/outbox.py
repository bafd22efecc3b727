"""What must be said to an office: written beside the business change, delivered afterwards (P22, §11)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from station.exchange.documents import doc_type_of, to_data
from station.exchange.models import ErpConnection, InboxDocument, MessageState, OutboxMessage
from station.ground.db import Prepared, table

ALWAYS = frozenset({"receipt_confirmation", "receipt_reversal", "shipment_confirmation"})
"""What every ERP must hear."""


_document, _connection = table(InboxDocument), table(ErpConnection)

_SOURCE = Prepared(
    select(_connection.c.code, _connection.c.wants)
    .join(_document, _document.c.source == _connection.c.code)
    .where(_document.c.doc_type == bindparam("doc_type"), _document.c.doc_no == bindparam("doc_no"))
)
_MAIN = Prepared(
    select(_connection.c.code, _connection.c.wants)
    .order_by(_connection.c.is_main.desc(), _connection.c.is_active.desc(), _connection.c.id)
    .limit(1)
)


def words_of(wanted: Iterable[str]) -> str:
    """What a connector delivers, as `ErpConnection.wants` keeps it."""
    return ",".join(sorted(wanted))


def wants(wanted: str, doc_type: str, state: str = "") -> bool:
    """Whether a connection with these words hears of such a document.

    A word is a type of document, or one state of an order: ``order_state:PICK``.
    """
    words = wanted.split(",")
    return doc_type in ALWAYS or doc_type in words or f"{doc_type}:{state}" in words


def target_of(tx: Session, doc: Any) -> tuple[str, str] | None:
    """(code, words) of the connection that must hear of this: where its document came from, else the main."""
    if hasattr(doc, "erp_no"):
        source = _SOURCE.first(tx, doc_type="order", doc_no=doc.erp_no)
    elif hasattr(doc, "asn_no"):
        source = _SOURCE.first(tx, doc_type="notice", doc_no=doc.asn_no)
    else:
        source = None
    source = source or _MAIN.first(tx)
    return (source.code, source.wants) if source else None


def put(tx: Session, doc: Any, *, doc_no: str, now: datetime, target: tuple[str, str] | None = None) -> bool:
    """Queue one confirmation; its `event_key` is unique, so it exists once.

    `target` spares looking for the connection (code, words). False when the connection does not want to
    hear of this kind of thing.
    """
    target = target or target_of(tx, doc) or ("folder", "")
    if not wants(target[1], doc_type_of(doc), getattr(doc, "state", "")):
        return False
    put_all(tx, [(doc, doc_no, target[0])], now)
    return True


def put_all(tx: Session, messages: Sequence[tuple[Any, str, str]], now: datetime) -> None:
    """Queue (document, number it is kept in order under, connection) that are known to be wanted."""
    same = {"state": MessageState.PENDING, "attempts": 0, "last_error": "", "next_at": now, "created_at": now}
    rows = [
        {
            "event_key": doc.event_key,
            "kind": doc_type_of(doc),
            "doc_no": doc_no,
            "target": target,
            "payload": to_data(doc),
            **same,
        }
        for doc, doc_no, target in messages
    ]
    tx.connection().execute(insert(table(OutboxMessage)), rows)
