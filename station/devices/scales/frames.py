"""One reading of a scale, and grams from what stood on its display. Pure; no float anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

_DG = {"g": Decimal(10), "kg": Decimal(10_000), "lb": Decimal("4535.9237")}
"""Tenths of a gram in one unit; a frame in any other unit is no weight."""

UNITS = tuple(_DG)
HEAVIEST_DG = 100_000_000
"""Ten tons: what says more was not understood."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one frame says: the weight in tenths of a gram (None: outside the scale's range).

    `is_net`: a tare is set, so this is not what lies on the scale. `unit`: what the frame itself names, if
    it does.
    """

    dg: int | None
    is_stable: bool
    is_net: bool = False
    unit: str = ""


def tenths(number: str, unit: str) -> int | None:
    """Tenths of a gram of a decimal `number` in g, kg or lb, rounded half to even; None: no such weight."""
    factor = _DG.get(unit)
    if factor is None or not number.isascii():
        return None
    try:
        dg = int((Decimal(number) * factor).quantize(Decimal(1), ROUND_HALF_EVEN))
    except (ArithmeticError, ValueError):
        return None
    return dg if abs(dg) <= HEAVIEST_DG else None


def reading(number: str, unit: str, *, is_stable: bool, is_net: bool = False) -> Reading | None:
    """The reading of a decimal number with its unit; None when it is no weight."""
    dg = tenths(number, unit)
    return None if dg is None else Reading(dg, is_stable, is_net, unit)


OUTSIDE = Reading(None, is_stable=False)
"""More than the scale can weigh, or below zero by more than it can show."""
MOVING = Reading(0, is_stable=False)
"""It says that it moves, and no figure."""
