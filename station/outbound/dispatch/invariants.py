"""What must hold of manifests: I6 and I9."""

from __future__ import annotations

from sqlalchemy import func, or_, select

from station.carriers.models import Waybill, WaybillState
from station.ground.db.invariants import Invariant, rows
from station.ground.documents.told import told
from station.outbound.dispatch.models import MANIFEST, Manifest, ManifestParcel, ManifestState

SIGNED = (ManifestState.SIGNED, ManifestState.REPORTED)

_HANDED = (
    select(Waybill.waybill_no.label("waybill"), func.count(Manifest.id).label("manifests"))
    .select_from(Waybill)
    .outerjoin(ManifestParcel, ManifestParcel.parcel_id == Waybill.parcel_id)
    .outerjoin(Manifest, (Manifest.id == ManifestParcel.manifest_id) & Manifest.state.in_(SIGNED))
    .where(Waybill.state == WaybillState.HANDED)
    .group_by(Waybill.waybill_no)
    .having(func.count(Manifest.id) != 1)
)

_CHANGED = (
    select(Manifest.manifest_no.label("manifest"), ManifestParcel.parcel_id.label("parcel"))
    .join_from(ManifestParcel, Manifest, Manifest.id == ManifestParcel.manifest_id)
    .where(
        Manifest.state.in_(SIGNED),
        or_(Manifest.closed_at.is_(None), ManifestParcel.scanned_at > Manifest.closed_at),
    )
)

INVARIANTS = (
    Invariant("I6", "every number handed over is on one signed manifest", rows(_HANDED), Waybill),
    Invariant("I9", "closed manifests never change", rows(_CHANGED), Manifest),
    *told(MANIFEST),
)
