"""What the pages of the hall show: places by kind, the map of the racks, one place with all that is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from station.catalog.models import Carrier, Sku
from station.stock.models import VIRTUAL, Location, LocationKind, LocationState, Lot, Stock
from station.storage.hall import drawing, planning
from station.storage.hall.addresses import address_of
from station.storage.hall.description import Hall
from station.storage.hall.drawing import Mark, Picture, Slot
from station.storage.hall.planning import Plan

NAMED = 12
"""So many places outside the racks are named of each kind."""


@dataclass(frozen=True, slots=True)
class Area:
    """Places of one kind outside the racks: the first names, how many there are, which are new."""

    kind: str
    names: tuple[str, ...]
    count: int
    new: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Map:
    """The hall as it is, or as it would be."""

    pictures: list[Picture]
    areas: list[Area]
    count: int
    kinds: list[str]


def present(tx: Session) -> Map:
    """The hall as it is."""
    return _map(tx, {}, Plan())


def planned(tx: Session, hall: Hall, plan: Plan) -> Map:
    """The hall as it would be, with what is new, changed and closed marked."""
    marks = {row["code"]: Mark.NEW for row in plan.new}
    marks |= {plan.codes[place_id]: Mark.CHANGED for place_id in plan.changed}
    marks |= dict.fromkeys(plan.closed, Mark.CLOSED)
    return _map(tx, marks, plan, hall)


def _map(tx: Session, marks: Mapping[str, Mark], plan: Plan, hall: Hall | None = None) -> Map:
    rows = tx.execute(
        select(Location.id, Location.code, Location.kind, Location.state)
        .where(Location.kind.not_in(VIRTUAL))
        .order_by(Location.code)
    )
    kinds: dict[str, str] = {}
    shut = set()
    for row in rows:
        kinds[row.code] = plan.changed.get(row.id, {}).get("kind", row.kind)
        if row.state == LocationState.CLOSED and row.code not in marks:
            shut.add(row.code)
    kinds |= {row["code"]: row["kind"] for row in plan.new}
    slots = [
        Slot(address, kind, Mark.CLOSED if code in shut else marks.get(code, Mark.STAYS))
        for code, kind in kinds.items()
        if (address := address_of(code))
    ]
    zones = planning.zones_of(tx) | {zone.code: zone for zone in (hall.zones if hall else ())}
    return Map(
        drawing.pictures(slots, zones),
        _areas(kinds, marks),
        len(kinds),
        sorted({slot.kind for slot in slots}),
    )


def _areas(kinds: Mapping[str, str], marks: Mapping[str, Mark]) -> list[Area]:
    groups: dict[str, list[str]] = {}
    for code, kind in kinds.items():
        if address_of(code) is None:
            groups.setdefault(kind, []).append(code)
    return [
        Area(kind, tuple(sorted(codes)[:NAMED]), len(codes), _new(codes, marks))
        for kind, codes in sorted(groups.items())
    ]


def _new(codes: Iterable[str], marks: Mapping[str, Mark]) -> frozenset[str]:
    return frozenset(code for code in codes if marks.get(code) is Mark.NEW)


def lies_in(tx: Session, place_id: int) -> list[Any]:
    """Article, lot, status and quantity (EACH) of everything that lies in a place."""
    return list(
        tx.execute(
            select(
                Sku.code.label("sku"),
                Sku.name_zh.label("name"),
                Stock.status.label("type"),
                Lot.supplier_lot,
                Lot.expires_on,
                func.sum(Stock.on_hand).label("qty"),
                func.sum(Stock.allocated).label("promised"),
            )
            .join(Sku, Sku.id == Stock.sku_id)
            .join(Lot, Lot.id == Stock.lot_id)
            .where(Stock.location_id == place_id, Stock.on_hand > 0)
            .group_by(Sku.id, Sku.code, Sku.name_zh, Stock.status, Lot.id, Lot.supplier_lot, Lot.expires_on)
            .order_by(Sku.code, Lot.id)
            .limit(100)
        )
    )


def homes(tx: Session, place_id: int) -> list[str]:
    """Articles whose pick slot this is."""
    return list(
        tx.scalars(select(Sku.code).where(Sku.home_location_id == place_id).order_by(Sku.code).limit(5))
    )


def without_lane(tx: Session) -> list[str]:
    """Codes of carriers whose parcels have nowhere to stand."""
    lanes = select(Location.carrier_id).where(
        Location.kind == LocationKind.LANE, Location.state != LocationState.CLOSED, Location.carrier_id > 0
    )
    return list(tx.scalars(select(Carrier.code).where(Carrier.id.not_in(lanes)).order_by(Carrier.code)))


def carriers(tx: Session) -> list[tuple[str, str]]:
    """Code and name of every carrier, for lanes."""
    rows = tx.execute(select(Carrier.code, Carrier.name).order_by(Carrier.code))
    return [(row.code, row.name) for row in rows]
