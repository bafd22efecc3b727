"""Photos that prove something of a document: its history names each by what is in it, so all are kept."""

from __future__ import annotations

import hashlib

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from station.ground.documents.history import History, record
from station.ground.work import Work

_EVENT = "photo"


def name_of(data: bytes) -> str:
    """The name of a photo: the same picture twice is one."""
    return hashlib.sha256(data).hexdigest()[:16]


def told(doc_type: str, doc_no: str | InstrumentedAttribute[str]) -> tuple[ColumnElement[bool], ...]:
    """What picks the rows of a document's history that tell of its photos."""
    return History.doc_type == doc_type, History.doc_no == doc_no, History.event == _EVENT


def names(tx: Session, doc_type: str, doc_no: str) -> list[str]:
    """The photos that the document's history tells of, in the order in which they were taken."""
    rows = tx.scalars(select(History.detail).where(*told(doc_type, doc_no)).order_by(History.id))
    return [str(detail["photo"]) for detail in rows]


def tell(work: Work, doc_type: str, doc_no: str, state: str, name: str) -> None:
    """The document's history says who took the photo and when."""
    record(work, doc_type, doc_no, _EVENT, old=state, new=state, detail={"photo": name})
