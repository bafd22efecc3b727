"""The shortest walk where aisles are changed only in front and behind (Ratliff & Rosenthal 1983). Pure.

From left to right, what has been walked so far is of one of six kinds: how often its ends in front and behind
are met (not, evenly, unevenly) and whether it hangs together. For each kind the cheapest is kept: at the next
aisle five ways through it, between aisles five ways to go on. Exact, and linear in the aisles.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import pairwise

from station.storage.hall.ground import DEPOT, Ground, Point


class _Through(Enum):
    """Ways to visit all stops of an aisle."""

    ONCE = auto()
    BACK = auto()
    FRONT = auto()
    GAP = auto()
    TWICE = auto()


_T = _Through
# What has been walked so far: (met behind, met in front, parts); 0 not, 1 unevenly, 2 evenly.
_Kind = tuple[int, int, int]
_NONE: _Kind = (0, 0, 0)
_UU, _E0, _0E, _EE, _EE2 = (1, 1, 1), (2, 0, 1), (0, 2, 1), (2, 2, 1), (2, 2, 2)
_DONE = (_E0, _0E, _EE)
_AISLE: dict[_Kind, dict[_Through, _Kind]] = {
    _NONE: {_T.ONCE: _UU, _T.BACK: _E0, _T.FRONT: _0E, _T.GAP: _EE2, _T.TWICE: _EE},
    _UU: {_T.ONCE: _EE, _T.BACK: _UU, _T.FRONT: _UU, _T.GAP: _UU, _T.TWICE: _UU},
    _E0: {_T.ONCE: _UU, _T.BACK: _E0, _T.FRONT: _EE2, _T.GAP: _EE2, _T.TWICE: _EE},
    _0E: {_T.ONCE: _UU, _T.BACK: _EE2, _T.FRONT: _0E, _T.GAP: _EE2, _T.TWICE: _EE},
    _EE: {_T.ONCE: _UU, _T.BACK: _EE, _T.FRONT: _EE, _T.GAP: _EE, _T.TWICE: _EE},
    _EE2: {_T.ONCE: _UU, _T.BACK: _EE2, _T.FRONT: _EE2, _T.GAP: _EE2, _T.TWICE: _EE},
}
_Steps = tuple[int, int]
_ACROSS: dict[_Kind, dict[_Steps, _Kind]] = {
    _UU: {(1, 1): _UU},
    _E0: {(2, 0): _E0, (2, 2): _EE2},
    _0E: {(0, 2): _0E, (2, 2): _EE2},
    _EE: {(2, 0): _E0, (0, 2): _0E, (2, 2): _EE},
    _EE2: {(2, 2): _EE2},
}
"""Times walked (behind, in front) between two aisles → the kind before the next aisle."""


@dataclass(frozen=True, slots=True)
class _Aisle:
    """An aisle with stops: their distances from the front, each once, in order."""

    block: int
    x: int
    length: int
    ys: tuple[int, ...]

    def ways(self) -> dict[_Through, tuple[int, int]]:
        """Centimetres of each way through it; of GAP also after which stop one turns round."""
        found = {
            _T.ONCE: (self.length, 0),
            _T.BACK: (2 * (self.length - self.ys[0]), 0),
            _T.FRONT: (2 * self.ys[-1], 0),
            _T.TWICE: (2 * self.length, 0),
        }
        gaps = [(self.ys[nth + 1] - self.ys[nth], -nth) for nth in range(len(self.ys) - 1)]
        if gaps:
            widest, nth = max(gaps)
            found[_T.GAP] = (2 * (self.length - widest), -nth)
        return found


@dataclass(frozen=True, slots=True)
class _Best:
    """The cheapest of one kind after an aisle, and how it was come by."""

    cm: int
    before: _Kind
    steps: _Steps
    through: _Through
    gap: int


def walk(ground: Ground, stops: Sequence[Point]) -> tuple[int, list[Point]]:
    """The shortest round from the benches past all `stops`: centimetres, and each point once in the order in
    which it is passed. The ground must be plain.
    """
    aisles = _aisles(ground, [DEPOT, *stops])
    found = _search(aisles)
    kind = min((kind for kind in _DONE if kind in found[-1]), key=lambda kind: found[-1][kind].cm)
    cm = found[-1][kind].cm
    legs: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for nth in range(len(aisles) - 1, -1, -1):
        best = found[nth][kind]
        _pass(legs, nth, aisles[nth], best)
        if nth:
            _cross(legs, nth, aisles, best.steps)
        kind = best.before
    return cm, _passed(legs, aisles)


def _aisles(ground: Ground, points: Sequence[Point]) -> list[_Aisle]:
    at: dict[tuple[int, int], set[int]] = {}
    for point in points:
        at.setdefault((point.block, point.x), set()).add(point.y)
    return [
        _Aisle(block, x, ground.blocks[block].length if ground.blocks else 0, tuple(sorted(ys)))
        for (block, x), ys in sorted(at.items())
    ]


def _search(aisles: Sequence[_Aisle]) -> list[dict[_Kind, _Best]]:
    found: list[dict[_Kind, _Best]] = []
    for nth, aisle in enumerate(aisles):
        ways, best = aisle.ways(), dict[_Kind, _Best]()
        for begun, cm, before, steps in _begun(aisles, nth, found):
            for through, (more, gap) in ways.items():
                kind, total = _AISLE[begun][through], cm + more
                if kind not in best or total < best[kind].cm:
                    best[kind] = _Best(total, before, steps, through, gap)
        found.append(best)
    return found


def _begun(
    aisles: Sequence[_Aisle], nth: int, found: Sequence[dict[_Kind, _Best]]
) -> list[tuple[_Kind, int, _Kind, _Steps]]:
    """The kinds with which one comes to an aisle: kind, centimetres, kind after the last aisle, steps."""
    if not nth:
        return [(_NONE, 0, _NONE, (0, 0))]
    last, here = aisles[nth - 1], aisles[nth]
    begun = []
    for before, best in found[nth - 1].items():
        for steps, kind in _ACROSS[before].items():
            if steps[0] and last.block != here.block:
                continue  # behind, one does not get from block to block
            begun.append((kind, best.cm + sum(steps) * (here.x - last.x), before, steps))
    return begun


_Legs = dict[tuple[int, int], list[tuple[int, int]]]
# Ends of aisles and stops are (aisle, distance from the front): a graph in which each leg is walked once.


def _leg(legs: _Legs, here: tuple[int, int], there: tuple[int, int], times: int) -> None:
    if here != there:
        legs[here] += [there] * times
        legs[there] += [here] * times


def _pass(legs: _Legs, nth: int, aisle: _Aisle, best: _Best) -> None:
    ys, end = aisle.ys, aisle.length
    stretches: dict[_Through, list[tuple[tuple[int, ...], int]]] = {
        _T.ONCE: [((0, *ys, end), 1)],
        _T.TWICE: [((0, *ys, end), 2)],
        _T.FRONT: [((0, *ys), 2)],
        _T.BACK: [((*ys, end), 2)],
        _T.GAP: [((0, *ys[: best.gap + 1]), 2), ((*ys[best.gap + 1 :], end), 2)],
    }
    for marks, times in stretches[best.through]:
        for here, there in pairwise(marks):
            _leg(legs, (nth, here), (nth, there), times)


def _cross(legs: _Legs, nth: int, aisles: Sequence[_Aisle], steps: _Steps) -> None:
    behind, front = steps
    _leg(legs, (nth - 1, aisles[nth - 1].length), (nth, aisles[nth].length), behind)
    _leg(legs, (nth - 1, 0), (nth, 0), front)


def _passed(legs: _Legs, aisles: Sequence[_Aisle]) -> list[Point]:
    """Walk every leg once, from the benches back to them; the stops in the order in which they are met."""
    stack, circle = [(0, 0)], []
    for ends in legs.values():
        ends.sort(reverse=True)
    while stack:
        here = stack[-1]
        if legs[here]:
            there = legs[here].pop()
            legs[there].remove(here)
            stack.append(there)
        else:
            circle.append(stack.pop())
    met = dict.fromkeys(reversed(circle))
    wanted = [set(aisle.ys) for aisle in aisles]
    points = [
        Point(aisles[nth].block, aisles[nth].x, y) for nth, y in met if nth < len(aisles) and y in wanted[nth]
    ]
    return [point for point in points if point != DEPOT]
