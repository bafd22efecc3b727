"""The pieces with serial numbers that were picked for order lines."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from station.ground.db import STRICT, Base


class OrderSerial(Base):
    """A numbered piece of an order line, and the parcel it lies in (None: it is not packed yet).

    The row goes when the piece leaves the order, and stays when it has left the house with it.
    """

    __tablename__ = "order_serial"
    __table_args__ = (
        Index("ix_order_serial_order_line_id", "order_line_id"),
        Index("ix_order_serial_serial_id", "serial_id"),
        Index("ix_order_serial_parcel_id", "parcel_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    serial_id: Mapped[int] = mapped_column(ForeignKey("serial.id"))
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"))
    parcel_id: Mapped[int | None] = mapped_column(ForeignKey("parcel.id"))
