"""What bringing the hall to a description would change: reads, judges, changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.catalog.models import Carrier
from station.ground.setup.problems import Problem, SetupRefused
from station.ground.setup.section import Change, How
from station.ground.words.messages import say
from station.stock import locations
from station.stock.models import VIRTUAL, Location, LocationKind, LocationState, OldLabel
from station.storage.hall import walks
from station.storage.hall.addresses import Address, address_of, is_under
from station.storage.hall.description import Hall, Spot
from station.storage.hall.emptiness import why_not_empty
from station.storage.hall.models import ZoneRow
from station.storage.hall.walks import Zone

_COLUMNS = (
    Location.id,
    Location.code,
    Location.barcode,
    Location.kind,
    Location.zone,
    Location.pick_seq,
    Location.state,
    Location.max_weight_g,
    Location.max_volume_cm3,
    Location.goods_class,
    Location.abc,
    Location.needs_pallet,
    Location.is_mixed,
    Location.carrier_id,
)


@dataclass(slots=True)
class Plan:
    """What is to be done: places that are new, values of present ones (by id), places closed and opened;
    zones that differ, and which of them are known.
    """

    new: list[dict[str, Any]] = field(default_factory=list)
    changed: dict[int, dict[str, Any]] = field(default_factory=dict)
    walked: dict[int, int] = field(default_factory=dict)
    closed: list[str] = field(default_factory=list)
    reopened: list[tuple[int, str]] = field(default_factory=list)
    zones: list[Zone] = field(default_factory=list)
    known: frozenset[str] = frozenset()
    codes: dict[int, str] = field(default_factory=dict)

    def changes(self) -> list[Change]:
        """The plan as a person is told it."""
        told = (
            (How.NEW, "places", [row["code"] for row in self.new]),
            (How.CHANGED, "places", [self.codes[at] for at in self.changed]),
            (How.CHANGED, "places in the walk", [self.codes[at] for at in self.walked]),
            (How.NEW, "zones", [zone.code for zone in self.zones if zone.code not in self.known]),
            (How.CHANGED, "zones", [zone.code for zone in self.zones if zone.code in self.known]),
            (How.REOPENED, "places", [code for _id, code in self.reopened]),
            (How.CLOSED, "places", self.closed),
        )
        return [Change(how, things, names) for how, things, names in told if names]


def plan(tx: Session, hall: Hall) -> Plan:
    """What would be new, changed, closed; SetupRefused with everything that stands in the way.

    Places that the description does not name stay as they are.
    """
    here = {row.code: row for row in tx.execute(select(*_COLUMNS).where(Location.kind.not_in(VIRTUAL)))}
    made = Plan(codes={row.id: row.code for row in here.values()})
    zones = _zones(tx, hall, made)
    sequence = _sequence(hall, here, zones)
    problems = [
        *_carriers(tx, hall),
        *_spots(tx, hall, here, sequence, made),
        *_closings(tx, hall, here, made),
    ]
    if problems:
        raise SetupRefused(problems[:50], len(problems))
    if any(spot.address for spot in hall.spots) or made.zones:
        made.walked = {
            row.id: sequence[address]
            for row in here.values()
            if (address := address_of(row.code)) and sequence[address] != row.pick_seq
        }
    return made


def zones_of(tx: Session) -> dict[str, Zone]:
    """How the zones are walked."""
    rows = tx.scalars(select(ZoneRow).order_by(ZoneRow.code))
    return {row.code: Zone(row.code, walks.Walk(row.walk), row.beside) for row in rows}


def _zones(tx: Session, hall: Hall, made: Plan) -> dict[str, Zone]:
    """The zones as they will be; those that differ from what is stored are noted in the plan."""
    stored = zones_of(tx)
    named = {zone.code: zone for zone in hall.zones}
    used = {spot.zone: Zone(spot.zone) for spot in hall.spots if spot.address}
    zones = used | stored | named
    made.known = frozenset(stored)
    made.zones = [zone for code, zone in sorted(zones.items()) if stored.get(code) != zone]
    return zones


def _sequence(hall: Hall, here: Mapping[str, Any], zones: Mapping[str, Zone]) -> dict[Address, int]:
    slots = {spot.address for spot in hall.spots if spot.address}
    slots |= {address for code in here if (address := address_of(code))}
    return walks.sequence(slots, zones)


def _carriers(tx: Session, hall: Hall) -> list[Problem]:
    known = set(tx.scalars(select(Carrier.code)))
    wanted = dict.fromkeys(spot.carrier for spot in hall.spots if spot.carrier)
    return [
        hall.table.problem(("lanes", code), "E-HAL-11", code=code) for code in wanted if code not in known
    ]


def _spots(
    tx: Session, hall: Hall, here: Mapping[str, Any], sequence: Mapping[Address, int], made: Plan
) -> list[Problem]:
    carriers = {row.code: row.id for row in tx.execute(select(Carrier.code, Carrier.id))}
    labels = _labels(tx) | {row.barcode: row.code for row in here.values()}
    problems: list[Problem] = []
    for spot in hall.spots:
        row, values = here.get(spot.code), _values(spot, sequence, carriers)
        if row is None:
            version = hall.versions.get(spot.code, 1)
            label = locations.barcode(spot.kind, spot.code, version)
            if label in labels:
                problems.append(hall.table.problem("", "E-HAL-12", code=spot.code, other=labels[label]))
            made.new.append(
                values | {"code": spot.code, "barcode": label, "label_version": version, "state": "OPEN"}
            )
            continue
        if row.kind != spot.kind and (why := _why_not_retyped(tx, row, spot)):
            problems.append(hall.table.problem("", "E-HAL-10", code=spot.code, why=why))
        differs = {
            key: value for key, value in values.items() if key != "pick_seq" and getattr(row, key) != value
        }
        if spot.address is None and values["pick_seq"] != row.pick_seq:
            differs["pick_seq"] = values["pick_seq"]
        if differs:
            made.changed[row.id] = differs
        if row.state == LocationState.CLOSED and not _is_closed(hall, spot.code):
            made.reopened.append((row.id, row.code))
    return problems


def _labels(tx: Session) -> dict[str, str]:
    """Old labels, which no new place may have, and whose they were."""
    old = select(OldLabel.barcode, Location.code).join(Location, Location.id == OldLabel.location_id)
    return {row.barcode: row.code for row in tx.execute(old)}


def _values(spot: Spot, sequence: Mapping[Address, int], carriers: Mapping[str, int]) -> dict[str, Any]:
    return {
        "kind": spot.kind,
        "zone": spot.zone,
        "pick_seq": sequence[spot.address] if spot.address else spot.sequence,
        "max_weight_g": spot.limits.weight_g,
        "max_volume_cm3": spot.limits.volume_cm3,
        "goods_class": spot.limits.goods_class,
        "abc": spot.limits.abc,
        "needs_pallet": spot.limits.needs_pallet,
        "is_mixed": spot.limits.is_mixed,
        "carrier_id": carriers.get(spot.carrier) if spot.carrier else None,
    }


def _why_not_retyped(tx: Session, row: Any, spot: Spot) -> dict[str, str] | None:
    """Goods stand where they may stand: a place gets another type only while it is empty."""
    if locations.PREFIX.get(LocationKind(row.kind)) != locations.PREFIX.get(spot.kind):
        return say("L-HAL-PREFIX")
    return why_not_empty(tx, [row.id]).get(row.id)


def _is_closed(hall: Hall, code: str) -> bool:
    return any(is_under(code, pattern) for pattern in hall.closed)


def _closings(tx: Session, hall: Hall, here: Mapping[str, Any], made: Plan) -> list[Problem]:
    codes: Sequence[str] = [*here, *(spot.code for spot in hall.spots if spot.code not in here)]
    wanted: dict[str, None] = {}
    problems: list[Problem] = []
    for pattern in hall.closed:
        found = [code for code in codes if is_under(code, pattern)]
        if not found:
            problems.append(hall.table.problem("closed", "E-HAL-08", code=pattern))
        wanted |= dict.fromkeys(found)
    made.closed = [code for code in wanted if code not in here or here[code].state != LocationState.CLOSED]
    return problems + _in_the_way(tx, hall, [here[code] for code in made.closed if code in here])


def _in_the_way(tx: Session, hall: Hall, rows: Iterable[Any]) -> list[Problem]:
    listed = list(rows)
    why = why_not_empty(tx, [row.id for row in listed])
    return [
        hall.table.problem("closed", "E-HAL-09", code=row.code, why=why[row.id])
        for row in listed
        if row.id in why
    ]
