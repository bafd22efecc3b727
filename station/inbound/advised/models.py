"""The cartons and pallets that an office announced by their numbers."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from station.ground.db import STRICT, Base, Str


class AdvisedCarton(Base):
    """Goods of a notice's line come in the carton or pallet with this SSCC (AI 00, 18 digits); one of several
    articles is announced by several lines.
    """

    __tablename__ = "advised_carton"
    __table_args__ = (
        UniqueConstraint("line_id", "sscc"),
        Index("ix_advised_carton_sscc", "sscc"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("inbound_line.id"))
    sscc: Mapped[str] = mapped_column(Str(18))
