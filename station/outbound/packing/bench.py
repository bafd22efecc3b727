"""What stands beside the order on a packing bench's large screen: scale, label, carrier (domain §10.7)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from printers.schema import print_job
from station.carriers.models import Waybill
from station.catalog.models import Carrier
from station.devices.models import Scale
from station.ground.scan.models import Run
from station.outbound.orders.models import DeliveryOrder
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
    found = Beside()
    scale = tx.scalars(select(Scale).where(Scale.workstation == workstation)).first()
    if scale is not None:
        found.scale_g, found.is_stable = scale.dg // 10, scale.is_stable
    data = tx.scalar(select(Run.data).where(Run.user_id == user_id, Run.workflow == "pack")) or {}
    if "order" in data:
        _add_order(tx, found, data["order"])
    if "parcel" in data:
        _add_parcel(tx, found, data["parcel"])
    return found


def _add_order(tx: Session, found: Beside, order_id: int) -> None:
    row = tx.execute(
        select(DeliveryOrder.order_no, Carrier.name, Carrier.color)
        .join(Carrier, Carrier.id == DeliveryOrder.carrier_id)
        .where(DeliveryOrder.id == order_id)
    ).first()
    if row is not None:
        found.order_no, found.carrier, found.color = row


def _add_parcel(tx: Session, found: Beside, parcel_id: int) -> None:
    expected = tx.scalar(select(Parcel.expected_dg).where(Parcel.id == parcel_id))
    found.expected_g = None if expected is None else expected // 10
    bill = tx.scalars(
        select(Waybill).where(Waybill.parcel_id == parcel_id, Waybill.state.not_in(("CANCELLED", "VOID")))
    ).first()
    if bill is None or not bill.waybill_no:
        return
    found.waybill_no, found.route = bill.waybill_no, bill.route_code or ""
    job = tx.execute(
        select(print_job.c.id, print_job.c.state, print_job.c.sha256)
        .where(print_job.c.subject_type == "waybill", print_job.c.subject_no == bill.waybill_no)
        .order_by(print_job.c.id.desc())
        .limit(1)
    ).first()
    if job is not None:
        found.job_id, found.job_state, found.has_picture = job.id, job.state, job.sha256 is not None
