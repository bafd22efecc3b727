"""What came from the ERP and what must go to it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from station.db import STRICT, Base, Json, Str


class ErpFile(Base):
    """A file taken from the inbox, once, by its content; or rejected, with the first reason."""

    __tablename__ = "erp_file"
    __table_args__ = (UniqueConstraint("sha256", "state"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Str(200))
    sha256: Mapped[str] = mapped_column(Str(64))
    doc_type: Mapped[str] = mapped_column(Str(20))
    state: Mapped[str] = mapped_column(Str(10))
    documents: Mapped[int] = mapped_column(default=0)
    detail: Mapped[Any] = mapped_column(Json, nullable=True)
    at: Mapped[datetime]


class InboxDocument(Base):
    """The newest version of each document the ERP sent; an older or equal one changes nothing."""

    __tablename__ = "inbox_document"
    __table_args__ = (UniqueConstraint("doc_type", "doc_no"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    doc_type: Mapped[str] = mapped_column(Str(20))
    doc_no: Mapped[str] = mapped_column(Str(80))
    version: Mapped[int]
    result: Mapped[str] = mapped_column(Str(40))
    file_name: Mapped[str] = mapped_column(Str(200))
    at: Mapped[datetime]


class OutboxMessage(Base):
    """A confirmation that the ERP must get at least once, in order per document (P22, §11).

    PENDING → LEASED → DONE, or DEAD after too many refusals by a live ERP.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (UniqueConstraint("event_key"), Index("ix_outbox_message_state", "state"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_key: Mapped[str] = mapped_column(Str(80))
    kind: Mapped[str] = mapped_column(Str(30))
    doc_no: Mapped[str] = mapped_column(Str(80))
    payload: Mapped[Any] = mapped_column(Json)
    state: Mapped[str] = mapped_column(Str(10), default="PENDING")
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    last_error: Mapped[str] = mapped_column(Str(300), default="")
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
