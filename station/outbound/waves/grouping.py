"""Which orders are worked together (P13). Pure and deterministic: same orders in, same waves out.

Carriers, their accounts and the sources of their labels are never mixed. Orders share a walk only with those
that must leave in the same hour, or in hours before that fill no wave, so that none waits for a later one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from station.outbound.waves.batching import Errand, batch
from station.outbound.waves.kinds import KINDS, Day, Sharing, WaveKind, WaveOrder, kind_for, kind_of
from station.outbound.waves.limits import Limits, filled
from station.storage.hall.ground import Ground

MOST = 240
"""Orders among which those that share a walk are looked for: more would take seconds and save little."""


@dataclass(frozen=True, slots=True)
class DraftWave:
    """A wave to be released: its kind's name, carrier, and orders in working order."""

    type: str
    carrier_id: int
    order_ids: tuple[int, ...]


_NEVER = datetime.max.replace(tzinfo=UTC)
_Key = tuple[bool, datetime, datetime, int]


def _key(order: WaveOrder) -> _Key:
    return (not order.is_urgent, order.latest_ship_at or _NEVER, order.paid_at or _NEVER, order.order_id)


def build(
    orders: Sequence[WaveOrder], day: Day | None = None, ground: Ground | None = None
) -> list[DraftWave]:
    """Partition `orders` into waves, those that lead first (T38)."""
    day = counted(orders, day or Day())
    groups: dict[tuple[int, int, str, str], list[WaveOrder]] = {}
    nth = {kind.name: number for number, kind in enumerate(KINDS)}
    for order in sorted(orders, key=_key):
        kind = kind_for(order, day)
        zone = order.zone if day.by_zone or kind.by_zone else ""
        groups.setdefault((nth[kind.name], *order.sender, zone), []).append(order)
    drafts = [
        DraftWave(kind.name, carrier_id, tuple(order.order_id for order in wave))
        for (number, carrier_id, _channel, _zone), members in sorted(groups.items())
        for kind in [KINDS[number]]
        for wave in _waves(kind, members, kind.limits(day), ground or Ground({}, {}))
    ]
    return sorted(drafts, key=lambda draft: (not kind_of(draft.type).leads, draft.type))


def counted(orders: Sequence[WaveOrder], day: Day) -> Day:
    """The day with how often each basket, and each article that is alone in its order, is wanted."""
    return replace(
        day,
        baskets=Counter((order.sender, order.basket) for order in orders),
        alone=Counter((order.sender, order.articles) for order in orders if len(order.articles) == 1),
    )


def _waves(
    kind: WaveKind, orders: Sequence[WaveOrder], limits: Limits, ground: Ground
) -> Iterator[list[WaveOrder]]:
    if kind.sharing is Sharing.AS_THEY_COME:
        yield from filled(orders, limits)
        return
    for pool in _pools(orders, limits.orders):
        if kind.sharing is Sharing.BY_PLACE:
            near = sorted(pool, key=lambda order: (order.points, order.basket, _key(order)))
            waves = [sorted(wave, key=_key) for wave in filled(near, limits)]
        else:
            waves = _shared(ground, pool, limits)
        yield from sorted(waves, key=lambda wave: _key(wave[0]))


def _pools(orders: Sequence[WaveOrder], least: int) -> Iterator[list[WaveOrder]]:
    """Orders that may share a wave whoever of them is first: of one hour, or of hours that make one wave."""
    hours: dict[datetime | None, list[WaveOrder]] = {}
    for order in orders:
        last = order.latest_ship_at
        hour = None if last is None else last.replace(minute=0, second=0, microsecond=0)
        hours.setdefault(hour, []).append(order)
    pool: list[WaveOrder] = []
    for some in hours.values():
        if pool and len(pool) + len(some) > least:
            yield pool
            pool = []
        pool += some
        while len(pool) > MOST:
            yield pool[:MOST]
            pool = pool[MOST:]
    if pool:
        yield pool


def _shared(ground: Ground, pool: Sequence[WaveOrder], limits: Limits) -> list[list[WaveOrder]]:
    known = {order.order_id: order for order in pool}
    errands = [Errand(order.order_id, order.points, order.load) for order in pool]
    return [[known[order_id] for order_id in group] for group in batch(ground, errands, limits)]
