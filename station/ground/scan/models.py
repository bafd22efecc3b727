"""Where each worker stands (`Run`) and every scan ever made (`Scan`), accepted or refused."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from station.ground.db import STRICT, Base, Flag, Json, Str, append_only


class Run(Base):
    """One person's position in one workflow; `subject` is the task held, at most by one run.

    `last_raw` is the last accepted scan, moved at `updated_at`: a trigger bounce repeats it (§4.4).
    """

    __tablename__ = "run"
    __table_args__ = (
        UniqueConstraint("user_id", "workflow"),
        Index("uq_run_subject", "subject", unique=True),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workflow: Mapped[str] = mapped_column(Str(40))
    user_id: Mapped[int]
    device: Mapped[str] = mapped_column(Str(80), default="")
    subject: Mapped[str | None] = mapped_column(Str(80))
    step: Mapped[str] = mapped_column(Str(40), default="")
    version: Mapped[int] = mapped_column(default=0)
    data: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    last_raw: Mapped[str] = mapped_column(Str(300), default="")
    updated_at: Mapped[datetime]


@append_only
class Scan(Base):
    """One scan and the answer it got; the same `scan_id` gets the same answer again (I8)."""

    __tablename__ = "scan"
    __table_args__ = (
        UniqueConstraint("scan_id"),
        Index("ix_scan_run_id_id", "run_id", "id"),
        Index("ix_scan_at", "at"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    scan_id: Mapped[str] = mapped_column(Str(64))
    at: Mapped[datetime]
    user_id: Mapped[int]
    device: Mapped[str] = mapped_column(Str(80))
    workflow: Mapped[str] = mapped_column(Str(40))
    run_id: Mapped[int]
    step: Mapped[str] = mapped_column(Str(40))
    raw: Mapped[str] = mapped_column(Str(300))
    is_manual: Mapped[bool] = mapped_column(Flag, default=False)
    is_accepted: Mapped[bool] = mapped_column(Flag)
    code: Mapped[str] = mapped_column(Str(20))
    status: Mapped[int]
    reply: Mapped[Any] = mapped_column(Json)
