"""People and what they signed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from station.ground.db import STRICT, Base, Flag, Json, Str, append_only


class User(Base):
    """Somebody with a badge. `roles` is a comma-separated list of `Role` names."""

    __tablename__ = "app_user"
    __table_args__ = (UniqueConstraint("badge"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    badge: Mapped[str] = mapped_column(Str(40))
    name: Mapped[str] = mapped_column(Str(60))
    pin_hash: Mapped[str] = mapped_column(Str(200))
    roles: Mapped[str] = mapped_column(Str(200), default="")
    lang: Mapped[str] = mapped_column(Str(5), default="zh")
    theme: Mapped[str] = mapped_column(Str(10), default="bright", server_default="bright")
    is_spoken: Mapped[bool] = mapped_column(Flag, default=False, server_default="0")
    is_active: Mapped[bool] = mapped_column(Flag, default=True)
    wrong_pins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    created_at: Mapped[datetime]


class DeviceSession(Base):
    """A person signed in on a device; only the hash of the cookie's token is kept."""

    __tablename__ = "device_session"
    __table_args__ = (UniqueConstraint("token_hash"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(Str(64))
    user_id: Mapped[int]
    device: Mapped[str] = mapped_column(Str(80), default="")
    workstation: Mapped[str] = mapped_column(Str(40), default="")
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


@append_only
class AuditRow(Base):
    """Who did what to what, when: everything that is not a scan (scans keep their own rows)."""

    __tablename__ = "audit_row"
    __table_args__ = (Index("ix_audit_row_subject", "subject"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    user_id: Mapped[int | None]
    actor: Mapped[str] = mapped_column(Str(80))
    device: Mapped[str] = mapped_column(Str(80), default="")
    action: Mapped[str] = mapped_column(Str(40))
    subject: Mapped[str] = mapped_column(Str(80))
    detail: Mapped[Any] = mapped_column(Json)


@append_only
class OverrideRow(Base):
    """A supervisor allowed what was refused (level S): code, reason and the scan it was for."""

    __tablename__ = "override_row"
    __table_args__ = (STRICT,)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    code: Mapped[str] = mapped_column(Str(20))
    supervisor_id: Mapped[int]
    user_id: Mapped[int]
    reason: Mapped[str] = mapped_column(Str(40))
    workflow: Mapped[str] = mapped_column(Str(40))
    subject: Mapped[str] = mapped_column(Str(80))
    scan_id: Mapped[str] = mapped_column(Str(64))
