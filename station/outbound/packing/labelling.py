"""A waybill's number, a parcel's papers, and the proof that the right label is on it (P14, P19)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from printers import reasons
from station.carriers import port, refused, supplied
from station.carriers.models import WAYBILL, Waybill, WaybillState
from station.carriers.routes import Texts
from station.carriers.service import rules as asked
from station.catalog import rules as catalog
from station.catalog.models import Packaging
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.outbound import documents
from station.outbound.orders.lifecycle import ORDER
from station.outbound.orders.models import DeliveryOrder, OrderState
from station.outbound.packing import children, weights
from station.outbound.packing.models import PARCEL, Parcel
from station.paper.sending import print_, print_again, seen

FREE_REPRINTS = 2
"""A packer may print a waybill again so often; each further time a supervisor allows it (P19, T61)."""


def label(work: Work, parcel: Parcel, packaging: Packaging, numbers: port.WaybillService) -> Waybill:
    """Box chosen: take the number once, print waybill, slip, and the invoice when asked (P14, P19)."""
    order = work.tx.get_one(DeliveryOrder, parcel.order_id)
    expected = weights.expected_dg(work, parcel, packaging)
    shared = children.renamed(work, order, parcel)
    bill, own = _number(work, parcel, order, numbers) if shared is None else (shared, None)
    PARCEL.move(work, parcel, "label", packaging_id=packaging.id, expected_dg=expected)
    if bill.state in {WaybillState.PRINTED, WaybillState.BOUND}:
        return bill  # the parcel was opened again: its label is on it, or lies beside it
    drawn = (
        supplied.document(own)
        if own and own.data
        else documents.waybill(work.tx, order, parcel, bill, work.settings)
    )
    print_(work, drawn, "waybill", bill.number)
    _print_papers(work, parcel, order)
    port.note_print(work, bill)
    return bill


def change_box(work: Work, parcel: Parcel, packaging: Packaging) -> None:
    """It went into another box after all: what it should weigh changes, its number and papers do not."""
    PARCEL.move(
        work,
        parcel,
        "rebox",
        to=parcel.state,
        detail={"box": packaging.code},
        packaging_id=packaging.id,
        expected_dg=weights.expected_dg(work, parcel, packaging),
    )


def _number(
    work: Work, parcel: Parcel, order: DeliveryOrder, numbers: port.WaybillService
) -> tuple[Waybill, Any]:
    """The parcel's waybill, and the label that came with it when the carrier made one; E-WB-03 without the
    routing code that the carrier's sorting needs, E-WB-04 and -07 while its service has given no number,
    E-WB-11 while the carrier's own label cannot be printed.
    """
    carrier = catalog.carrier(work.tx, order.carrier_id)
    own = supplied.of_order(work.tx, order.id) if parcel.seq == 1 else None
    if own is None and asked.service_of(work.tx, carrier.id) is not None:
        own = asked.answered(work.tx, order.id, parcel.seq)
    bad = refused.standing(work.tx, order.id) if own is None and parcel.seq == 1 else None
    if bad is not None:
        raise Refused("E-WB-11", why=reasons.in_both(bad.why))
    key, place = f"{parcel.parcel_no}/1", (order.province, order.city, order.district)
    told = Texts(order.route_code, order.sortation, order.consolidation)
    consignment = port.Consignment(key, carrier.id, carrier.code, *place, told)
    bill = port.acquire(work, supplied.service_for(own, numbers), consignment, parcel.id)
    if carrier.code in work.settings.rules.need_route and not (bill.route_code or (own and own.data)):
        raise Refused("E-WB-03")
    return bill, own


def _print_papers(work: Work, parcel: Parcel, order: DeliveryOrder) -> None:
    """What goes into the parcel: its packing slip; the invoice copy into the first."""
    slip = documents.packing_slip(work.tx, order, parcel)
    print_(work, slip, "DO", order.order_no, key=f"slip:{parcel.seq}")
    if order.wants_invoice and order.invoice and parcel.seq == 1:
        copy = documents.invoice_copy(work.tx, order, work.settings)
        print_(work, copy, "DO", order.order_no, key="invoice")


def reprint(work: Work, bill: Waybill, reason: str) -> int:
    """Print the waybill again, marked 补打 n (P19, I10); returns n. From the third on a supervisor allows
    each one (T61).
    """
    number = bill.print_count
    if number > FREE_REPRINTS:
        work.unless_allowed("E-WB-10", n=number)
    print_again(work, "waybill", bill.number, reason)
    work.used("E-WB-10")
    port.note_print(work, bill)
    return number


def waybill_of(tx: Session, parcel_id: int) -> Waybill | None:
    """The live waybill of a parcel; None before there is one, and after it was given up."""
    return children.live_bill(tx, parcel_id)


def check_own(tx: Session, parcel: Parcel, number: str) -> Waybill:
    """The waybill scanned is this parcel's: else E-WB-06 for a foreign one, E-PAK-04 for another order's."""
    bill = tx.scalars(select(Waybill).where(Waybill.waybill_no == number)).first()
    if bill is None:
        raise Refused("E-WB-06")
    if bill.parcel_id != parcel.id:
        owner = select(DeliveryOrder.order_no).join(Parcel, Parcel.order_id == DeliveryOrder.id)
        raise Refused("E-PAK-04", do=tx.scalar(owner.where(Parcel.id == bill.parcel_id)) or "?")
    return bill


def bind(work: Work, parcel: Parcel, number: str) -> None:
    """The printed waybill was scanned back: another order's → E-PAK-04, DO stays CHECKED (T50). With the
    label of its last parcel the order is PACKED.
    """
    bill = check_own(work.tx, parcel, number)
    order = work.tx.get_one(DeliveryOrder, parcel.order_id)
    if bill.state != WaybillState.BOUND:
        WAYBILL.move(work, bill, "bind")
    PARCEL.move(work, parcel, "bind", packed_at=work.now)
    if order.state == OrderState.CHECKED:
        ORDER.move(work, order, "bind_label", detail={"waybill": number})
    seen(work, "waybill", number)
