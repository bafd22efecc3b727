"""How the zones of the hall are walked. The places themselves are stock's."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from station.ground.db import STRICT, Base, Str, is_one_of
from station.storage.hall.walks import Walk


class ZoneRow(Base):
    """A zone of racks; `beside` is the zone in whose aisles it stands, empty for aisles of its own."""

    __tablename__ = "zone"
    __table_args__ = (UniqueConstraint("code"), is_one_of("walk", Walk), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Str(10))
    walk: Mapped[str] = mapped_column(Str(12), default=Walk.SERPENTINE)
    beside: Mapped[str] = mapped_column(Str(10), default="")
