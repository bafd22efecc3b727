"""What is said to and heard from offices, and which connection it goes by."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from station.ground.db import STRICT, Base, Flag, Json, Str, is_one_of
from station.ground.documents.lifecycle import Lifecycle


class ErpConnection(Base):
    """One ERP or shop system, known by `code`; `kind` names its connector.

    Secrets are kept encrypted (`station.ground.vault`). `down_since` is set while it does not answer,
    `retry_at` says when the next look is due. `cancels_at` is when we last knew every cancel; None of one
    that is not watched. `is_main` marks the one that hears of stock when no document says whose it is.
    `wants` says what it hears of (`station.exchange.outbox.wants`), in words parted by commas.
    """

    __tablename__ = "erp_connection"
    __table_args__ = (UniqueConstraint("code"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Str(20))
    name: Mapped[str] = mapped_column(Str(80))
    kind: Mapped[str] = mapped_column(Str(20))
    settings: Mapped[Any] = mapped_column(Json, default=dict)
    secrets: Mapped[str] = mapped_column(Str(4000), default="")
    is_active: Mapped[bool] = mapped_column(Flag, default=True)
    is_main: Mapped[bool] = mapped_column(Flag, default=False)
    wants: Mapped[str] = mapped_column(Str(400), default="", server_default="")
    created_at: Mapped[datetime]
    ok_at: Mapped[datetime | None]
    cancels_at: Mapped[datetime | None]
    down_since: Mapped[datetime | None]
    retry_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(Str(300), default="")
    leased_until: Mapped[datetime | None]
    leased_by: Mapped[str] = mapped_column(Str(60), default="")


class InboxDocument(Base):
    """The newest version of each document an ERP sent; an older or equal one changes nothing.

    `source` is the connection it came from and to which its confirmations go. `digest` tells whether
    a document without a version of its own is a new one; `mark` is the ERP's own stamp of it.
    """

    __tablename__ = "inbox_document"
    __table_args__ = (
        UniqueConstraint("doc_type", "doc_no"),
        Index("ix_inbox_document_source_doc_type", "source", "doc_type", "doc_no"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    doc_type: Mapped[str] = mapped_column(Str(20))
    doc_no: Mapped[str] = mapped_column(Str(80))
    version: Mapped[int]
    result: Mapped[str] = mapped_column(Str(40))
    file_name: Mapped[str] = mapped_column(Str(200))
    source: Mapped[str] = mapped_column(Str(20), default="folder", server_default="folder")
    digest: Mapped[str] = mapped_column(Str(32), default="", server_default="")
    mark: Mapped[str] = mapped_column(Str(120), default="", server_default="")
    at: Mapped[datetime]


class MessageState(StrEnum):
    """What became of a confirmation; see `OutboxMessage`."""

    PENDING = "PENDING"
    LEASED = "LEASED"
    DONE = "DONE"
    DEAD = "DEAD"
    DROPPED = "DROPPED"


class OutboxMessage(Base):
    """A confirmation that an ERP must get at least once, in order per document (P22, §11).

    PENDING → LEASED → DONE; DEAD when a living ERP said no, until a person sends it again with the same
    key or lets it go (DROPPED). `target` is the connection; `erp_ref` what the ERP calls the result.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        UniqueConstraint("event_key"),
        Index("ix_outbox_message_state", "state"),
        Index("ix_outbox_message_target_done_at", "target", "done_at", "id"),
        Index("ix_outbox_message_doc_no", "doc_no"),
        is_one_of("state", MessageState),
        CheckConstraint("(state IN ('DONE', 'DROPPED')) = (done_at IS NOT NULL)", name="done"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_key: Mapped[str] = mapped_column(Str(80))
    kind: Mapped[str] = mapped_column(Str(30))
    doc_no: Mapped[str] = mapped_column(Str(80))
    target: Mapped[str] = mapped_column(Str(20), default="folder", server_default="folder")
    payload: Mapped[Any] = mapped_column(Json)
    state: Mapped[str] = mapped_column(Str(10), default=MessageState.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    refusals: Mapped[int] = mapped_column(default=0, server_default="0")
    next_at: Mapped[datetime]
    last_error: Mapped[str] = mapped_column(Str(300), default="")
    erp_ref: Mapped[str] = mapped_column(Str(120), default="", server_default="")
    handled_by: Mapped[str] = mapped_column(Str(80), default="", server_default="")
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


_S = MessageState

MESSAGE = Lifecycle(
    "OUTBOX",
    OutboxMessage,
    {
        "lease": ({_S.PENDING, _S.LEASED}, _S.LEASED),
        "give_back": ({_S.PENDING, _S.LEASED}, _S.PENDING),
        "deliver": ({_S.LEASED}, _S.DONE),
        "acknowledge": ({_S.PENDING, _S.LEASED}, _S.DONE),
        "set_aside": ({_S.LEASED}, _S.DEAD),
        "resend": ({_S.DEAD}, _S.PENDING),
        "let_go": ({_S.DEAD}, _S.DROPPED),
        "supersede": ({_S.PENDING}, _S.DROPPED),
    },
    begins={_S.PENDING},
    number="id",
    quiet={"lease", "give_back", "deliver", "acknowledge"},
)
"""The way that every message goes is told by its own columns; history has what was set aside, and what came
of that."""
