"""The kinds of wave as data (P13): which orders are of a kind, who shares a walk, how they are packed.

A new kind is a row of `KINDS`; nobody else compares names.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PacksBy(StrEnum):
    """What the packer scans first: an article, which finds its order, the tote of one order, or its cell at a
    sort wall.
    """

    ITEM = "item"
    ORDER = "order"
    CELL = "cell"


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
class WaveKind:
    """One kind of wave: `holds` says whether an order is of it, `group` which orders share a pick list."""

    name: str
    label: str
    holds: Callable[[WaveOrder], bool]
    group: Callable[[Sequence[int]], list[list[int]]]
    packs_by: PacksBy


def _is_single(order: WaveOrder) -> bool:
    return len(order.lines) == 1 and order.lines[0][1] == 1


def _together(order_ids: Sequence[int]) -> list[list[int]]:
    return [list(order_ids)]


def _each_alone(order_ids: Sequence[int]) -> list[list[int]]:
    return [[order_id] for order_id in order_ids]


KINDS: tuple[WaveKind, ...] = (
    WaveKind("W1", "L-WAVE-SINGLES", _is_single, _together, PacksBy.ITEM),
    WaveKind("W4", "L-WAVE-SORTED", lambda _order: False, _together, PacksBy.CELL),
    WaveKind("W6", "L-WAVE-ORDERS", lambda _order: True, _each_alone, PacksBy.ORDER),
)
"""In the rule's order: the first kind that holds decides, and the last one holds for everything."""

_BY_NAME = {kind.name: kind for kind in KINDS}


def kind_of(name: str) -> WaveKind:
    """The kind a wave was released as (`Wave.type`)."""
    return _BY_NAME[name]


def kind_for(order: WaveOrder) -> WaveKind:
    """The kind of wave an order belongs into."""
    return next(kind for kind in KINDS if kind.holds(order))
