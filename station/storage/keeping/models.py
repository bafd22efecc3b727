"""Which zone is kept for what (S-15)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from station.ground.db import STRICT, Base, Str


class KeptZone(Base):
    """A zone of racks that is kept for the goods of a document (the number of an order) until they lie there.

    Whoever lets it go deletes the row; the document's history tells of both.
    """

    __tablename__ = "kept_zone"
    __table_args__ = (UniqueConstraint("doc_no"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    doc_no: Mapped[str] = mapped_column(Str(40))
    zone: Mapped[str] = mapped_column(Str(10))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(Str(80))
