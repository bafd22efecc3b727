"""What stands in a place, and where an article, a lot or a carton stands; changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from station.catalog.models import Sku
from station.stock.lots import lot_no
from station.stock.models import LOOSE, VIRTUAL, HandlingUnit, Location, LocationKind, Lot, Stock

Where = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Row:
    """`qty` EACH of one lot in one place, `promised` of them to somebody; loose ones have no `carton`."""

    stock_id: int
    place: str
    sku_id: int
    sku: str
    name: str
    lot_id: int
    lot: str
    expires_on: date | None
    status: str
    carton: str
    qty: int
    promised: int


@dataclass(frozen=True, slots=True)
class Found:
    """Some rows of what was asked for, how many there are, and what they add up to in EACH."""

    rows: list[Row]
    count: int
    qty: int
    promised: int


def at_place(place_id: int) -> list[Where]:
    """Everything in one place."""
    return [Stock.location_id == place_id]


def of_article(sku_id: int, lot: str = "", expires_on: date | None = None) -> list[Where]:
    """An article wherever it stands; of one lot where the label says which."""
    where: list[Where] = [Stock.sku_id == sku_id]
    if lot:
        where.append(Lot.supplier_lot == lot)
    if expires_on:
        where.append(Lot.expires_on == expires_on)
    return where


def of_lots(lot_ids: Sequence[int]) -> list[Where]:
    """Some lots wherever they are."""
    return [Stock.lot_id.in_(lot_ids)]


def in_unit(lpn: str) -> list[Where]:
    """What is in one carton or pallet."""
    return [HandlingUnit.lpn == lpn]


def find(tx: Session, where: Sequence[Where], *, skip: int = 0, limit: int = 100) -> Found:
    """What stands there by the book: pick slots first, then by expiry, then along the walk."""
    there = (*where, Stock.on_hand > 0, Location.kind.not_in(sorted(VIRTUAL)))
    base = _joined(select(func.count(), func.coalesce(func.sum(Stock.on_hand), 0), func.sum(Stock.allocated)))
    count, qty, promised = tx.execute(base.where(*there)).one()
    query = _joined(
        select(
            Stock.id, Stock.lot_id, Stock.sku_id, Stock.status, Stock.hu_id, Stock.on_hand, Stock.allocated,
            Location.code.label("place"), Sku.code, Sku.name_zh, Lot.supplier_lot, Lot.expires_on,
            HandlingUnit.lpn,
        )
    )  # fmt: skip
    order = (
        Location.kind != LocationKind.PICK, Lot.expires_on.is_(None), Lot.expires_on, Location.pick_seq,
        Location.code, Sku.code, Stock.id,
    )  # fmt: skip
    rows = tx.execute(query.where(*there).order_by(*order).offset(skip).limit(limit))
    return Found([_row(row) for row in rows], int(count), int(qty), int(promised or 0))


def _joined(query: Any) -> Any:
    return (
        query.select_from(Stock)
        .join(Location, Location.id == Stock.location_id)
        .join(Sku, Sku.id == Stock.sku_id)
        .join(Lot, Lot.id == Stock.lot_id)
        .join(HandlingUnit, HandlingUnit.id == Stock.hu_id)
    )


def _row(row: Any) -> Row:
    return Row(
        stock_id=row.id,
        place=row.place,
        sku_id=row.sku_id,
        sku=row.code,
        name=row.name_zh,
        lot_id=row.lot_id,
        lot=row.supplier_lot or lot_no(row.lot_id),
        expires_on=row.expires_on,
        status=row.status,
        carton="" if row.hu_id == LOOSE else row.lpn,
        qty=row.on_hand,
        promised=row.allocated,
    )
