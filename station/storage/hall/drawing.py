"""A hall drawn as a map: every aisle with its bays on both sides, as one looks down on it. Pure.

Odd bays stand above the aisle and even ones below it; the levels of a bay are stripes, the lowest nearest to
the aisle; an arrow tells the way that the walk takes.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from station.storage.hall.addresses import Address
from station.storage.hall.walks import Walk, Zone

WIDTH, STRIPE, LANE, GAP = 24, 8, 18, 12
"""Pixels: of a bay, of a level, of an aisle's lane, between aisles."""
LEFT, TOP = 34, 6
"""Pixels for the aisle's number, and above the first one."""
MOST_CELLS = 4_000
"""Beyond that a map shows bays without their levels; a browser draws it slowly otherwise."""


class Mark(StrEnum):
    """What becomes of a slot."""

    STAYS = ""
    NEW = "new"
    CHANGED = "changed"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot to be drawn: where, for what, what becomes of it."""

    address: Address
    kind: str
    mark: Mark = Mark.STAYS


@dataclass(frozen=True, slots=True)
class Cell:
    """A rectangle: one level of a bay, or a whole bay. `name` is what its slots' codes begin with."""

    x: int
    y: int
    width: int
    height: int
    kind: str
    mark: Mark
    name: str
    count: int


@dataclass(slots=True)
class Aisle:
    """An aisle's number and way, at the height of its lane."""

    number: int
    y: int
    way: str


@dataclass(slots=True)
class Picture:
    """One group of zones that share their aisles."""

    zones: str
    walk: Walk
    count: int = 0
    width: int = 0
    height: int = TOP
    cells: list[Cell] = field(default_factory=list)
    aisles: list[Aisle] = field(default_factory=list)


def pictures(slots: Iterable[Slot], zones: Mapping[str, Zone]) -> list[Picture]:
    """A picture for each group of zones, by letter."""
    groups: dict[str, list[Slot]] = {}
    for slot in slots:
        zone = zones.get(slot.address.zone) or Zone(slot.address.zone)
        groups.setdefault(zone.beside or zone.code, []).append(slot)
    is_fine = sum(len(_stripes(group)) for group in groups.values()) <= MOST_CELLS
    return [
        _picture(groups[code], (zones.get(code) or Zone(code)).walk, is_fine=is_fine)
        for code in sorted(groups)
    ]


def _stripes(group: Iterable[Slot]) -> set[tuple[int, int, int]]:
    return {(slot.address.aisle, slot.address.bay, slot.address.level) for slot in group}


def _picture(group: list[Slot], walk: Walk, *, is_fine: bool) -> Picture:
    names = sorted({slot.address.zone for slot in group})
    picture = Picture(" ".join(names), walk, len(group))
    heights = _heights(group) if is_fine else {}
    levels = len(heights) or 2
    first = min((slot.address.bay - 1) // 2 for slot in group)
    by_aisle = itertools.groupby(sorted(group, key=_place), key=lambda slot: slot.address.aisle)
    for nth, (number, found) in enumerate(by_aisle):
        lane = picture.height + levels * STRIPE
        picture.aisles.append(Aisle(number, lane, _way(walk, nth)))
        for _key, cell in itertools.groupby(found, key=_level if is_fine else _bay):
            picture.cells.append(_cell(list(cell), lane, heights, first))
        picture.height = lane + LANE + levels * STRIPE + GAP
    picture.width = max(cell.x for cell in picture.cells) + WIDTH + 4
    return picture


def _place(slot: Slot) -> Address:
    return Address("", slot.address.aisle, slot.address.bay, slot.address.level, slot.address.position)


def _bay(slot: Slot) -> tuple[int, ...]:
    return (slot.address.bay,)


def _level(slot: Slot) -> tuple[int, ...]:
    return (slot.address.bay, slot.address.level)


def _way(walk: Walk, nth: int) -> str:
    if walk is Walk.BOTH_SIDES:
        return "⇄"
    return "←" if walk is Walk.SERPENTINE and nth % 2 else "→"


def _heights(group: Iterable[Slot]) -> dict[int, int]:
    """The levels that there are, counted from the lane."""
    return {level: nth for nth, level in enumerate(sorted({slot.address.level for slot in group}))}


def _cell(slots: list[Slot], lane: int, heights: Mapping[int, int], first: int) -> Cell:
    """One stripe; without `heights` the whole bay."""
    at = slots[0].address
    height = STRIPE if heights else STRIPE * 2
    off = heights.get(at.level, 0) * STRIPE
    y = lane - off - height if at.bay % 2 == 1 else lane + LANE + off
    marks = {slot.mark for slot in slots}
    mark = marks.pop() if len(marks) == 1 else Mark.CHANGED
    name = f"{at.zone}-{at.aisle:02d}-{at.bay:02d}" + (f"-{at.level}" if heights else "")
    x = LEFT + ((at.bay - 1) // 2 - first) * WIDTH
    return Cell(x, y, WIDTH - 2, height, slots[0].kind, mark, name, len(slots))
