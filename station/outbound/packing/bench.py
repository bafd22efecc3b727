"""What stands beside the order on a packing bench's large screen: scale, label, carrier (domain §10.7)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from printers.schema import print_job
from station.catalog.models import Carrier
from station.devices.models import Scale
from station.outbound.orders.models import DeliveryOrder
from station.outbound.packing import labelling, position
from station.outbound.packing.models import Parcel


@dataclass
class Beside:
    """The right-hand side of the screen; what is not known yet is empty."""

    order_no: str = ""
    carrier: str = ""
    color: str = ""
    route: str = ""
    waybill_no: str = ""
    expected_g: int | None = None
    scale_g: int | None = None
    is_stable: bool = False
    job_id: int = 0
    job_state: str = ""
    has_picture: bool = False


def beside(tx: Session, user_id: int, workstation: str) -> Beside:
    """What the packer's present order, parcel and bench say."""
    shown = Beside()
    scale = tx.scalars(select(Scale).where(Scale.workstation == workstation)).first()
    if scale is not None:
        shown.scale_g, shown.is_stable = scale.dg // 10, scale.is_stable
    at = position.in_hand(tx, user_id)
    if at.order:
        _add_order(tx, shown, at.order)
    if at.parcel:
        _add_parcel(tx, shown, at.parcel)
    return shown


def _add_order(tx: Session, shown: Beside, order_id: int) -> None:
    row = tx.execute(
        select(DeliveryOrder.order_no, Carrier.name, Carrier.color)
        .join(Carrier, Carrier.id == DeliveryOrder.carrier_id)
        .where(DeliveryOrder.id == order_id)
    ).first()
    if row is not None:
        shown.order_no, shown.carrier, shown.color = row


def _add_parcel(tx: Session, shown: Beside, parcel_id: int) -> None:
    expected = tx.scalar(select(Parcel.expected_dg).where(Parcel.id == parcel_id))
    shown.expected_g = None if expected is None else expected // 10
    bill = labelling.waybill_of(tx, parcel_id)
    if bill is None or not bill.waybill_no:
        return
    shown.waybill_no, shown.route = bill.waybill_no, bill.route_code or ""
    job = tx.execute(
        select(print_job.c.id, print_job.c.state, print_job.c.sha256)
        .where(print_job.c.subject_type == "waybill", print_job.c.subject_no == bill.waybill_no)
        .order_by(print_job.c.id.desc())
        .limit(1)
    ).first()
    if job is not None:
        shown.job_id, shown.job_state, shown.has_picture = job.id, job.state, job.sha256 is not None
