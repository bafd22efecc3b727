"""Manifests: scanning parcels out, closing, handing over (P21, P22, I6, I14)."""

from __future__ import annotations

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from station.carriers.models import WAYBILL, Waybill, WaybillState
from station.catalog import rules as catalog
from station.catalog.models import Sku
from station.exchange import freshness, outbox
from station.exchange.documents import ShipmentConfirmation, ShipmentConfirmationLine
from station.ground.documents.numbers import next_no
from station.ground.documents.signatures import sign
from station.ground.scan.workflow import Context
from station.ground.words.actor import Actor
from station.ground.words.messages import Refused
from station.outbound import documents
from station.outbound.dispatch.models import MANIFEST, Manifest, ManifestParcel, ManifestState
from station.outbound.orders.lifecycle import ORDER
from station.outbound.orders.models import STOPPED, DeliveryOrder, OrderLine, OrderState
from station.outbound.packing.models import Parcel, ParcelLine, ParcelState
from station.outbound.packing.rules import move_parcel
from station.paper.sending import print_
from station.settings import Settings
from station.stock import ledger
from station.stock.lots import lot_no
from station.stock.models import Lot, MovementType


def open_manifest(ctx: Context, carrier_id: int, plate: str, courier: str) -> Manifest:
    """A courier is here: one manifest per pickup."""
    manifest = Manifest(
        manifest_no=next_no(ctx.tx, "MF", ctx.today),
        carrier_id=carrier_id,
        state=ManifestState.OPEN,
        plate=plate,
        courier=courier,
        opened_by=ctx.actor.name,
        opened_at=ctx.now,
    )
    ctx.tx.add(manifest)
    ctx.tx.flush()
    return manifest


def find(tx: Session, text: str) -> Manifest:
    """The manifest with this number, not yet handed over; E-MAN-09 otherwise."""
    found = tx.scalars(select(Manifest).where(Manifest.manifest_no == text)).first()
    if found is None or found.state not in {ManifestState.OPEN, ManifestState.CLOSED}:
        raise Refused("E-MAN-09", st=found.state if found else "?")
    return found


def get(tx: Session, manifest_id: int) -> Manifest:
    """The manifest with this id."""
    return tx.get_one(Manifest, manifest_id)


def staged(tx: Session, carrier_id: int | None = None) -> int:
    """Parcels that stand in a lane and are on no manifest."""
    query = (
        select(func.count())
        .select_from(Parcel)
        .join(DeliveryOrder, DeliveryOrder.id == Parcel.order_id)
        .where(
            Parcel.state == ParcelState.STAGED,
            DeliveryOrder.state == OrderState.STAGED,
            Parcel.id.not_in(select(ManifestParcel.parcel_id)),
        )
    )
    if carrier_id is not None:
        query = query.where(DeliveryOrder.carrier_id == carrier_id)
    return tx.scalar(query) or 0


def count_waiting(tx: Session, _settings: Settings | None = None) -> int:
    """Parcels that wait for a courier."""
    return staged(tx)


def next_staged(tx: Session, carrier_id: int) -> str:
    """The waybill of a staged parcel that is on no manifest yet; for the training bench's hint."""
    return (
        tx.scalar(
            select(Waybill.waybill_no)
            .join(Parcel, Parcel.id == Waybill.parcel_id)
            .join(DeliveryOrder, DeliveryOrder.id == Parcel.order_id)
            .where(
                Waybill.carrier_id == carrier_id,
                Parcel.state == ParcelState.STAGED,
                DeliveryOrder.state == OrderState.STAGED,
                Parcel.id.not_in(select(ManifestParcel.parcel_id)),
            )
            .order_by(Parcel.id)
            .limit(1)
        )
        or ""
    )


def count(tx: Session, manifest_id: int) -> int:
    """Parcels scanned onto a manifest."""
    return (
        tx.scalar(
            select(func.count()).select_from(ManifestParcel).where(ManifestParcel.manifest_id == manifest_id)
        )
        or 0
    )


