"""What stands beside the order on a packing bench's large screen: scale, label, carrier (domain §10.7)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from printers.schema import print_job
from station.catalog.models import Carrier
from station.devices.models import ScaleKind
from station.devices.says import Says
from station.devices.scales import rules
from station.outbound.orders.masking import mask_note
from station.outbound.orders.models import DeliveryOrder
from station.outbound.packing import labelling, position
from station.outbound.packing.models import Parcel


@dataclass(frozen=True, slots=True)
class Note:
    """What the buyer or the seller has written, and who of them (a label of the catalogue)."""

    label: str
    text: str


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
    scale_says: str = ""
    since: datetime | None = None
    needs_zero: bool = False
    job_id: int = 0
    job_state: str = ""
    has_picture: bool = False
    notes: list[Note] = field(default_factory=list)


def notes_of(tx: Session, order_id: int) -> list[Note]:
    """What is written for an order; personal data are hidden."""
    row = tx.execute(
        select(DeliveryOrder.buyer_note, DeliveryOrder.seller_note).where(DeliveryOrder.id == order_id)
    ).one()
    both = (("L-PAK-BUYER", row.buyer_note), ("L-PAK-SELLER", row.seller_note))
    return [Note(label, mask_note(text.strip())) for label, text in both if text.strip()]


def beside(tx: Session, user_id: int, workstation: str, now: datetime) -> Beside:
    """What the packer's present order, parcel and bench say."""
    shown = Beside()
    _add_scale(tx, shown, workstation, now)
    at = position.in_hand(tx, user_id)
    if at.order:
        _add_order(tx, shown, at.order)
    if at.parcel:
        _add_parcel(tx, shown, at.parcel)
    return shown


def _add_scale(tx: Session, shown: Beside, workstation: str, now: datetime) -> None:
    """The weight, or why there is none: no scale, not heard of (since when), moving, not zeroed, tared, too
    much.
    """
    scale = rules.of(tx, workstation)
    if scale is None:
        return
    if rules.is_speaking(scale, now):
        is_figure = scale.kind == ScaleKind.VIRTUAL or scale.says in {Says.STILL, Says.MOVING, Says.EMPTY}
        shown.scale_g = scale.dg // 10 if is_figure else None
        shown.scale_says = scale.says
        if scale.kind == ScaleKind.VIRTUAL:
            shown.scale_says = Says.STILL if scale.is_stable else Says.MOVING
        shown.needs_zero = scale.is_stable and bool(scale.dg) and not scale.zero_seen
        return
    is_told = rules.is_fresh(scale, now)
    shown.scale_says = scale.says if is_told else Says.SILENT
    shown.since = scale.since if is_told else scale.read_at


def _add_order(tx: Session, shown: Beside, order_id: int) -> None:
    row = tx.execute(
        select(DeliveryOrder.order_no, Carrier.name, Carrier.color)
        .join(Carrier, Carrier.id == DeliveryOrder.carrier_id)
        .where(DeliveryOrder.id == order_id)
    ).first()
    if row is not None:
        shown.order_no, shown.carrier, shown.color = row
        shown.notes = notes_of(tx, order_id)


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
