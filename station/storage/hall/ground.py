"""Where slots lie on the floor, in whole centimetres, and how far it is from one to another. Pure.

Zones stand side by side along one front aisle, in the order of their letters; benches are in front of the
first aisle. A zone's aisles are parallel and as long as its deepest bay; bays with odd and even numbers face
each other (P28). One changes aisles in front, behind, and, where `cross_bays` says so, in between.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from station.storage.hall.addresses import Address
from station.storage.hall.walks import Walk, Zone


@dataclass(frozen=True, slots=True)
class Measures:
    """From one aisle to the next, and along one bay, in centimetres; a way across after every `cross_bays`
    bays of one side, 0: none.
    """

    aisle_cm: int = 300
    bay_cm: int = 120
    cross_bays: int = 0


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a zone reaches: its lowest and highest aisle, and its highest bay."""

    first_aisle: int
    last_aisle: int
    last_bay: int


@dataclass(frozen=True, slots=True, order=True)
class Point:
    """A place on the floor: which block of aisles, centimetres to the right along the front, and into it."""

    block: int
    x: int
    y: int


DEPOT = Point(0, 0, 0)
"""The benches, where every walk begins and ends."""


@dataclass(frozen=True, slots=True)
class Block:
    """The aisles of a zone (and of the zones beside it): where the ways across lie, from the front on."""

    left: int
    first_aisle: int
    ways: tuple[int, ...]
    is_free: bool

    @property
    def length(self) -> int:
        """From front to back."""
        return self.ways[-1]


class Ground:
    """The floor of a hall: points of its slots, distances between them."""

    def __init__(
        self, extents: Mapping[str, Extent], zones: Mapping[str, Zone], measures: Measures | None = None
    ) -> None:
        self.measures = measures or Measures()
        groups: dict[str, list[Extent]] = {}
        for code, extent in extents.items():
            groups.setdefault(_home(code, zones), []).append(extent)
        self._number = {code: nth for nth, code in enumerate(sorted(groups))}
        self._zones = zones
        self.blocks: list[Block] = []
        left = 0
        for code in sorted(groups):
            some = groups[code]
            first = min(extent.first_aisle for extent in some)
            last = max(extent.last_aisle for extent in some)
            walk = zones[code].walk if code in zones else Walk.SERPENTINE
            ways = self._ways(max(extent.last_bay for extent in some))
            self.blocks.append(Block(left, first, ways, walk == Walk.SERPENTINE))
            left += (last - first + 1) * self.measures.aisle_cm

    def _ways(self, last_bay: int) -> tuple[int, ...]:
        pairs, every = (last_bay + 1) // 2, self.measures.cross_bays
        between = range(every, pairs, every) if every else ()
        return (0, *(nth * self.measures.bay_cm for nth in between), pairs * self.measures.bay_cm)

    @property
    def is_plain(self) -> bool:
        """Whether aisles are changed only in front and behind, so that the shortest walk can be computed."""
        return all(len(block.ways) == 2 for block in self.blocks)  # noqa: PLR2004 — front and back

    def point(self, slot: Address | None) -> Point | None:
        """Where one stands to reach a slot; None for what lies in no rack of this hall."""
        number = None if slot is None else self._number.get(_home(slot.zone, self._zones))
        if slot is None or number is None:
            return None
        block = self.blocks[number]
        x = block.left + (slot.aisle - block.first_aisle) * self.measures.aisle_cm
        y = (2 * ((slot.bay + 1) // 2) - 1) * self.measures.bay_cm // 2
        return Point(number, x, y)

    def distance(self, here: Point, there: Point) -> int:
        """Centimetres on foot."""
        if here.block != there.block:
            return abs(here.x - there.x) + here.y + there.y
        if here.x == there.x:
            return abs(here.y - there.y)
        ways = self.blocks[here.block].ways if self.blocks else (0,)
        return abs(here.x - there.x) + min(abs(here.y - way) + abs(there.y - way) for way in ways)

    def length(self, stops: list[Point]) -> int:
        """Centimetres from the benches along these stops in this order, and back."""
        way = [DEPOT, *stops, DEPOT]
        return sum(self.distance(here, there) for here, there in pairwise(way))


def _home(code: str, zones: Mapping[str, Zone]) -> str:
    return (zones[code].beside or code) if code in zones else code
