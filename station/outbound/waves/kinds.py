"""The kinds of wave as data (P13): which orders are of a kind, who shares a walk, how they are packed.

A new kind is a row of `KINDS`; nobody else compares names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from station.outbound.waves.limits import Limits, Load
from station.storage.hall.ground import Point

Lines = tuple[tuple[int, int], ...]
Sender = tuple[int, str]
"""Carrier (with its account), and where its labels come from."""


class PacksBy(StrEnum):
    """What the packer scans first: an article, which finds its order (of identical baskets the first one is
    verified for all), the tote of one order, or its cell at a sort wall.
    """

    ITEM = "item"
    BASKET = "basket"
    ORDER = "order"
    CELL = "cell"


class Sharing(StrEnum):
    """Which orders of a kind go together: as they come, those whose goods lie near each other, or those whose
    walks save most.
    """

    AS_THEY_COME = "as they come"
    BY_PLACE = "by place"
    BY_WALK = "by walk"


@dataclass(frozen=True, slots=True)
class WaveOrder:
    """What wave building needs to know of an order; `lines` are (sku id, EACH).

    `channel` names where its label comes from, `zone` where its goods lie (empty: in several), `points` where
    exactly. `is_special`: goods of a class (liquid, fragile, cold) or mostly gifts; `is_big`: whole cartons;
    `is_serial`: pieces that are known by their numbers.
    """

    order_id: int
    carrier_id: int
    lines: Lines
    is_urgent: bool
    latest_ship_at: datetime | None
    paid_at: datetime | None
    channel: str = ""
    zone: str = ""
    is_valuable: bool = False
    is_special: bool = False
    is_big: bool = False
    is_serial: bool = False
    load: Load = field(default_factory=Load)
    points: tuple[Point, ...] = ()

    @property
    def sender(self) -> Sender:
        """Orders of different ones are never mixed (T38)."""
        return self.carrier_id, self.channel

    @property
    def basket(self) -> Lines:
        """What it holds, in one order of its lines."""
        return tuple(sorted(self.lines))

    @property
    def articles(self) -> frozenset[int]:
        """What it holds, however many."""
        return frozenset(sku_id for sku_id, _qty in self.lines)


@dataclass(frozen=True, slots=True)
class Day:
    """By what waves are built: the instant, the thresholds, what the hall has, and how often each basket and
    each article that is alone in its order are wanted now (filled in by `grouping.build`).
    """

    now: datetime = datetime(2000, 1, 1, tzinfo=UTC)
    urgent_h: int = 2
    same_basket: int = 10
    same_article: int = 10
    cart: Limits = field(default_factory=lambda: Limits(24))
    wall: Limits | None = None
    by_zone: bool = False
    baskets: Mapping[tuple[Sender, Lines], int] = field(default_factory=dict)
    alone: Mapping[tuple[Sender, frozenset[int]], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WaveKind:
    """One kind of wave: `holds` says whether an order is of it, `why` in a word; `group` which orders share a
    pick list, `sharing` which orders share a wave; `leads`: it goes before others.
    """

    name: str
    label: str
    why: str
    holds: Callable[[WaveOrder, Day], bool]
    group: Callable[[Sequence[int]], list[list[int]]]
    packs_by: PacksBy
    sharing: Sharing = Sharing.AS_THEY_COME
    leads: bool = False
    by_zone: bool = False

    def limits(self, day: Day) -> Limits:
        """What a wave of this kind holds at most."""
        return day.wall if self.packs_by is PacksBy.CELL and day.wall is not None else day.cart


def _is_hurried(order: WaveOrder, day: Day) -> bool:
    """Urgent, or to be shipped within `urgent_h` hours; also what is late already."""
    last = order.latest_ship_at
    return order.is_urgent or (last is not None and last < day.now + timedelta(hours=day.urgent_h))


def _is_single(order: WaveOrder, _day: Day) -> bool:
    return len(order.lines) == 1 and order.lines[0][1] == 1


def _is_one_article(order: WaveOrder, day: Day) -> bool:
    many = day.alone.get((order.sender, order.articles), 0)
    return len(order.articles) == 1 and many >= day.same_article and not order.is_serial


def _is_same_basket(order: WaveOrder, day: Day) -> bool:
    return day.baskets.get((order.sender, order.basket), 0) >= day.same_basket and not order.is_serial


def _fits_a_wall(order: WaveOrder, day: Day) -> bool:
    return day.wall is not None and day.wall.hold(Load(0, 0), order.load)


def _together(order_ids: Sequence[int]) -> list[list[int]]:
    return [list(order_ids)]


def _each_alone(order_ids: Sequence[int]) -> list[list[int]]:
    return [[order_id] for order_id in order_ids]


_ORDERS = WaveKind(
    "W6", "L-WAVE-ORDERS", "L-WHY-W6", lambda order, _day: order.is_big, _each_alone, PacksBy.ORDER
)

KINDS: tuple[WaveKind, ...] = (
    WaveKind(
        "W8",
        "L-WAVE-VALUABLE",
        "L-WHY-W8",
        lambda order, _day: order.is_valuable,
        _each_alone,
        PacksBy.ORDER,
        leads=True,
    ),
    WaveKind("W7", "L-WAVE-URGENT", "L-WHY-W7", _is_hurried, _each_alone, PacksBy.ORDER, leads=True),
    WaveKind(
        "W9",
        "L-WAVE-SPECIAL",
        "L-WHY-W9",
        lambda order, _day: order.is_special,
        _each_alone,
        PacksBy.ORDER,
        by_zone=True,
    ),
    _ORDERS,
    WaveKind("W1", "L-WAVE-SINGLES", "L-WHY-W1", _is_single, _together, PacksBy.ITEM, Sharing.BY_PLACE),
    WaveKind("W2", "L-WAVE-ARTICLE", "L-WHY-W2", _is_one_article, _together, PacksBy.ITEM, Sharing.BY_PLACE),
    WaveKind("W3", "L-WAVE-BASKET", "L-WHY-W3", _is_same_basket, _together, PacksBy.BASKET, Sharing.BY_PLACE),
    WaveKind("W4", "L-WAVE-SORTED", "L-WHY-W4", _fits_a_wall, _together, PacksBy.CELL, Sharing.BY_WALK),
)
"""In the rule's order: the first kind that holds decides; an order of none is walked by itself (W6)."""

_BY_NAME = {kind.name: kind for kind in KINDS}


def kind_of(name: str) -> WaveKind:
    """The kind a wave was released as (`Wave.type`)."""
    return _BY_NAME[name]


def kind_for(order: WaveOrder, day: Day) -> WaveKind:
    """The kind of wave an order belongs into."""
    return next((kind for kind in KINDS if kind.holds(order, day)), _ORDERS)
