"""Parcels go onto a manifest and come off it again, until it is closed (P21, I6, I14)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, insert, select

from station.carriers.models import Waybill, WaybillState
from station.catalog import rules as catalog
from station.ground.db import table
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.outbound.dispatch.models import Manifest, ManifestParcel, ManifestState
from station.outbound.orders.models import STOPPED, DeliveryOrder, OrderState
from station.outbound.packing.models import Parcel, ParcelState

_ON = table(ManifestParcel)
_PARCEL = (
    select(
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
)


def add(work: Work, manifest: Manifest, number: str) -> int:
    """Scan one parcel onto the manifest; its id, or 0 when it is on it already (W-MAN-04, T65).

    Refused: E-MAN-01 unknown, E-MAN-02 another carrier's, E-MAN-05 on another manifest, E-MAN-06 on hold,
    E-INT-01 stopped, E-MAN-03 not weighed, or another parcel of its order is still being packed; E-MAN-09
    when the manifest was closed meanwhile.
    """
    if manifest.state != ManifestState.OPEN:
        raise Refused("E-MAN-09", st=manifest.state)
    row = work.tx.execute(_PARCEL.where(Waybill.waybill_no == number)).first()
    if row is None:
        raise Refused("E-MAN-01")
    _check_may_leave(work, manifest, row)
    if row.manifest_id == manifest.id:
        return 0
    if row.manifest_id is not None:
        raise Refused("E-MAN-05", no=row.manifest_no)
    is_ready = row.order_state == OrderState.STAGED and row.parcel_state == ParcelState.STAGED
    if not is_ready or row.bill_state != WaybillState.BOUND:
        raise Refused("E-MAN-03")
    values = {"manifest_id": manifest.id, "parcel_id": row.parcel_id}
    work.tx.execute(insert(ManifestParcel), values | {"scanned_at": work.now, "scanned_by": work.by.name})
    return int(row.parcel_id)


def _check_may_leave(work: Work, manifest: Manifest, row: Any) -> None:
    if row.carrier_id != manifest.carrier_id:
        raise Refused("E-MAN-02", c=catalog.carrier(work.tx, row.carrier_id).name)
    if row.order_state == OrderState.HOLD:
        raise Refused("E-MAN-06")
    if row.order_state in STOPPED:
        raise Refused("E-INT-01")


def take_off(work: Work, manifest: Manifest, parcel_id: int) -> None:
    """A parcel was scanned by mistake: off the manifest while it is open, else E-MAN-09."""
    if manifest.state != ManifestState.OPEN:
        raise Refused("E-MAN-09", st=manifest.state)
    work.tx.connection().execute(
        delete(_ON).where(_ON.c.manifest_id == manifest.id, _ON.c.parcel_id == parcel_id)
    )


def drop_stopped(work: Work, manifest: Manifest) -> int:
    """Take every parcel whose order was stopped off the manifest (I14, T66); how many there were.

    The orders are locked first: a cancel that comes now waits, and finds them shipped.
    """
    parcels = (
        select(ManifestParcel.parcel_id, DeliveryOrder.state)
        .join(Parcel, Parcel.id == ManifestParcel.parcel_id)
        .join(DeliveryOrder, DeliveryOrder.id == Parcel.order_id)
        .where(ManifestParcel.manifest_id == manifest.id)
        .order_by(DeliveryOrder.id)
        .with_for_update(of=DeliveryOrder)
    )
    gone = [row.parcel_id for row in work.tx.execute(parcels) if row.state != OrderState.STAGED]
    if gone:
        work.tx.connection().execute(delete(_ON).where(_ON.c.parcel_id.in_(gone)))
    return len(gone)
