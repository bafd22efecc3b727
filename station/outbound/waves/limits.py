"""What a cart or a sort wall holds: orders, lines, volume, weight (P13). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar


@dataclass(frozen=True, slots=True)
class Load:
    """What one order, or several, take: orders, lines, cm³ and grams (0: not known)."""

    orders: int = 1
    lines: int = 1
    volume_cm3: int = 0
    weight_g: int = 0

    def __add__(self, other: Load) -> Load:
        return Load(
            self.orders + other.orders,
            self.lines + other.lines,
            self.volume_cm3 + other.volume_cm3,
            self.weight_g + other.weight_g,
        )


@dataclass(frozen=True, slots=True)
class Limits:
    """At most so much in one wave; of volume and weight 0 says nothing."""

    orders: int
    lines: int = 200
    volume_cm3: int = 0
    weight_g: int = 0

    def hold(self, one: Load, other: Load) -> bool:
        """Whether both go together."""
        return (
            one.orders + other.orders <= self.orders
            and one.lines + other.lines <= self.lines
            and not 0 < self.volume_cm3 < one.volume_cm3 + other.volume_cm3
            and not 0 < self.weight_g < one.weight_g + other.weight_g
        )


class Loaded(Protocol):
    """What takes room on a cart."""

    @property
    def load(self) -> Load:
        """How much."""


L = TypeVar("L", bound=Loaded)


def filled(parts: Iterable[L], limits: Limits) -> list[list[L]]:
    """Parts in groups as they come: one is filled before the next begins; too large ones are alone."""
    groups: list[list[L]] = []
    load: Load | None = None
    for part in parts:
        if load is None or not limits.hold(load, part.load):
            groups.append([])
            load = part.load
        else:
            load = load + part.load
        groups[-1].append(part)
    return groups
