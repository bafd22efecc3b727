"""Numbers and labels a carrier or the ERP made itself (P19 RAW): number, routing, and the finished label.

They arrive before the parcel is packed. When it is, its number is this one, and the label is passed through
byte-exact or as dots; a number that came without a label is drawn like one of our own. Scanning it back
verifies it like any other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from printers.documents import SuppliedWaybill
from printers.errors import PrintError
from station.carriers.models import Waybill
from station.carriers.port import Consignment, Routed, WaybillService
from station.carriers.routes import Texts
from station.ground.db import STRICT, Base, Str


class SuppliedLabel(Base):
    """The carrier's own number and label for an order's first parcel; `data` is base64, empty without one."""

    __tablename__ = "supplied_label"
    __table_args__ = (UniqueConstraint("order_id"), UniqueConstraint("waybill_no"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("delivery_order.id"))
    waybill_no: Mapped[str] = mapped_column(Str(60))
    route_code: Mapped[str] = mapped_column(Str(40), default="")
    sortation: Mapped[str] = mapped_column(Str(40), default="")
    consolidation: Mapped[str] = mapped_column(Str(60), default="", server_default="")
    format: Mapped[str] = mapped_column(Str(10))
    made_for_dpi: Mapped[int] = mapped_column(default=203)
    data: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime]

    @property
    def texts(self) -> Texts:
        """What it says of the way."""
        return Texts(self.route_code, self.sortation, self.consolidation)


def take_over(tx: Session, order_id: int, label: SuppliedLabel) -> str:
    """Keep the label, which was vetted before; ValueError when its number is taken already."""
    try:
        if label.data:
            document(label)
    except PrintError as error:
        raise ValueError(str(error)) from None
    if tx.scalar(select(Waybill.id).where(Waybill.waybill_no == label.waybill_no)) is not None:
        return "LATE"
    known = select(SuppliedLabel).where(
        (SuppliedLabel.order_id == order_id) | (SuppliedLabel.waybill_no == label.waybill_no)
    )
    for old in tx.scalars(known):
        if old.order_id != order_id:
            raise ValueError(f"waybill {label.waybill_no} belongs to another order")
        tx.delete(old)
    tx.flush()
    label.order_id = order_id
    tx.add(label)
    tx.flush()
    return "TAKEN"


def forget(tx: Session, order_id: int) -> str:
    """The order goes elsewhere or by somebody else: what was made for the old way is not used. Its number, or
    nothing.
    """
    label = of_order(tx, order_id)
    if label is None:
        return ""
    tx.delete(label)
    tx.flush()
    return label.waybill_no


def of_order(tx: Session, order_id: int) -> SuppliedLabel | None:
    """The carrier's own label of an order, if there is one."""
    return tx.scalars(select(SuppliedLabel).where(SuppliedLabel.order_id == order_id)).first()


def document(label: SuppliedLabel) -> SuppliedWaybill:
    """The paper to print, of one that came with a label."""
    return SuppliedWaybill(label.waybill_no, label.format, label.data, label.made_for_dpi)


@dataclass(slots=True)
class SuppliedNumber:
    """A waybill service for one parcel: the number came with its label."""

    label: SuppliedLabel
    is_immediate: bool = True

    def acquire(self, tx: Session, consignment: Consignment) -> Routed:  # noqa: ARG002 — it is here already
        own = self.label
        return Routed(own.waybill_no, *(own.texts if any(own.texts) else consignment.routing))


def service_for(label: SuppliedLabel | None, usual: WaybillService) -> WaybillService:
    """Who gives the number: the label itself when there is one."""
    return SuppliedNumber(label) if label is not None else usual
