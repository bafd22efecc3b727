"""What articles, places and cartons are at this moment, for whoever asks why a scan was refused."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from station.catalog.models import Sku
from station.ground.scan import measures
from station.ground.scan.diagnosis import Said
from station.ground.scan.kinds import Code
from station.ground.words.messages import say
from station.stock import locations
from station.stock.models import SLOT_KINDS, HandlingUnit, Location, LocationState, Lot, Stock

SHOWN = 3
"""So many slots or articles are named; the rest is an ellipsis."""


def product(tx: Session, code: Code) -> list[Said]:
    """The article, what its barcode says, and the slots it lies in, pick slots first."""
    sku = tx.get(Sku, code.sku_id)
    if sku is None:
        return []
    said: list[Said] = [("L-IS-PRODUCT", {"name": sku.name_zh, "spec": sku.spec, "sku": sku.code})]
    if code.units > 1:
        said.append(("L-IS-PACK", {"n": code.units}))
    if code.net_mg is not None:
        said.append(("L-IS-WEIGHT", {"kg": measures.kilograms(code.net_mg)}))
    if code.price:
        said.append(("L-IS-PRICE", {"price": code.price}))
    if code.lot:
        said.append(("L-IS-LOT", {"lot": code.lot}))
    if code.expires_on:
        said.append(("L-IS-EXPIRES", {"day": str(code.expires_on)}))
    slots = tx.scalars(
        select(Location.code)
        .join(Stock, Stock.location_id == Location.id)
        .where(Stock.sku_id == sku.id, Stock.on_hand > 0, Location.kind.in_(SLOT_KINDS))
        .group_by(Location.code, Location.kind)
        .order_by(Location.kind, Location.code)
        .limit(SHOWN + 1)
    )
    named = _some(slots)
    return [*said, ("L-IS-AT", {"slots": named}) if named else ("L-IS-NOWHERE", {})]


def place(tx: Session, code: Code) -> list[Said]:
    """The place's kind and name, whether it is in use, and what lies in it."""
    location = tx.scalars(select(Location).where(Location.barcode == code.text)).first()
    if location is None:
        return _old_label(tx, code)
    said: list[Said] = [_named(location)]
    if location.state != LocationState.OPEN:
        said.append(("L-IS-FROZEN", {}))
    rows = tx.execute(
        select(Sku.name_zh, func.sum(Stock.on_hand))
        .join(Sku, Sku.id == Stock.sku_id)
        .where(Stock.location_id == location.id, Stock.on_hand > 0)
        .group_by(Sku.id, Sku.name_zh)
        .order_by(Sku.id)
        .limit(SHOWN + 1)
    )
    goods = _some(f"{name} ×{qty}" for name, qty in rows)
    return [*said, ("L-IS-HOLDS", {"goods": goods}) if goods else ("L-IS-EMPTY", {})]


def _old_label(tx: Session, code: Code) -> list[Said]:
    """The place whose label this was before it got another one (P28)."""
    location = tx.get(Location, locations.replaced(tx, code.text) or 0)
    return [_named(location), ("L-IS-OLD-LABEL", {})] if location else []


def _named(location: Location) -> Said:
    return "L-IS-PLACE", {"kind": say(f"L-LOC-{location.kind}"), "code": location.code}


def carton(tx: Session, code: Code) -> list[Said]:
    """What is in a labelled carton, its date, and where it stands."""
    row: Any = tx.execute(
        select(HandlingUnit.lpn, Stock.on_hand, Sku.name_zh, Lot.expires_on, Location.code)
        .join(Stock, Stock.hu_id == HandlingUnit.id)
        .join(Sku, Sku.id == Stock.sku_id)
        .join(Lot, Lot.id == Stock.lot_id)
        .join(Location, Location.id == Stock.location_id)
        .where(HandlingUnit.lpn == code.text, Stock.on_hand > 0)
        .order_by(Stock.id)
        .limit(1)
    ).first()
    if row is None:
        known = tx.scalar(select(HandlingUnit.id).where(HandlingUnit.lpn == code.text))
        kind = say(f"L-KIND-{code.kind}")
        return [("L-IS-OTHER", {"kind": kind, "text": code.text}), ("L-IS-EMPTY", {})] if known else []
    said: list[Said] = [("L-IS-CARTON", {"lpn": row.lpn, "name": row.name_zh, "n": row.on_hand})]
    if row.expires_on:
        said.append(("L-IS-EXPIRES", {"day": str(row.expires_on)}))
    return [*said, ("L-IS-AT", {"slots": row.code})]


def _some(names: Iterable[str]) -> str:
    """The first few of `names`."""
    listed = list(names)
    return ", ".join(listed[:SHOWN]) + (" …" if len(listed) > SHOWN else "")
