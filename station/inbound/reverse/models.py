"""Slips that take a posted inbound slip back (红冲, P4)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from station.ground.db import STRICT, Base, Str, append_only


@append_only
class SlipReversal(Base):
    """A slip GR-… that takes back the slip `reverses_no` of a receipt, as a whole; it is final."""

    __tablename__ = "slip_reversal"
    __table_args__ = (
        UniqueConstraint("grn_no"),
        UniqueConstraint("reverses_no"),
        Index("ix_slip_reversal_receipt_id", "receipt_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    grn_no: Mapped[str] = mapped_column(Str(30))
    reverses_no: Mapped[str] = mapped_column(Str(30))
    receipt_id: Mapped[int]
    reason: Mapped[str] = mapped_column(Str(60))
    at: Mapped[datetime]
