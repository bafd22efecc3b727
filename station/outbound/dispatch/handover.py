"""Closing a manifest and giving its parcels to the courier (P21, P22, I6, I14)."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select, update

from station.carriers.models import WAYBILL, Waybill, WaybillState
from station.catalog import rules as catalog
from station.catalog.models import Sku
from station.exchange import freshness, outbox
from station.exchange.documents import ShipmentConfirmation, ShipmentConfirmationLine
from station.ground.db import table
from station.ground.documents.signatures import sign
from station.ground.words.actor import Actor
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.outbound import documents
from station.outbound.dispatch import rules
from station.outbound.dispatch.models import MANIFEST, Manifest, ManifestParcel
from station.outbound.orders.lifecycle import ORDER
from station.outbound.orders.models import DeliveryOrder, OrderLine, OrderState
from station.outbound.packing.models import PARCEL, Parcel, ParcelLine, ParcelState
from station.outbound.packing.staging import move_parcel
from station.outbound.pieces import rules as pieces
from station.paper.sending import print_
from station.stock import ledger
from station.stock.lots import lot_no
from station.stock.models import Lot, MovementType

_L = table(OrderLine)


def close(work: Work, manifest: Manifest, *, left_is_fine: bool) -> int:
    """Nothing is added any more; two copies print. Refuses an empty manifest, staged parcels left behind
    unless confirmed, and, unless a supervisor allows it, orders whose cancels may not have reached us.
    Returns how many are on it.
    """
    scanned = rules.count(work.tx, manifest.id)
    if not scanned:
        raise Refused("E-MAN-08")
    left = rules.staged(work.tx, manifest.carrier_id)
    if left and not left_is_fine:
        raise Refused("E-MAN-07", n=left).back_to("left", keep={"left": left})
    allowed = _check_cancels_known(work, manifest)
    detail = {"allowed": allowed} if allowed else None
    MANIFEST.move(work, manifest, "close", closed_at=work.now, detail=detail)
    for ply in (1, 2):
        paper = documents.manifest(work.tx, manifest, work.settings, ply, left)
        print_(work, paper, "MF", manifest.manifest_no, key=f"{work.key}:{ply}")
    return scanned


def _check_cancels_known(work: Work, manifest: Manifest) -> str:
    """An ERP that has not told us its cancels for too long: a supervisor answers for it (E-MAN-11, P21).

    Who allowed it and why, for this closing only; empty while every list is fresh. It comes last, so that
    nobody fetches a supervisor for a manifest that cannot be closed anyway.
    """
    sources = (
        select(DeliveryOrder.source)
        .join(Parcel, Parcel.order_id == DeliveryOrder.id)
        .join(ManifestParcel, ManifestParcel.parcel_id == Parcel.id)
        .where(ManifestParcel.manifest_id == manifest.id)
    )
    stale_s = work.settings.rules.cancel_stale_s
    stale = freshness.stale_sources(work.tx, sources, now=work.now, stale_s=stale_s)
    if not stale:
        return ""
    since = stale[0].cancels_at.astimezone(work.settings.zone)
    allowed = work.unless_allowed("E-MAN-11", erp=stale[0].name, at=f"{since:%m-%d %H:%M}")
    work.used("E-MAN-11")
    return allowed


def reopen(work: Work, manifest: Manifest) -> None:
    """A parcel had to come off after closing: the manifest is open again, without it."""
    MANIFEST.move(work, manifest, "reopen", closed_at=None)


def hand_over(work: Work, manifest: Manifest, dispatcher: Actor) -> int:
    """Courier and dispatcher signed: every parcel is SHIPPED, in one unit of work (P21, T69); how many.

    Refused with E-ORD-01 when an order was stopped and its parcel is still on the manifest.
    """
    rows = work.tx.execute(
        select(Parcel, DeliveryOrder, Waybill)
        .join(ManifestParcel, ManifestParcel.parcel_id == Parcel.id)
        .join(DeliveryOrder, DeliveryOrder.id == Parcel.order_id)
        .join(Waybill, (Waybill.parcel_id == Parcel.id) & (Waybill.state == WaybillState.BOUND))
        .where(ManifestParcel.manifest_id == manifest.id)
        .order_by(DeliveryOrder.id, Parcel.seq)
    ).all()
    following = _waiting_parcels(work, [order.id for _parcel, order, _bill in rows])
    numbers = pieces.ship(work, [parcel.id for parcel, _order, _bill in rows])
    for parcel, order, bill in rows:
        following[order.id] -= 1
        _ship(work, manifest, parcel, order, bill, is_last=not following[order.id])
        told = _confirmation(work, parcel, order, bill, numbers, is_last=not following[order.id])
        outbox.put(work.tx, told, doc_no=order.order_no, now=work.now)
    for meaning, signer in (("dispatcher", dispatcher), ("courier", manifest.courier)):
        sign(work, "MF", manifest.manifest_no, meaning, signer=signer)
    MANIFEST.move(work, manifest, "sign")
    return len(rows)


def _waiting_parcels(work: Work, order_ids: list[int]) -> dict[int, int]:
    """How many parcels of each order are still in the house."""
    gone = (ParcelState.SHIPPED, ParcelState.VOID)
    rows = work.tx.execute(
        select(Parcel.order_id, func.count())
        .where(Parcel.order_id.in_(set(order_ids)), Parcel.state.not_in(gone))
        .group_by(Parcel.order_id)
    )
    return {order_id: int(parcels) for order_id, parcels in rows}


def _ship(
    work: Work, manifest: Manifest, parcel: Parcel, order: DeliveryOrder, bill: Waybill, *, is_last: bool
) -> None:
    """One parcel leaves; with its last one the order is SHIPPED."""
    if is_last:
        ORDER.move(work, order, "ship", shipped_at=work.now, detail={"manifest": manifest.manifest_no})
    elif order.state != OrderState.STAGED:
        raise Refused("E-ORD-01", st=order.state)
    assert parcel.lane_id is not None
    move_parcel(work, parcel, order.order_no, parcel.lane_id, ledger.CUSTOMER, MovementType.SHIP)
    WAYBILL.move(work, bill, "hand_over")
    PARCEL.move(work, parcel, "ship", detail={"manifest": manifest.manifest_no})
    for line_id, qty in _quantities(work, parcel).items():
        shipped = _L.c.qty_shipped + qty
        work.tx.connection().execute(update(_L).where(_L.c.id == line_id).values(qty_shipped=shipped))


def _quantities(work: Work, parcel: Parcel) -> Mapping[int, int]:
    rows = work.tx.execute(
        select(ParcelLine.order_line_id, func.sum(ParcelLine.qty))
        .where(ParcelLine.parcel_id == parcel.id)
        .group_by(ParcelLine.order_line_id)
    )
    return {line_id: int(qty) for line_id, qty in rows}


def _confirmation(
    work: Work,
    parcel: Parcel,
    order: DeliveryOrder,
    bill: Waybill,
    numbers: Mapping[int, pieces.Numbers],
    *,
    is_last: bool,
) -> ShipmentConfirmation:
    """What the ERP hears of a parcel that left."""
    assert bill.waybill_no is not None
    return ShipmentConfirmation(
        event_key=f"SHIP-{parcel.parcel_no}",
        erp_no=order.erp_no,
        order_no=order.order_no,
        carrier_code=catalog.carrier(work.tx, order.carrier_id).code,
        waybill_no=bill.waybill_no,
        shipped_at=work.now,
        weight_g=((parcel.weight_dg or 0) + 5) // 10,
        operator=work.by.name,
        lines=_confirmed_lines(work, parcel, numbers.get(parcel.id, {})),
        is_last=is_last,
    )


def _confirmed_lines(
    work: Work, parcel: Parcel, numbers: pieces.Numbers
) -> tuple[ShipmentConfirmationLine, ...]:
    rows = work.tx.execute(
        select(
            OrderLine.id.label("line_id"),
            OrderLine.line_key,
            Sku.code,
            Lot.id,
            Lot.supplier_lot,
            Lot.expires_on,
            ParcelLine.qty,
        )
        .join(OrderLine, OrderLine.id == ParcelLine.order_line_id)
        .join(Sku, Sku.id == ParcelLine.sku_id)
        .join(Lot, Lot.id == ParcelLine.lot_id)
        .where(ParcelLine.parcel_id == parcel.id)
        .order_by(ParcelLine.id)
    )
    return tuple(
        ShipmentConfirmationLine(
            line_key=row.line_key,
            sku_code=row.code,
            lot=row.supplier_lot or lot_no(row.id),
            expires_on=row.expires_on,
            qty_each=row.qty,
            serials=numbers.get((row.line_id, row.id), ()),
        )
        for row in rows
    )