def add(ctx: Context, manifest: Manifest, number: str) -> bool:
    """Scan one parcel onto the manifest; False when it is on it already (W-MAN-04, T65)."""
    row = ctx.tx.execute(
        select(
            Waybill.id,
            Waybill.carrier_id,
            Waybill.state.label("bill_state"),
            Parcel.id.label("parcel_id"),
            Parcel.state.label("parcel_state"),
            DeliveryOrder.state.label("order_state"),
            ManifestParcel.manifest_id,
            Manifest.manifest_no,
        )
        .join(Parcel, Parcel.id == Waybill.parcel_id)
        .join(DeliveryOrder, DeliveryOrder.id == Parcel.order_id)
        .outerjoin(ManifestParcel, ManifestParcel.parcel_id == Parcel.id)
        .outerjoin(Manifest, Manifest.id == ManifestParcel.manifest_id)
        .where(Waybill.waybill_no == number)
    ).first()
    if row is None:
        raise Refused("E-MAN-01")
    if row.carrier_id != manifest.carrier_id:
        raise Refused("E-MAN-02", c=catalog.carrier(ctx.tx, row.carrier_id).name)
    if row.order_state == OrderState.HOLD:
        raise Refused("E-MAN-06")
    if row.order_state in STOPPED:
        raise Refused("E-INT-01")
    if row.manifest_id == manifest.id:
        return False
    if row.manifest_id is not None:
        raise Refused("E-MAN-05", no=row.manifest_no)
    if row.parcel_state != ParcelState.STAGED or row.bill_state != WaybillState.BOUND:
        raise Refused("E-MAN-03")
    ctx.tx.execute(
        insert(ManifestParcel),
        {
            "manifest_id": manifest.id,
            "parcel_id": row.parcel_id,
            "scanned_at": ctx.now,
            "scanned_by": ctx.actor.name,
        },
    )
    return True


def drop_stopped(ctx: Context, manifest: Manifest) -> int:
    """Take every parcel whose order was stopped off the manifest (I14, T66); how many there were."""
    parcels = list(
        ctx.tx.scalars(
            select(ManifestParcel.parcel_id)
            .join(Parcel, Parcel.id == ManifestParcel.parcel_id)
            .join(DeliveryOrder, DeliveryOrder.id == Parcel.order_id)
            .where(ManifestParcel.manifest_id == manifest.id, DeliveryOrder.state != OrderState.STAGED)
        )
    )
    if parcels:
        ctx.tx.execute(delete(ManifestParcel).where(ManifestParcel.parcel_id.in_(parcels)))
    return len(parcels)


def close(ctx: Context, manifest: Manifest, *, left_is_fine: bool) -> int:
    """Nothing is added any more; two copies print. Refuses an empty manifest, stopped parcels, staged
    parcels left behind unless confirmed, and, unless a supervisor allows it, orders whose cancels may not
    have reached us. Returns how many are on it.
    """
    if not count(ctx.tx, manifest.id):
        raise Refused("E-MAN-08")
    left = staged(ctx.tx, manifest.carrier_id)
    if left and not left_is_fine:
        raise Refused("E-MAN-07", n=left).back_to("left", keep={"left": left})
    allowed = _check_cancels_known(ctx, manifest)
    MANIFEST.move(ctx, manifest, "close", closed_at=ctx.now, detail={"allowed": allowed} if allowed else None)
    for ply in (1, 2):
        paper = documents.manifest(ctx.tx, manifest, ctx.settings, ply, left)
        print_(ctx, paper, "MF", manifest.manifest_no, key=f"{ctx.key}:{ply}")
    return count(ctx.tx, manifest.id)


