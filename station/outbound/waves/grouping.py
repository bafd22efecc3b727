"""Which orders are worked together (P13). Pure and deterministic: same orders in, same waves out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from station.outbound.waves.kinds import WaveOrder, kind_for


@dataclass(frozen=True, slots=True)
class DraftWave:
    """A wave to be released: its kind's name, carrier, and orders in working order."""

    type: str
    carrier_id: int
    order_ids: tuple[int, ...]


_NEVER = datetime.max.replace(tzinfo=UTC)


def _key(order: WaveOrder) -> tuple[bool, datetime, datetime, int]:
    return (not order.is_urgent, order.latest_ship_at or _NEVER, order.paid_at or _NEVER, order.order_id)


def build(orders: Sequence[WaveOrder], max_orders: int = 24) -> list[DraftWave]:
    """Partition `orders` into waves of at most `max_orders`; carriers are never mixed (T38)."""
    groups: dict[tuple[str, int], list[WaveOrder]] = {}
    for order in sorted(orders, key=_key):
        groups.setdefault((kind_for(order).name, order.carrier_id), []).append(order)
    return [
        DraftWave(kind, carrier_id, tuple(order.order_id for order in members[start : start + max_orders]))
        for (kind, carrier_id), members in sorted(groups.items())
        for start in range(0, len(members), max_orders)
    ]
