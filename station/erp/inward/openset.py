"""Comparing the orders an ERP still wants shipped with those we hold for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.erp.port import OpenOrder
from station.exchange.models import InboxDocument
from station.outbound.orders import standing


@dataclass(frozen=True)
class Todo:
    """What to ask the ERP again, and what it seems to have no more."""

    to_read: Sequence[str]
    gone: Sequence[str]


def ours(tx: Session, source: str) -> dict[str, tuple[str, bool]]:
    """Order number → (the ERP's stamp when we took it, whether it is still to be shipped by us)."""
    open_here = standing.open_of(tx, source)
    rows = tx.execute(
        select(InboxDocument.doc_no, InboxDocument.mark).where(
            InboxDocument.source == source, InboxDocument.doc_type == "order"
        )
    )
    return {row.doc_no: (row.mark, row.doc_no in open_here) for row in rows}


def compare(theirs: Sequence[OpenOrder], held: Mapping[str, tuple[str, bool]]) -> Todo:
    """Read what is new or bears another stamp; what only we hold open is gone.

    What we have shipped or stopped already is not read again: the ERP learns of it from the outbox.
    """
    to_read = [
        one.doc_no
        for one in theirs
        if one.doc_no not in held or (held[one.doc_no][1] and held[one.doc_no][0] != one.mark)
    ]
    open_there = {one.doc_no for one in theirs}
    gone = [doc_no for doc_no, (_, is_open) in held.items() if is_open and doc_no not in open_there]
    return Todo(to_read, gone)
