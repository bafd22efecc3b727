"""Where the goods of a posted slip stand now, and whether they can be taken back from there (P4).

A lot belongs to one line of one receipt, so its goods are found wherever they went. What stands free in a
slot can be carried back to the dock, also when it has grown old since; what is in somebody's hands, promised,
held, or gone cannot.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.catalog.models import Sku
from station.stock.lots import lot_no
from station.stock.models import (
    LOOSE,
    SLOT_KINDS,
    HandlingUnit,
    Location,
    LocationKind,
    Lot,
    Movement,
    MovementType,
    Stock,
)
from station.storage.aging.judging import AGED
from station.storage.putaway import rules as putaway


class Where(StrEnum):
    """At the dock; in a slot, free; in somebody's hands or promised; on hold or no good any more; gone."""

    DOCK = "DOCK"
    SLOT = "SLOT"
    WANTED = "WANTED"
    HELD = "HELD"
    GONE = "GONE"


@dataclass(frozen=True, slots=True)
class Found:
    """`qty` EACH of a lot of the slip: where they are (`place`, empty when they are gone), in which carton,
    and whether they can be taken back from there. `row` is their stock row.
    """

    name: str
    lot: str
    carton: str
    qty: int
    place: str
    where: Where
    row: Any = None


def posted(tx: Session, grn_no: str) -> list[Any]:
    """What a slip posted, carton by carton, with each one's unit."""
    query = (
        select(
            Movement.idem_key,
            Movement.sku_id,
            Movement.lot_id,
            Movement.qty,
            Movement.to_status,
            HandlingUnit,
        )
        .join(HandlingUnit, HandlingUnit.id == Movement.to_hu_id)
        .where(Movement.doc_type == "GR", Movement.doc_no == grn_no, Movement.type == MovementType.ACCEPT)
        .order_by(Movement.id)
    )
    return list(tx.execute(query))


def find(tx: Session, grn_no: str, dock_id: int) -> list[Found]:
    """All goods of a slip as they stand now; what is missing of a lot comes after what is there of it."""
    wanted: dict[int, int] = {}
    for carton in posted(tx, grn_no):
        wanted[carton.lot_id] = wanted.get(carton.lot_id, 0) + carton.qty
    found = []
    for lot_id, qty in wanted.items():
        there = [_found(tx, row, dock_id) for row in _rows(tx, lot_id)]
        found += there
        missing = qty - sum(one.qty for one in there)
        if missing > 0:
            lot = tx.get_one(Lot, lot_id)
            name = tx.get_one(Sku, lot.sku_id).name_zh
            found.append(Found(name, lot.supplier_lot or lot_no(lot_id), "", missing, "", Where.GONE))
    return found


def _rows(tx: Session, lot_id: int) -> list[Any]:
    query = (
        select(Stock, Location, HandlingUnit.lpn, Sku.name_zh, Lot.supplier_lot)
        .join(Location, Location.id == Stock.location_id)
        .join(HandlingUnit, HandlingUnit.id == Stock.hu_id)
        .join(Sku, Sku.id == Stock.sku_id)
        .join(Lot, Lot.id == Stock.lot_id)
        .where(Stock.lot_id == lot_id, Stock.on_hand > 0)
        .order_by(Stock.id)
    )
    return list(tx.execute(query))


def _found(tx: Session, row: Any, dock_id: int) -> Found:
    stock = row.Stock
    return Found(
        name=row.name_zh,
        lot=row.supplier_lot or lot_no(stock.lot_id),
        carton=row.lpn if stock.hu_id != LOOSE else "",
        qty=stock.on_hand,
        place=row.Location.code,
        where=_where(tx, stock, row.Location, dock_id),
        row=stock,
    )


def _where(tx: Session, stock: Stock, place: Location, dock_id: int) -> Where:
    if stock.status not in AGED:
        return Where.HELD
    if stock.allocated or putaway.is_in_hand(tx, stock):
        return Where.WANTED
    if stock.location_id == dock_id:
        return Where.DOCK
    return Where.SLOT if LocationKind(place.kind) in SLOT_KINDS else Where.WANTED
