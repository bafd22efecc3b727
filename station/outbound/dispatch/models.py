"""Manifests: the parcels given to a carrier in one pickup (P21)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from station.ground.db import STRICT, Base, Str, is_one_of
from station.ground.documents.lifecycle import Lifecycle


class ManifestState(StrEnum):
    """P21. Closed opens again only to take a stopped parcel off; signed never changes (I9)."""

    OPEN = "OPEN"
    CLOSED = "CLOSED"
    SIGNED = "SIGNED"
    REPORTED = "REPORTED"


_S = ManifestState


class Manifest(Base):
    """One handover of parcels to a carrier."""

    __tablename__ = "manifest"
    __table_args__ = (
        UniqueConstraint("manifest_no"),
        Index("ix_manifest_state", "state"),
        is_one_of("state", ManifestState),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    manifest_no: Mapped[str] = mapped_column(Str(30))
    carrier_id: Mapped[int] = mapped_column(ForeignKey("carrier.id"))
    state: Mapped[str] = mapped_column(Str(10), default=_S.OPEN)
    plate: Mapped[str] = mapped_column(Str(20), default="")
    courier: Mapped[str] = mapped_column(Str(60), default="")
    opened_by: Mapped[str] = mapped_column(Str(80))
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


MANIFEST = Lifecycle(
    "MF",
    Manifest,
    {
        "close": ({_S.OPEN}, _S.CLOSED),
        "reopen": ({_S.CLOSED}, _S.OPEN),
        "sign": ({_S.CLOSED}, _S.SIGNED),
        "report": ({_S.SIGNED}, _S.REPORTED),
    },
    begins={_S.OPEN},
    number="manifest_no",
    refusal="E-MAN-09",
)


class ManifestParcel(Base):
    """A parcel on a manifest; unique over all manifests, so no parcel leaves twice (I6)."""

    __tablename__ = "manifest_parcel"
    __table_args__ = (
        UniqueConstraint("parcel_id"),
        Index("ix_manifest_parcel_manifest_id", "manifest_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    manifest_id: Mapped[int] = mapped_column(ForeignKey("manifest.id"))
    parcel_id: Mapped[int] = mapped_column(ForeignKey("parcel.id"))
    scanned_at: Mapped[datetime]
    scanned_by: Mapped[str] = mapped_column(Str(80))
