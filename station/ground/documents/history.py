"""Which event moved which document from where to where, when and by whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Index, cast, literal, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from station.ground.db import STRICT, Base, Json, Str, append_only, table
from station.ground.work import Work


@append_only
class History(Base):
    """Which event moved which document from where to where, when and by whom."""

    __tablename__ = "history"
    __table_args__ = (Index("ix_history_doc_type_doc_no", "doc_type", "doc_no"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    doc_type: Mapped[str] = mapped_column(Str(10))
    doc_no: Mapped[str] = mapped_column(Str(40))
    event: Mapped[str] = mapped_column(Str(20))
    old: Mapped[str] = mapped_column(Str(16))
    new: Mapped[str] = mapped_column(Str(16))
    actor: Mapped[str] = mapped_column(Str(80))
    detail: Mapped[Any] = mapped_column(Json, nullable=True)

    @property
    def reason(self) -> str:
        """Why, in the words of whoever did it; empty when nobody was asked."""
        told = self.detail if isinstance(self.detail, dict) else {}
        return str(told.get("reason") or told.get("why") or "")


def record(
    work: Work, doc_type: str, doc_no: str, event: str, *, old: str, new: str, detail: Any = None
) -> None:
    """Write one history row."""
    work.tx.execute(table(History).insert(), _row(work, doc_type, event, old, new) | _of(doc_no, detail))


def record_many(
    work: Work,
    doc_type: str,
    numbers: Sequence[str],
    event: str,
    *,
    new: str,
    old: str = "",
    detail: Any = None,
) -> None:
    """Write a history row of many documents at once."""
    row = _row(work, doc_type, event, old, new)
    work.tx.connection().execute(table(History).insert(), [row | _of(number, detail) for number in numbers])


def record_those(tx: Session, number: Any, those: ColumnElement[bool], values: Mapping[str, Any]) -> None:
    """A history row of every row that `those` picks, as `number` calls it; `values` are the other columns.

    One INSERT … SELECT, for documents by lists and where there is no `Work`.
    """
    rows = table(History)
    same = [literal(value, rows.c[name].type) for name, value in values.items()]
    query = select(cast(number, rows.c.doc_no.type), *same).where(those).order_by(number)
    tx.connection().execute(rows.insert().from_select(["doc_no", *values], query))


def _row(work: Work, doc_type: str, event: str, old: str, new: str) -> dict[str, Any]:
    return {
        "at": work.now,
        "doc_type": doc_type,
        "event": event,
        "old": old,
        "new": new,
        "actor": work.by.name,
    }


def _of(doc_no: str, detail: Any) -> dict[str, Any]:
    return {"doc_no": doc_no, "detail": detail}
