"""The table of seals."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from station.ground.db import STRICT, Base, Str, append_only


@append_only
class Seal(Base):
    """One seal: the rows of `subject` above `after_id` up to `last_id`, and the seal before it.

    `id` counts from 1 without a gap. `digest` is over the rows, `hash` over everything here. `covers` names
    the columns that were sealed; `marks` has eight digits of each row's hash, so that a changed row can be
    named and not only its piece.
    """

    __tablename__ = "seal"
    __table_args__ = (
        UniqueConstraint("hash"),
        Index("ix_seal_subject_last_id", "subject", "last_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    subject: Mapped[str] = mapped_column(Str(40))
    after_id: Mapped[int]
    last_id: Mapped[int]
    row_count: Mapped[int]
    covers: Mapped[str] = mapped_column(Text)
    marks: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(Str(64))
    previous: Mapped[str] = mapped_column(Str(64))
    hash: Mapped[str] = mapped_column(Str(64))
