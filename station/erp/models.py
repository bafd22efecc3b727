"""What came from the ERPs, what must go to them, and how the station reaches each of them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from station.ground.db import STRICT, Base, Flag, Json, Str, is_one_of
from station.ground.documents.lifecycle import Lifecycle


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


class FileState(StrEnum):
    """What became of a file: all of it taken, some of its documents set aside, nothing taken, or its content
    taken before.
    """

    TAKEN = "TAKEN"
    PARTLY = "PARTLY"
    REJECTED = "REJECTED"
    KNOWN = "KNOWN"


class ErpFile(Base):
    """What came of a file of a folder, by its content: `detail` has counts by result, findings and notes.

    `documents` is how many it holds, `problems` how many of them were not taken.
    """

    __tablename__ = "erp_file"
    __table_args__ = (UniqueConstraint("sha256", "state"), is_one_of("state", FileState), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Str(200))
    sha256: Mapped[str] = mapped_column(Str(64))
    doc_type: Mapped[str] = mapped_column(Str(20))
    state: Mapped[str] = mapped_column(Str(10))
    documents: Mapped[int] = mapped_column(default=0)
    detail: Mapped[Any] = mapped_column(Json, nullable=True)
    at: Mapped[datetime]
    source: Mapped[str] = mapped_column(Str(20), default="folder", server_default="folder")
    problems: Mapped[int] = mapped_column(default=0, server_default="0")


class ErpIntake(Base):
    """How far the file is that a connection is taking at this moment; no row when it takes none."""

    __tablename__ = "erp_intake"
    __table_args__ = (UniqueConstraint("source"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(Str(20))
    name: Mapped[str] = mapped_column(Str(200))
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime]


class ErpFileMap(Base):
    """What the columns of a source's files are (`station.erp.folder.mapping`): a change is another version,
    and of each name at most one is in use.
    """

    __tablename__ = "erp_file_map"
    __table_args__ = (UniqueConstraint("source", "name", "version"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(Str(20))
    name: Mapped[str] = mapped_column(Str(60))
    version: Mapped[int]
    kind: Mapped[str] = mapped_column(Str(20))
    pattern: Mapped[str] = mapped_column(Str(120))
    spec: Mapped[Any] = mapped_column(Json)
    is_active: Mapped[bool] = mapped_column(Flag, default=True)
    made_by: Mapped[str] = mapped_column(Str(80))
    made_at: Mapped[datetime]


FILE = Lifecycle("", ErpFile, {}, begins=FileState)
"""What became of a file never changes; the same content taken after all is another row."""


class ProblemState(StrEnum):
    """What became of a document that could not be taken over."""

    OPEN = "OPEN"
    DONE = "DONE"
    DROPPED = "DROPPED"


class InboxProblem(Base):
    """A document that could not be taken over, as it came, until it can or a person decides.

    OPEN → DONE (a later try or version worked) or DROPPED (somebody said to leave it). `code` is one of
    `station.ground.spreadsheets.reasons`; what waits for another document or a mapping is tried again by
    itself.
    """

    __tablename__ = "inbox_problem"
    __table_args__ = (
        UniqueConstraint("source", "doc_type", "doc_no"),
        Index("ix_inbox_problem_state", "state", "next_at"),
        is_one_of("state", ProblemState),
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
    state: Mapped[str] = mapped_column(Str(10), default=ProblemState.OPEN)
    tries: Mapped[int] = mapped_column(default=1)
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    next_at: Mapped[datetime | None]
    handled_by: Mapped[str] = mapped_column(Str(80), default="")


PROBLEM = Lifecycle(
    "PROBLEM",
    InboxProblem,
    {
        "solve": ({ProblemState.OPEN}, ProblemState.DONE),
        "let_go": ({ProblemState.OPEN}, ProblemState.DROPPED),
        "reopen": ({ProblemState.DONE, ProblemState.DROPPED}, ProblemState.OPEN),
    },
    begins={ProblemState.OPEN},
    number="id",
)


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
