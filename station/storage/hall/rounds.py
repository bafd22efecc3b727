"""In which order the stops of a walk are passed, and how far that is. Pure.

Exact where the hall lets it be computed (`shortest`), else the fixed sequence is improved by turning round
pieces of it and moving short ones, until nothing gets shorter. Where a zone has a way of its own (one-way,
one side at a time) the fixed sequence stands: the shop has said how one walks there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from station.storage.hall import shortest
from station.storage.hall.ground import DEPOT, Ground, Point

MOST = 80
"""Stops of a walk up to which the fixed sequence is improved piece by piece."""
ROUNDS = 12
"""Passes over a walk at most; the shortest is mostly found in three."""


@dataclass(frozen=True, slots=True)
class Round:
    """A walk: which of the stops comes when (their numbers as given), centimetres, and what the fixed
    sequence would have been.
    """

    order: tuple[int, ...]
    cm: int
    fixed_cm: int


def plan(ground: Ground, stops: Sequence[Point | None]) -> Round:
    """The walk past `stops`, which are given in the fixed sequence. What lies in no rack comes last, and
    counts for nothing.
    """
    known = {nth: point for nth, point in enumerate(stops) if point is not None}
    apart = [nth for nth, point in enumerate(stops) if point is None]
    fixed = list(known.values())
    fixed_cm = ground.length(fixed)
    if any(not ground.blocks[point.block].is_free for point in fixed):
        return Round((*known, *apart), fixed_cm, fixed_cm)
    cm, passed = best(ground, fixed)
    if cm >= fixed_cm:
        return Round((*known, *apart), fixed_cm, fixed_cm)
    rank = {point: nth for nth, point in enumerate(passed)}
    if fixed.index(passed[0]) > fixed.index(passed[-1]):
        rank = {point: -nth for point, nth in rank.items()}  # as long, and begins where one is used to
    return Round((*sorted(known, key=lambda nth: rank[known[nth]]), *apart), cm, fixed_cm)


def best(ground: Ground, fixed: Sequence[Point]) -> tuple[int, list[Point]]:
    """The shortest walk that can be found, each point once: exact on plain ground."""
    if ground.is_plain:
        return shortest.walk(ground, fixed)
    way = improved(ground, list(dict.fromkeys(fixed)))
    return ground.length(way), way


def improved(ground: Ground, way: list[Point]) -> list[Point]:
    """The walk with pieces turned round and short ones moved elsewhere as long as that makes it shorter."""
    if not 2 < len(way) <= MOST:  # noqa: PLR2004 — of two stops either order is as long
        return way
    points = [DEPOT, *way, DEPOT]
    far = [[ground.distance(here, there) for there in points] for here in points]
    tour = list(range(len(points)))
    for _ in range(ROUNDS):
        if not (_turn(tour, far) | _move(tour, far)):
            break
    return [points[at] for at in tour[1:-1]]


def _turn(tour: list[int], far: Sequence[Sequence[int]]) -> bool:
    """2-opt: turn a piece round where that is shorter."""
    is_better = False
    for i in range(1, len(tour) - 2):
        for j in range(i + 1, len(tour) - 1):
            before, first, last, after = tour[i - 1], tour[i], tour[j], tour[j + 1]
            if far[before][last] + far[first][after] < far[before][first] + far[last][after]:
                tour[i : j + 1] = tour[i : j + 1][::-1]
                is_better = True
    return is_better


def _move(tour: list[int], far: Sequence[Sequence[int]]) -> bool:
    """Or-opt: move up to three stops to where they lie on the way."""
    is_better = False
    for size in (1, 2, 3):
        i = 1
        while i + size < len(tour):
            if _moved(tour, far, i, size):
                is_better = True
            i += 1
    return is_better


def _moved(tour: list[int], far: Sequence[Sequence[int]], i: int, size: int) -> bool:
    piece, rest = tour[i : i + size], tour[:i] + tour[i + size :]
    gain = far[tour[i - 1]][piece[0]] + far[piece[-1]][tour[i + size]] - far[tour[i - 1]][tour[i + size]]
    cheapest, where, is_turned = gain, -1, False
    for j in range(len(rest) - 1):
        here, there = rest[j], rest[j + 1]
        for turned in (False, True):
            first, last = (piece[-1], piece[0]) if turned else (piece[0], piece[-1])
            more = far[here][first] + far[last][there] - far[here][there]
            if more < cheapest:
                cheapest, where, is_turned = more, j, turned
    if where < 0:
        return False
    tour[:] = [*rest[: where + 1], *(piece[::-1] if is_turned else piece), *rest[where + 1 :]]
    return True
