"""Which orders are worked together (P13). Pure and deterministic: same orders in, same waves out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class WaveOrder:
    """What wave building needs to know of an order; `lines` are (sku id, EACH)."""

    order_id: int
    carrier_id: int
    lines: tuple[tuple[int, int], ...]
    is_urgent: bool
    latest_ship_at: datetime | None
    paid_at: datetime | None


@dataclass(frozen=True, slots=True)
class DraftWave:
    """A wave to be released: its type, carrier, and orders in working order."""

    type: str
    carrier_id: int
    order_ids: tuple[int, ...]


def _is_single(order: WaveOrder) -> bool:
    return len(order.lines) == 1 and order.lines[0][1] == 1


TYPES: tuple[tuple[str, Callable[[WaveOrder], bool]], ...] = (
    ("W1", _is_single),
    ("W6", lambda _order: True),
)
"""Wave types in the rule's order; the first predicate that holds decides. W2–W9 are further rows."""

_NEVER = datetime.max.replace(tzinfo=UTC)


def _key(order: WaveOrder) -> tuple[bool, datetime, datetime, int]:
    return (not order.is_urgent, order.latest_ship_at or _NEVER, order.paid_at or _NEVER, order.order_id)


def build(orders: Sequence[WaveOrder], max_orders: int = 24) -> list[DraftWave]:
    """Partition `orders` into waves of at most `max_orders`; carriers are never mixed (T38)."""
    groups: dict[tuple[str, int], list[WaveOrder]] = {}
    for order in sorted(orders, key=_key):
        kind = next(name for name, holds in TYPES if holds(order))
        groups.setdefault((kind, order.carrier_id), []).append(order)
    return [
        DraftWave(kind, carrier_id, tuple(order.order_id for order in members[start : start + max_orders]))
        for (kind, carrier_id), members in sorted(groups.items())
        for start in range(0, len(members), max_orders)
    ]
