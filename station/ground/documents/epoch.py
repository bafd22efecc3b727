"""Since when the books go on from a copy: what was done between copy and restore is known to others only.

A station that was never restored has no row. Each restore adds one; its `tag` stands in every step token
from then on, so that a screen of the lost time is told from a present one.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import UniqueConstraint, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from station.ground.db import STRICT, Base, Str, append_only, table


@append_only
class Epoch(Base):
    """One restore: which copy, made when, and when it was put back."""

    __tablename__ = "epoch"
    __table_args__ = (UniqueConstraint("tag"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    tag: Mapped[str] = mapped_column(Str(12))
    copy_of: Mapped[str] = mapped_column(Str(200))
    copied_at: Mapped[datetime]
    began_at: Mapped[datetime]


def latest(tx: Session) -> Epoch | None:
    """The last restore; None of a station that was never restored."""
    return tx.scalars(select(Epoch).order_by(Epoch.id.desc()).limit(1)).first()


def number(tx: Session) -> int:
    """How many restores these books know of."""
    return tx.scalar(select(func.max(Epoch.number))) or 0


def begin(tx: Session, *, after: int, copy_of: str, copied_at: datetime, now: datetime) -> str:
    """A new epoch, numbered behind `after` and behind all these books know of; its tag."""
    tag = secrets.token_hex(3)
    values = {
        "number": max(after, number(tx)) + 1,
        "tag": tag,
        "copy_of": copy_of[:200],
        "copied_at": copied_at,
        "began_at": now,
    }
    tx.execute(insert(table(Epoch)).values(**values))
    return tag
