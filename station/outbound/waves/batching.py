"""Which orders share a walk, so that it gets short (P13). Pure and deterministic.

Savings (Clarke & Wright): two groups whose walks lie on each other are worth more together than apart; the
pair that saves most is joined first, as long as one cart holds both. How long a walk is, is estimated by the
aisles it enters and how deep: the choice of orders is worth several times what the choice of the way is.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from station.outbound.waves.limits import Limits, Load, filled
from station.storage.hall.ground import Ground, Point

Aisle = tuple[int, int]
"""Block of aisles, and centimetres to the right."""


@dataclass(frozen=True, slots=True)
class Errand:
    """One order's part of a walk: where it leads, and what it takes of the cart."""

    order_id: int
    stops: tuple[Point, ...]
    load: Load


@dataclass(slots=True)
class _Group:
    """Orders that share a walk so far; `depth` of each aisle they enter."""

    members: list[int]
    depth: dict[Aisle, int]
    right: int
    load: Load
    cm: int = 0


class _Savings:
    """The groups that are left, and the pairs of them worth joining."""

    def __init__(self, ground: Ground, errands: Sequence[Errand], limits: Limits) -> None:
        self._lengths = [block.length for block in ground.blocks]
        self._limits = limits
        self._pairs: list[tuple[int, int, int]] = []
        self.groups: dict[int, _Group] = {}
        self._in: dict[Aisle, set[int]] = {}
        for nth, errand in enumerate(errands):
            self._add(nth, self._group(nth, errand), begins=True)
        heapq.heapify(self._pairs)
        self._next = len(errands)

    def _group(self, nth: int, errand: Errand) -> _Group:
        depth: dict[Aisle, int] = {}
        for stop in errand.stops:
            aisle = (stop.block, stop.x)
            depth[aisle] = max(depth.get(aisle, 0), stop.y)
        right = max((stop.x for stop in errand.stops), default=0)
        group = _Group([nth], depth, right, errand.load)
        group.cm = self._cm(depth, right)
        return group

    def _cm(self, depth: dict[Aisle, int], right: int) -> int:
        lengths = self._lengths
        return 2 * right + sum(min(2 * deep, lengths[block]) for (block, _x), deep in depth.items())

    def _add(self, number: int, group: _Group, *, begins: bool = False) -> None:
        near: set[int] = set()
        for aisle in group.depth:
            near |= self._in.setdefault(aisle, set())
            self._in[aisle].add(number)
        self.groups[number] = group
        push = self._pairs.append if begins else lambda pair: heapq.heappush(self._pairs, pair)
        for other in near:
            mate = self.groups[other]
            if self._limits.hold(group.load, mate.load):
                push((-self._saved(group, mate), min(number, other), max(number, other)))

    def _saved(self, one: _Group, other: _Group) -> int:
        """Centimetres less when both are walked together."""
        few, many = (one, other) if len(one.depth) <= len(other.depth) else (other, one)
        lengths, saved = self._lengths, 2 * min(one.right, other.right)
        for aisle, deep in few.depth.items():
            other_deep = many.depth.get(aisle)
            if other_deep is not None:
                saved += min(2 * min(deep, other_deep), lengths[aisle[0]])
        return saved

    def join(self) -> None:
        """Join the pairs that save most, until no cart holds two of the groups that meet in an aisle."""
        while self._pairs:
            _saved, first, second = heapq.heappop(self._pairs)
            if first in self.groups and second in self.groups:
                self._merge(first, second)

    def _merge(self, first: int, second: int) -> None:
        one, other = self._out(first), self._out(second)
        depth = dict(one.depth)
        for aisle, deep in other.depth.items():
            depth[aisle] = max(depth.get(aisle, 0), deep)
        right = max(one.right, other.right)
        members = sorted(one.members + other.members)
        self._add(self._next, _Group(members, depth, right, one.load + other.load, self._cm(depth, right)))
        self._next += 1

    def _out(self, number: int) -> _Group:
        group = self.groups.pop(number)
        for aisle in group.depth:
            self._in[aisle].discard(number)
        return group

    def fill(self) -> list[_Group]:
        """The groups as carts, small ones that meet nowhere put together, those that lead far first."""
        carts: list[_Group] = []
        for group in sorted(self.groups.values(), key=lambda group: (-group.cm, group.members)):
            mates = [cart for cart in carts if self._limits.hold(cart.load, group.load)]
            if not mates:
                carts.append(group)
                continue
            best = max(mates, key=lambda cart: (self._saved(cart, group), -cart.members[0]))
            best.members = sorted(best.members + group.members)
            for aisle, deep in group.depth.items():
                best.depth[aisle] = max(best.depth.get(aisle, 0), deep)
            best.right, best.load = max(best.right, group.right), best.load + group.load
        return carts


def batch(ground: Ground, errands: Sequence[Errand], limits: Limits) -> list[list[int]]:
    """Orders in groups that share a walk, each within the limits; the group whose first order comes first
    is first. Every order is in one, also when it is too large for any (then alone).
    """
    if not errands:
        return []
    savings = _Savings(ground, errands, limits)
    savings.join()
    groups = sorted(sorted(cart.members) for cart in savings.fill())
    return [[errands[nth].order_id for nth in members] for members in groups]


def first_come(errands: Iterable[Errand], limits: Limits) -> list[list[int]]:
    """Orders in groups as they come: a cart is filled before the next one is begun."""
    return [[errand.order_id for errand in group] for group in filled(errands, limits)]
