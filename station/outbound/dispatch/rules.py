"""Manifests: opening them, finding them, and what stands in the lanes (P21)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from station.carriers.models import Waybill, WaybillState
from station.ground.documents.numbers import next_no
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.outbound.dispatch.models import Manifest, ManifestParcel, ManifestState
from station.outbound.orders.models import DeliveryOrder, OrderState
from station.outbound.packing.models import Parcel, ParcelState
from station.settings import Settings

UNDER_WAY = (ManifestState.OPEN, ManifestState.CLOSED)


def open_manifest(work: Work, carrier_id: int, plate: str, courier: str) -> Manifest:
    """A courier is here: one manifest per pickup."""
    manifest = Manifest(
        manifest_no=next_no(work.tx, "MF", work.today),
        carrier_id=carrier_id,
        state=ManifestState.OPEN,
        plate=plate,
        courier=courier,
        opened_by=work.by.name,
        opened_at=work.now,
    )
    work.tx.add(manifest)
    work.tx.flush()
    return manifest


def find(tx: Session, text: str) -> Manifest:
    """The manifest with this number, not yet handed over; E-MAN-09 otherwise."""
    manifest = tx.scalars(select(Manifest).where(Manifest.manifest_no == text)).first()
    if manifest is None or manifest.state not in UNDER_WAY:
        raise Refused("E-MAN-09", st=manifest.state if manifest else "?")
    return manifest


def get(tx: Session, manifest_id: int) -> Manifest:
    """The manifest with this id."""
    return tx.get_one(Manifest, manifest_id)


def under_way(tx: Session, limit: int = 4) -> list[tuple[str, str, int]]:
    """(number, courier, parcels) of the newest manifests that nobody has handed over yet."""
    rows = tx.execute(
        select(Manifest.manifest_no, Manifest.courier, func.count(ManifestParcel.id).label("parcels"))
        .outerjoin(ManifestParcel, ManifestParcel.manifest_id == Manifest.id)
        .where(Manifest.state.in_(UNDER_WAY))
        .group_by(Manifest.id, Manifest.manifest_no, Manifest.courier)
        .order_by(Manifest.id.desc())
        .limit(limit)
    )
    return [(row.manifest_no, row.courier, row.parcels) for row in rows]


def _staged(query: Select[Any]) -> Select[Any]:
    """Parcels in a lane, on no manifest, of orders all of whose parcels may leave."""
    return query.join(DeliveryOrder, DeliveryOrder.id == Parcel.order_id).where(
        Parcel.state == ParcelState.STAGED,
        DeliveryOrder.state == OrderState.STAGED,
        Parcel.id.not_in(select(ManifestParcel.parcel_id)),
    )


def staged(tx: Session, carrier_id: int | None = None) -> int:
    """Parcels that stand in a lane and are on no manifest."""
    query = _staged(select(func.count()).select_from(Parcel))
    if carrier_id is not None:
        query = query.where(DeliveryOrder.carrier_id == carrier_id)
    return tx.scalar(query) or 0


def count_waiting(tx: Session, _settings: Settings | None = None) -> int:
    """Parcels that wait for a courier."""
    return staged(tx)


def next_staged(tx: Session, carrier_id: int) -> str:
    """The waybill of a staged parcel that is on no manifest yet; for the training bench's hint."""
    query = _staged(select(Waybill.waybill_no).join(Parcel, Parcel.id == Waybill.parcel_id))
    query = query.where(Waybill.carrier_id == carrier_id, Waybill.state == WaybillState.BOUND)
    return tx.scalar(query.order_by(Parcel.id).limit(1)) or ""


def count(tx: Session, manifest_id: int) -> int:
    """Parcels scanned onto a manifest."""
    return _count(tx, manifest_id)


def count_unweighed(tx: Session, manifest_id: int) -> int:
    """Parcels on a manifest that nobody could weigh (未称重)."""
    return _count(tx, manifest_id, Parcel.is_unweighed)


def _count(tx: Session, manifest_id: int, *which: Any) -> int:
    query = select(func.count()).select_from(ManifestParcel)
    if which:
        query = query.join(Parcel, Parcel.id == ManifestParcel.parcel_id).where(*which)
    return tx.scalar(query.where(ManifestParcel.manifest_id == manifest_id)) or 0
