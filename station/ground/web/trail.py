"""Everything that happened to a document: history and signatures here, more from those who keep more.

A document is always asked for by its type and its number together, as the indexes are built.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from station.ground.documents.history import History
from station.ground.documents.signatures import Signature
from station.ground.web.desk import table
from station.ground.web.i18n import gettext as _
from station.ground.web.sheets import Sheet

Docs = Sequence[tuple[str, str]]
"""(type, number) of each document."""
Part = Callable[[Session, Docs], tuple[str, Sheet]]
"""One table of a trail: its title and its rows."""


def documents(*docs: tuple[str, str | None]) -> Docs:
    """Those that have a number already."""
    return [(kind, number) for kind, number in docs if number]


def one_of(doc_type: Any, doc_no: Any, docs: Docs) -> ColumnElement[bool]:
    """Rows of any of the documents; each type is one search of the index on (type, number)."""
    numbers: dict[str, list[str]] = {}
    for kind, number in docs:
        numbers.setdefault(kind, []).append(number)
    return or_(false(), *(and_(doc_type == kind, doc_no.in_(some)) for kind, some in numbers.items()))


def trail(tx: Session, docs: Docs, *parts: Part) -> list[tuple[str, Sheet]]:
    """History and signatures of the documents, then what `parts` know of them."""
    return [part(tx, docs) for part in (history, signatures, *parts)]


def history(tx: Session, docs: Docs) -> tuple[str, Sheet]:
    """State changes of documents."""
    columns = [
        (_("Time"), "at"),
        (_("Event"), "event"),
        (_("From"), "old"),
        (_("To"), "new"),
        (_("Who"), "actor"),
        (_("Reason"), "reason"),
    ]
    query = select(History).where(one_of(History.doc_type, History.doc_no, docs)).order_by(History.id)
    return _("History"), table(columns, tx.scalars(query))


def signatures(tx: Session, docs: Docs) -> tuple[str, Sheet]:
    """Who signed."""
    columns = [(_("Time"), "at"), (_("Paper"), "doc_no"), (_("As"), "meaning"), (_("Signed by"), "signer")]
    mine = one_of(Signature.doc_type, Signature.doc_no, docs)
    return _("Signatures"), table(columns, tx.scalars(select(Signature).where(mine).order_by(Signature.id)))
