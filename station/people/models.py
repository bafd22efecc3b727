"""People and what they signed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from station.ground.db import STRICT, Base, Flag, Json, Str, append_only, is_one_of
from station.people.guessing import Line


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
    created_at: Mapped[datetime]


class DeviceSession(Base):
    """A person signed in on a device; only the hash of the cookie's token is kept.

    `device` is the name that the device says of itself, `device_hash` that of the secret in its other cookie.
    """

    __tablename__ = "device_session"
    __table_args__ = (UniqueConstraint("token_hash"), Index("ix_device_session_user_id", "user_id"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(Str(64))
    user_id: Mapped[int]
    device: Mapped[str] = mapped_column(Str(80), default="")
    workstation: Mapped[str] = mapped_column(Str(40), default="")
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    device_hash: Mapped[str] = mapped_column(Str(64), default="", server_default="")


class KnownDevice(Base):
    """A browser on which a person has signed in: strangers' guesses do not keep them out there."""

    __tablename__ = "known_device"
    __table_args__ = (UniqueConstraint("user_id", "device_hash"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int]
    device_hash: Mapped[str] = mapped_column(Str(64))
    seen_at: Mapped[datetime]


class PinTally(Base):
    """How much of one budget of wrong PINs is used up (`station.people.guessing`).

    `key` says whose budget of this line it is; `user_id` is the person guessed at, where it is a person's.
    """

    __tablename__ = "pin_tally"
    __table_args__ = (
        UniqueConstraint("line", "key"),
        Index("ix_pin_tally_clear_at", "clear_at"),
        Index("ix_pin_tally_user_id", "user_id"),
        is_one_of("line", Line),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    line: Mapped[str] = mapped_column(Str(10))
    key: Mapped[str] = mapped_column(Str(160))
    user_id: Mapped[int | None]
    clear_at: Mapped[datetime]
    free_at: Mapped[datetime]


@append_only
class AuditRow(Base):
    """Who did what to what, when: everything that is not a scan (scans keep their own rows)."""

    __tablename__ = "audit_row"
    __table_args__ = (
        Index("ix_audit_row_subject", "subject"),
        Index("ix_audit_row_action_at", "action", "at"),
        STRICT,
    )

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
