"""What station and ERP say differently, and the comparisons that saw it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from station.ground.db import STRICT, Base, Str, is_one_of
from station.ground.documents.lifecycle import Lifecycle


class RunState(StrEnum):
    """How far a comparison is; somebody may have asked for it before it runs."""

    ASKED = "ASKED"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"


class Reconciliation(Base):
    """One comparison with an ERP: (ASKED →) RUNNING → DONE or FAILED."""

    __tablename__ = "reconciliation"
    __table_args__ = (
        Index("ix_reconciliation_connection_id", "connection_id"),
        is_one_of("state", RunState),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    connection_id: Mapped[int] = mapped_column(ForeignKey("erp_connection.id"))
    state: Mapped[str] = mapped_column(Str(10), default=RunState.RUNNING)
    asked_by: Mapped[str] = mapped_column(Str(80))
    compared: Mapped[int] = mapped_column(default=0)
    differences: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(Str(300), default="")
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


RECONCILIATION = Lifecycle(
    "COMPARE",
    Reconciliation,
    {
        "start": ({RunState.ASKED}, RunState.RUNNING),
        "finish": ({RunState.RUNNING}, RunState.DONE),
        "fail": ({RunState.RUNNING}, RunState.FAILED),
    },
    begins={RunState.ASKED, RunState.RUNNING},
    number="id",
)


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
