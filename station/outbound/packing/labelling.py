"""A waybill's number, a parcel's papers, and the proof that the right label is on it (P14, P19)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.carriers import port, supplied
from station.carriers.models import GIVEN_UP, WAYBILL, Waybill, WaybillState
from station.carriers.ranges import RangeService
from station.catalog import rules as catalog
from station.catalog.models import Packaging
from station.ground.scan.workflow import Context
from station.ground.words.messages import Refused
from station.outbound import documents
from station.outbound.orders.lifecycle import ORDER
from station.outbound.orders.models import DeliveryOrder
from station.outbound.packing import rules
from station.outbound.packing.models import Parcel, ParcelState
from station.paper.sending import print_, print_again, seen

FREE_REPRINTS = 2
"""A packer may print a waybill again so often; each further time a supervisor allows it (P19, T61)."""


def label(ctx: Context, found: Parcel, packaging: Packaging) -> Waybill:
    """Box chosen: take the number once, print waybill, slip, and the invoice when asked (P14, P19)."""
    order = ctx.tx.get_one(DeliveryOrder, found.order_id)
    carrier = catalog.carrier(ctx.tx, order.carrier_id)
    own = supplied.of_order(ctx.tx, order.id) if found.seq == 1 else None
    bill = port.acquire(
        ctx,
        supplied.service_for(own, ctx.services.part(RangeService)),
        port.Consignment(
            f"{found.parcel_no}/1", carrier.id, carrier.code, order.province, order.city, order.district
        ),
        found.id,
    )
    if carrier.code in ctx.settings.rules.need_route and not (bill.route_code or own):
        raise Refused("E-WB-03")
    found.packaging_id = packaging.id
    found.state = ParcelState.LABELLED
    found.expected_dg = rules.expected_dg(ctx, found, packaging)
    ctx.tx.flush()
    assert bill.waybill_no is not None
    drawn = supplied.document(own) if own else documents.waybill(ctx.tx, order, found, bill, ctx.settings)
    print_(ctx, drawn, "waybill", bill.waybill_no)
    print_(ctx, documents.packing_slip(ctx.tx, order, found), "DO", order.order_no, key="slip")
    if order.wants_invoice and order.invoice:
        print_(ctx, documents.invoice_copy(ctx.tx, order, ctx.settings), "DO", order.order_no, key="invoice")
    if bill.state == WaybillState.ACQUIRED:
        WAYBILL.move(ctx, bill, "print", print_count=1)
    return bill


def reprint(ctx: Context, bill: Waybill, reason: str) -> int:
    """Print the waybill again, marked 补打 n (P19, I10); returns n. From the third on a supervisor allows
    each one (T61).
    """
    number = bill.print_count
    if number > FREE_REPRINTS:
        ctx.unless_allowed("E-WB-10", n=number)
    print_again(ctx, "waybill", bill.number, reason)
    ctx.used("E-WB-10")
    bill.print_count += 1
    return number


def waybill_of(tx: Session, parcel_id: int) -> Waybill:
    """The live waybill of a parcel."""
    return tx.scalars(
        select(Waybill).where(Waybill.parcel_id == parcel_id, Waybill.state.not_in(GIVEN_UP))
    ).one()


def bind(ctx: Context, found: Parcel, number: str) -> None:
    """The printed waybill was scanned back: another order's → E-PAK-04, DO stays CHECKED (T50)."""
    bill = ctx.tx.scalars(select(Waybill).where(Waybill.waybill_no == number)).first()
    if bill is None:
        raise Refused("E-WB-06")
    if bill.parcel_id != found.id:
        other = ctx.tx.scalar(
            select(DeliveryOrder.order_no)
            .join(Parcel, Parcel.order_id == DeliveryOrder.id)
            .where(Parcel.id == bill.parcel_id)
        )
        raise Refused("E-PAK-04", do=other or "?")
    order = ctx.tx.get_one(DeliveryOrder, found.order_id)
    WAYBILL.move(ctx, bill, "bind")
    ORDER.move(ctx, order, "bind_label", detail={"waybill": number})
    found.state = ParcelState.PACKED
    found.packed_at = ctx.now
    ctx.tx.flush()
    seen(ctx, "waybill", number)