def _check_cancels_known(ctx: Context, manifest: Manifest) -> str:
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
    stale = freshness.stale_sources(ctx.tx, sources, now=ctx.now, stale_s=ctx.settings.rules.cancel_stale_s)
    if not stale:
        return ""
    since = stale[0].cancels_at.astimezone(ctx.settings.zone)
    allowed = ctx.unless_allowed("E-MAN-11", erp=stale[0].name, at=f"{since:%m-%d %H:%M}")
    ctx.used("E-MAN-11")
    return allowed


def reopen(ctx: Context, manifest: Manifest) -> None:
    """A parcel had to come off after closing: the manifest is open again, without it."""
    MANIFEST.move(ctx, manifest, "reopen", closed_at=None)


def hand_over(ctx: Context, manifest: Manifest, dispatcher: Actor) -> int:
    """Courier and dispatcher signed: every parcel is SHIPPED, in one unit of work (P21, T69)."""
    rows = ctx.tx.execute(
        select(Parcel, DeliveryOrder, Waybill)
        .join(ManifestParcel, ManifestParcel.parcel_id == Parcel.id)
        .join(DeliveryOrder, DeliveryOrder.id == Parcel.order_id)
        .join(Waybill, (Waybill.parcel_id == Parcel.id) & (Waybill.state == WaybillState.BOUND))
        .where(ManifestParcel.manifest_id == manifest.id)
        .order_by(DeliveryOrder.id)
    ).all()
    for parcel, order, bill in rows:
        _ship(ctx, manifest, parcel, order, bill)
    for meaning, signer in (("dispatcher", dispatcher), ("courier", manifest.courier)):
        sign(ctx, "MF", manifest.manifest_no, meaning, signer=signer)
    MANIFEST.move(ctx, manifest, "sign")
    return len(rows)


def _ship(ctx: Context, manifest: Manifest, parcel: Parcel, order: DeliveryOrder, bill: Waybill) -> None:
    ORDER.move(ctx, order, "ship", shipped_at=ctx.now, detail={"manifest": manifest.manifest_no})
    assert parcel.lane_id is not None
    move_parcel(ctx, parcel, order.order_no, parcel.lane_id, ledger.CUSTOMER, MovementType.SHIP)
    WAYBILL.move(ctx, bill, "hand_over")
    parcel.state = ParcelState.SHIPPED
    ctx.tx.execute(
        update(OrderLine).where(OrderLine.order_id == order.id).values(qty_shipped=OrderLine.qty_packed)
    )
    outbox.put(ctx.tx, _confirmation(ctx, parcel, order, bill), doc_no=order.order_no, now=ctx.now)


def _confirmation(ctx: Context, parcel: Parcel, order: DeliveryOrder, bill: Waybill) -> ShipmentConfirmation:
    rows = ctx.tx.execute(
        select(OrderLine.line_key, Sku.code, Lot.id, Lot.supplier_lot, Lot.expires_on, ParcelLine.qty)
        .join(OrderLine, OrderLine.id == ParcelLine.order_line_id)
        .join(Sku, Sku.id == ParcelLine.sku_id)
        .join(Lot, Lot.id == ParcelLine.lot_id)
        .where(ParcelLine.parcel_id == parcel.id)
        .order_by(ParcelLine.id)
    )
    assert bill.waybill_no is not None
    return ShipmentConfirmation(
        event_key=f"SHIP-{parcel.parcel_no}",
        erp_no=order.erp_no,
        order_no=order.order_no,
        carrier_code=catalog.carrier(ctx.tx, order.carrier_id).code,
        waybill_no=bill.waybill_no,
        shipped_at=ctx.now,
        weight_g=((parcel.weight_dg or 0) + 5) // 10,
        operator=ctx.actor.name,
        lines=tuple(
            ShipmentConfirmationLine(
                line_key=row.line_key,
                sku_code=row.code,
                lot=row.supplier_lot or lot_no(row.id),
                expires_on=row.expires_on,
                qty_each=row.qty,
            )
            for row in rows
        ),
    )
