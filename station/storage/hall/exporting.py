"""The description of the hall as it is, short enough to be read: ranges, numbers, walks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.catalog.models import Carrier
from station.stock.models import VIRTUAL, Location, LocationKind, LocationState
from station.storage.hall import walks
from station.storage.hall.addresses import Address, address_of
from station.storage.hall.description import AREAS, Limits
from station.storage.hall.planning import zones_of
from station.storage.hall.ranges import blocks_of
from station.storage.hall.reading import lane_codes
from station.storage.hall.walks import Walk, Zone

Block = tuple[str, str, Limits]
"""What the slots of one row have in common: zone, kind, limits."""


def export(tx: Session) -> dict[str, Any] | None:
    """``[hall]`` as it would be read; None for an empty hall."""
    places = tx.scalars(
        select(Location).where(Location.kind.not_in(VIRTUAL)).order_by(Location.kind, Location.code)
    ).all()
    carriers = {row.id: row.code for row in tx.execute(select(Carrier.id, Carrier.code))}
    slots = {address: place for place in places if (address := address_of(place.code))}
    others = {place.code: place for place in places if address_of(place.code) is None}
    hall = _counts(others) | {"lanes": _lanes(others, carriers)}
    zones = _zones(tx, slots)
    hall["zone"] = [_zone(zone) for zone in zones.values()]
    hall["rack"] = _racks(slots)
    hall["place"] = [_place(place, carriers) for place in others.values()]
    hall["closed"] = [place.code for place in places if place.state == LocationState.CLOSED]
    hall["labels"] = {place.code: place.label_version for place in places if place.label_version > 1}
    return {key: value for key, value in hall.items() if value} if places else None


def _counts(others: dict[str, Location]) -> dict[str, Any]:
    """How many of each plain area there are in a row from 1; they are taken out of `others`."""
    counts: dict[str, Any] = {}
    for key, (kind, code) in AREAS.items():
        count = 0
        while _is_plain(others.get(code.format(count + 1)), kind):
            count += 1
            del others[code.format(count)]
        counts[key] = count
    return counts


def _is_plain(place: Location | None, kind: LocationKind) -> bool:
    """Whether the place says nothing but its name."""
    if place is None or place.kind != kind or place.carrier_id is not None:
        return False
    return not (place.zone or place.pick_seq or _limits(_limits_of(place)))


def _lanes(others: dict[str, Location], carriers: Mapping[int, str]) -> dict[str, int]:
    lanes: dict[str, int] = {}
    for carrier_id, carrier in sorted(carriers.items(), key=lambda pair: pair[1]):
        while (place := others.get(code := lane_codes(carrier, lanes.get(carrier, 0) + 1)[-1])) is not None:
            if place.kind != LocationKind.LANE or place.carrier_id != carrier_id:
                break
            lanes[carrier] = lanes.get(carrier, 0) + 1
            del others[code]
    return lanes


def _zones(tx: Session, slots: Mapping[Address, Location]) -> dict[str, Zone]:
    """How each zone is walked; one that no description made is walked as its numbers say."""
    stored = zones_of(tx)
    for code in sorted({address.zone for address in slots} - stored.keys()):
        own = sorted((place.pick_seq, address) for address, place in slots.items() if address.zone == code)
        order = [address for _nth, address in own]
        stored[code] = Zone(code, next((walk for walk in Walk if _goes(order, walk)), Walk.SERPENTINE))
    return dict(sorted(stored.items()))


def _goes(order: Sequence[Address], walk: Walk) -> bool:
    zone = order[0].zone
    numbered = walks.sequence(order, {zone: Zone(zone, walk)})
    return sorted(order, key=numbered.__getitem__) == list(order)


def _zone(zone: Zone) -> dict[str, Any]:
    row = {"code": zone.code, "walk": str(zone.walk)}
    return row | {"beside": zone.beside} if zone.beside else row


def _racks(slots: Mapping[Address, Location]) -> list[dict[str, Any]]:
    """Rows of ranges that together are exactly these slots: positions of a level, levels of a bay, bays of an
    aisle, aisles of a block.
    """
    blocks: dict[Block, list[Address]] = defaultdict(list)
    for address, place in slots.items():
        limits = _limits_of(place)
        blocks[address.zone, place.kind, limits].append(address)
    rows: list[dict[str, Any]] = []
    for (zone, kind, limits), addresses in sorted(blocks.items(), key=lambda block: min(block[1])):
        parts = [(one.aisle, one.bay, one.level, one.position) for one in addresses]
        for aisles, bays, levels, positions in blocks_of(parts):
            row = {"zone": zone, "kind": str(kind), "aisles": aisles, "bays": bays, "levels": levels}
            rows.append(row | {"positions": positions} | _limits(limits))
    return rows


def _limits_of(place: Location) -> Limits:
    return Limits(
        place.max_weight_g,
        place.max_volume_cm3,
        place.goods_class,
        place.abc,
        place.needs_pallet,
        place.is_mixed,
    )


def _limits(limits: Limits) -> dict[str, int | str | bool]:
    known: dict[str, int | str | bool | None] = {
        "max_weight_g": limits.weight_g,
        "max_volume_cm3": limits.volume_cm3,
        "class": limits.goods_class,
        "abc": limits.abc,
        "pallet": limits.needs_pallet,
        "mixed": limits.is_mixed,
    }
    return {key: value for key, value in known.items() if value}


def _place(place: Location, carriers: Mapping[int, str]) -> dict[str, Any]:
    row: dict[str, Any] = {"code": place.code, "kind": str(place.kind), "zone": place.zone}
    row |= {"sequence": place.pick_seq, "carrier": carriers.get(place.carrier_id or 0, "")}
    return {key: value for key, value in row.items() if value} | _limits(_limits_of(place))
