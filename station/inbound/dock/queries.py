"""What the board of the dock shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, false, func, or_, select
from sqlalchemy.orm import Session

from station.catalog.models import Sku, Supplier
from station.inbound.models import AT_DOCK, InboundLine, InboundNotice, Receipt, ReceiptLine, ReceiptState
from station.stock.models import Location
from station.storage.keeping import rules as keeping

SHOWN, SOON, LONGEST = 100, timedelta(days=1), timedelta(days=14)
"""Rows of a part; what is expected so soon is on the board; so long a truck waits at most to be posted."""
_TO_COME = (
    select(func.coalesce(func.sum(InboundLine.qty_expected - InboundLine.qty_received), 0))
    .where(InboundLine.notice_id == InboundNotice.id, InboundLine.qty_expected > InboundLine.qty_received)
    .correlate(InboundNotice)
    .scalar_subquery()
)
_LINES = (
    select(func.count())
    .select_from(InboundLine)
    .where(InboundLine.notice_id == InboundNotice.id)
    .correlate(InboundNotice)
    .scalar_subquery()
)
_COUNTED = (
    select(func.coalesce(func.sum(ReceiptLine.qty_delivered), 0))
    .where(ReceiptLine.receipt_id == Receipt.id)
    .correlate(Receipt)
    .scalar_subquery()
)


@dataclass(frozen=True, slots=True)
class Expected:
    """An order whose goods are to come, with the zone that is kept for them."""

    asn_no: str
    name: str
    expected_on: date | None
    lines: int
    to_come: int
    zone: str


def expected(tx: Session, warehouse: str, today: date) -> list[Expected]:
    """Orders whose goods should have come, or come by tomorrow, and no truck stands here; late ones first."""
    here = select(Receipt.notice_id).where(Receipt.state.in_(AT_DOCK))
    zones = keeping.kept(tx)
    rows = tx.execute(
        select(InboundNotice.asn_no, Supplier.name, InboundNotice.expected_on, _LINES, _TO_COME)
        .join(Supplier, Supplier.id == InboundNotice.supplier_id)
        .where(
            InboundNotice.is_closed.is_(false()),
            or_(InboundNotice.expected_on.is_(None), InboundNotice.expected_on <= today + SOON),
            InboundNotice.warehouse == warehouse,
            InboundNotice.id.not_in(here),
        )
        .order_by(InboundNotice.expected_on, InboundNotice.id)
        .limit(SHOWN)
    )
    return [
        Expected(asn_no, name, day, lines, int(to_come), zones.get(asn_no, ""))
        for asn_no, name, day, lines, to_come in rows
    ]


@dataclass(frozen=True, slots=True)
class Truck:
    """A truck: where it stands, how far it is, the zone that is kept for what it brought."""

    receipt_no: str
    state: str
    asn_no: str
    name: str
    plate: str
    dock: str
    arrived_at: datetime
    counted: int
    zone: str


def at_dock(tx: Session) -> list[Truck]:
    """Trucks whose goods are neither stock nor gone, the longest here first."""
    return _trucks(tx, _receipts().where(Receipt.state.in_(AT_DOCK)).order_by(Receipt.id))


def done(tx: Session, since: datetime) -> list[Truck]:
    """What was posted since then, the last one first."""
    recent = (Receipt.arrived_at >= since - LONGEST, Receipt.posted_at >= since)
    return _trucks(tx, _receipts().where(*recent).order_by(Receipt.posted_at.desc(), Receipt.id.desc()))


def _receipts() -> Select[Any]:
    return (
        select(
            Receipt.receipt_no, Receipt.state, InboundNotice.asn_no, Supplier.name, Receipt.plate,
            Location.code, Receipt.arrived_at, _COUNTED,
        )
        .join(InboundNotice, InboundNotice.id == Receipt.notice_id)
        .join(Supplier, Supplier.id == InboundNotice.supplier_id)
        .join(Location, Location.id == Receipt.dock_id)
        .limit(SHOWN)
    )  # fmt: skip


def _trucks(tx: Session, query: Select[Any]) -> list[Truck]:
    zones = keeping.kept(tx)
    return [
        Truck(no, state, asn_no, name, plate, dock, arrived_at, int(counted), zones.get(asn_no, ""))
        for no, state, asn_no, name, plate, dock, arrived_at, counted in tx.execute(query)
    ]


def notice(tx: Session, asn_no: str) -> tuple[InboundNotice, Supplier] | None:
    """An order by the office's number, with its supplier."""
    row = tx.execute(
        select(InboundNotice, Supplier)
        .join(Supplier, Supplier.id == InboundNotice.supplier_id)
        .where(InboundNotice.asn_no == asn_no)
    ).first()
    return (row[0], row[1]) if row else None


def notice_lines(tx: Session, notice_id: int) -> list[Any]:
    """What is expected of each article and has come, in the office's order."""
    return list(
        tx.execute(
            select(
                Sku.code, Sku.name_zh, InboundLine.qty_expected, InboundLine.qty_received,
                InboundLine.supplier_lot, InboundLine.expires_on,
            )
            .join(Sku, Sku.id == InboundLine.sku_id)
            .where(InboundLine.notice_id == notice_id)
            .order_by(InboundLine.id)
        )
    )  # fmt: skip


def trucks_of(tx: Session, notice_id: int) -> list[Truck]:
    """Every truck that came for an order, the mistakes left out."""
    mine = (Receipt.notice_id == notice_id, Receipt.state != ReceiptState.CANCELLED)
    return _trucks(tx, _receipts().where(*mine).order_by(Receipt.id))
