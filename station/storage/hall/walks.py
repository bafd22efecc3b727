"""The order in which a picker passes the slots of a zone (P28: the pick sequence is a number of its own)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from station.storage.hall.addresses import Address

GAP = 10
"""Between two slots, so that a person may put one in between by hand."""

Key = tuple[int, ...]


class Walk(StrEnum):
    """Ways through the aisles of a zone. Bays with odd and even numbers face each other (P28)."""

    SERPENTINE = "serpentine"
    ONE_WAY = "one-way"
    BOTH_SIDES = "both-sides"


@dataclass(frozen=True, slots=True)
class Zone:
    """How a zone is walked. `beside` names the zone whose aisles it stands in, such as reserve over picks."""

    code: str
    walk: Walk = Walk.SERPENTINE
    beside: str = ""


def sequence(slots: Iterable[Address], zones: Mapping[str, Zone]) -> dict[Address, int]:
    """The pick sequence of all slots: zones by letter, inside a zone by its way; 10, 20, 30, …

    serpentine: up one aisle, down the next, taking both sides at once. one-way: up every aisle.
    both-sides: up along the odd bays, back along the even ones, out where one came in.
    """
    groups: dict[str, list[Address]] = {}
    for slot in slots:
        zone = zones.get(slot.zone) or Zone(slot.zone)
        groups.setdefault(zone.beside or zone.code, []).append(slot)
    ordered: list[Address] = []
    for name in sorted(groups):
        zone = zones.get(name) or Zone(name)
        ordered += _through(groups[name], zone.walk)
    return {slot: (number + 1) * GAP for number, slot in enumerate(ordered)}


def _through(slots: list[Address], walk: Walk) -> list[Address]:
    nth = {aisle: number for number, aisle in enumerate(sorted({slot.aisle for slot in slots}))}
    keys: dict[Walk, Callable[[Address], Key]] = {
        Walk.SERPENTINE: lambda slot: _along(slot, is_back=nth[slot.aisle] % 2 == 1),
        Walk.ONE_WAY: lambda slot: _along(slot, is_back=False),
        Walk.BOTH_SIDES: lambda slot: (int(slot.bay % 2 == 0), *_along(slot, is_back=slot.bay % 2 == 0)),
    }
    return sorted(slots, key=lambda slot: (slot.aisle, *keys[walk](slot), ord(slot.zone)))


def _along(slot: Address, *, is_back: bool) -> Key:
    way = -1 if is_back else 1
    return (way * slot.bay, slot.level, way * slot.position)
