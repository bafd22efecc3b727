"""What came from the ERPs, what must go to them, and how the station reaches each of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from station.db import STRICT, Base, Flag, Json, Str


class ErpConnection(Base):
    """One ERP or shop system, known by `code`; `kind` names its connector.

    Secrets are kept encrypted (`station.erp.vault`). `down_since` is set while it does not answer,
    `retry_at` says when the next look is due. `cancels_at` is when we last knew every cancel.
    `is_main` marks the one that hears of stock when no document says whose it is.
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
    created_at: Mapped[datetime]
    ok_at: Mapped[datetime | None]
    cancels_at: Mapped[datetime | None]
    down_since: Mapped[datetime | None]
    retry_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(Str(300), default="")
    leased_until: Mapped[datetime | None]
    leased_by: Mapped[str] = mapped_column(Str(60), default="")


class ErpFeed(Base):
    """How far one feed of a connection has been read, and the progress of its first import."""

    __tablename__ = "erp_feed"
    __table_args__ = (UniqueConstraint("connection_id", "feed"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    connection_id: Mapped[int] = mapped_column(ForeignKey("erp_connection.id"))
    feed: Mapped[str] = mapped_column(Str(30))
    cursor: Mapped[Any] = mapped_column(Json, default=dict)
    taken: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    problems: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    at: Mapped[datetime]


class ErpMapping(Base):
    """A word of the ERP and ours for it; `ours` is empty until a person says what it means.

    `kind` is carrier, unit, status or warehouse; `factor` is EACH per one of a unit.
    """

    __tablename__ = "erp_mapping"
    __table_args__ = (
        UniqueConstraint("connection_id", "kind", "theirs"),
        CheckConstraint("factor > 0", name="factor"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    connection_id: Mapped[int] = mapped_column(ForeignKey("erp_connection.id"))
    kind: Mapped[str] = mapped_column(Str(20))
    theirs: Mapped[str] = mapped_column(Str(120))
    ours: Mapped[str] = mapped_column(Str(60), default="")
    factor: Mapped[int] = mapped_column(default=1)
    seen_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(Str(80), default="")


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


class InboxProblem(Base):
    """A document that could not be taken over, as it came, until it can or a person decides.

    OPEN → DONE (a later try or version worked) or DROPPED (somebody said to leave it). `code` is one of
    `station.erp.reasons`; what waits for another document or a mapping is tried again by itself.
    """

    __tablename__ = "inbox_problem"
    __table_args__ = (
        UniqueConstraint("source", "doc_type", "doc_no"),
        Index("ix_inbox_problem_state", "state", "next_at"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(Str(20))
    doc_type: Mapped[str] = mapped_column(Str(20))
    doc_no: Mapped[str] = mapped_column(Str(80))
    version: Mapped[int] = mapped_column(default=0)
    payload: Mapped[Any] = mapped_column(Json, nullable=True)
    code: Mapped[str] = mapped_column(Str(10))
    why: Mapped[str] = mapped_column(Str(300))
    state: Mapped[str] = mapped_column(Str(10), default="OPEN")
    tries: Mapped[int] = mapped_column(default=1)
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    next_at: Mapped[datetime | None]
    handled_by: Mapped[str] = mapped_column(Str(80), default="")


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
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_key: Mapped[str] = mapped_column(Str(80))
    kind: Mapped[str] = mapped_column(Str(30))
    doc_no: Mapped[str] = mapped_column(Str(80))
    target: Mapped[str] = mapped_column(Str(20), default="folder", server_default="folder")
    payload: Mapped[Any] = mapped_column(Json)
    state: Mapped[str] = mapped_column(Str(10), default="PENDING")
    attempts: Mapped[int] = mapped_column(default=0)
    refusals: Mapped[int] = mapped_column(default=0, server_default="0")
    next_at: Mapped[datetime]
    last_error: Mapped[str] = mapped_column(Str(300), default="")
    erp_ref: Mapped[str] = mapped_column(Str(120), default="", server_default="")
    handled_by: Mapped[str] = mapped_column(Str(80), default="", server_default="")
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class ErpToken(Base):
    """A key to the station's own API; only its hash is kept."""

    __tablename__ = "erp_token"
    __table_args__ = (UniqueConstraint("token_hash"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    connection_id: Mapped[int] = mapped_column(ForeignKey("erp_connection.id"))
    name: Mapped[str] = mapped_column(Str(60))
    token_hash: Mapped[str] = mapped_column(Str(64))
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(Str(80))
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class ApiReply(Base):
    """The answer given under an idempotency key: the same key and body get it again."""

    __tablename__ = "api_reply"
    __table_args__ = (UniqueConstraint("connection_id", "idem_key"), Index("ix_api_reply_at", "at"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    connection_id: Mapped[int] = mapped_column(ForeignKey("erp_connection.id"))
    idem_key: Mapped[str] = mapped_column(Str(120))
    body_hash: Mapped[str] = mapped_column(Str(64))
    status: Mapped[int]
    body: Mapped[Any] = mapped_column(Json)
    at: Mapped[datetime]


class StockLevel(Base):
    """What was last told to the ERP about an article's sellable stock, and up to which movement."""

    __tablename__ = "stock_level"
    __table_args__ = (UniqueConstraint("sku_id"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"))
    levels: Mapped[Any] = mapped_column(Json)
    movement_id: Mapped[int]
    at: Mapped[datetime]


class Reconciliation(Base):
    """One comparison with an ERP: RUNNING → DONE or FAILED."""

    __tablename__ = "reconciliation"
    __table_args__ = (Index("ix_reconciliation_connection_id", "connection_id"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    connection_id: Mapped[int] = mapped_column(ForeignKey("erp_connection.id"))
    state: Mapped[str] = mapped_column(Str(10), default="RUNNING")
    asked_by: Mapped[str] = mapped_column(Str(80))
    compared: Mapped[int] = mapped_column(default=0)
    differences: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(Str(300), default="")
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class Difference(Base):
    """What station and ERP say differently of one thing, from when it was first seen until it went.

    `what` is stock, order or shipment; `key` names the thing. `gone_at` is set when both agree again;
    nothing is ever overwritten because of it.
    """

    __tablename__ = "difference"
    __table_args__ = (
        Index("ix_difference_connection_id_what_key", "connection_id", "what", "key"),
        Index("ix_difference_gone_at", "gone_at"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    connection_id: Mapped[int] = mapped_column(ForeignKey("erp_connection.id"))
    what: Mapped[str] = mapped_column(Str(10))
    key: Mapped[str] = mapped_column(Str(120))
    ours: Mapped[str] = mapped_column(Str(80))
    theirs: Mapped[str] = mapped_column(Str(80))
    explained: Mapped[str] = mapped_column(Str(200), default="")
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    times: Mapped[int] = mapped_column(default=1)
    gone_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(Str(200), default="")
    noted_by: Mapped[str] = mapped_column(Str(80), default="")


class DifferenceSeen(Base):
    """What one comparison found of a difference: its history."""

    __tablename__ = "difference_seen"
    __table_args__ = (Index("ix_difference_seen_difference_id", "difference_id"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    difference_id: Mapped[int] = mapped_column(ForeignKey("difference.id"))
    reconciliation_id: Mapped[int] = mapped_column(ForeignKey("reconciliation.id"))
    ours: Mapped[str] = mapped_column(Str(80))
    theirs: Mapped[str] = mapped_column(Str(80))
    at: Mapped[datetime]
