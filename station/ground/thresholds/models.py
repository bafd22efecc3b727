"""What was said at the desk, and every change of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from station.ground.db import STRICT, Base, Str, append_only

LONGEST = 400
"""Characters of a value as text."""


class SettingValue(Base):
    """A threshold as the desk has set it (its text, as `station.toml` would say it); without a row the file's
    value counts.
    """

    __tablename__ = "setting_value"
    __table_args__ = (UniqueConstraint("name"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Str(40))
    value: Mapped[str] = mapped_column(Str(LONGEST))


@append_only
class SettingChange(Base):
    """Who changed a threshold from what to what, when and why. `new` is empty where the file's value counts
    again.
    """

    __tablename__ = "setting_change"
    __table_args__ = (Index("ix_setting_change_at", "at"), Index("ix_setting_change_name", "name"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    name: Mapped[str] = mapped_column(Str(40))
    old: Mapped[str] = mapped_column(Str(LONGEST))
    new: Mapped[str] = mapped_column(Str(LONGEST))
    actor: Mapped[str] = mapped_column(Str(80))
    device: Mapped[str] = mapped_column(Str(80))
    reason: Mapped[str] = mapped_column(Str(60))
