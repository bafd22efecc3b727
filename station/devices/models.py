"""What the benches' scales say."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from station.ground.db import STRICT, Base, Flag, Str


class Scale(Base):
    """The last reading of a bench's scale, in tenths of a gram. `kind` is VIRTUAL or SERIAL."""

    __tablename__ = "scale"
    __table_args__ = (UniqueConstraint("workstation"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    workstation: Mapped[str] = mapped_column(Str(40))
    kind: Mapped[str] = mapped_column(Str(10), default="VIRTUAL")
    dg: Mapped[int] = mapped_column(default=0)
    is_stable: Mapped[bool] = mapped_column(Flag, default=False)
    zero_seen: Mapped[bool] = mapped_column(Flag, default=False)
    read_at: Mapped[datetime]
