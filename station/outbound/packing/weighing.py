"""Does the parcel weigh what it should (P18)? Pure; everything in whole tenths of a gram (dg)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

FRAMES = 3


@dataclass(frozen=True, slots=True)
class Frame:
    """One reading of a scale: weight and resolution in dg; whether it stood at zero since the last parcel."""

    dg: int
    division_dg: int
    is_zero_seen: bool


def expected_dg(items: Iterable[tuple[int, int]], tare_g: int, filler_g: int) -> int:
    """Expected weight of ``(gross grams, quantity)`` items in a box of `tare_g`, with filling."""
    return 10 * (sum(gross_g * qty for gross_g, qty in items) + tare_g + filler_g)


def tolerance_thousandths(expected_dg: int, abs_g: int, pct: int, cap_g: int) -> int:
    """Tolerance in thousandths of a gram: the larger of `abs_g` and `pct` percent, capped."""
    return min(cap_g * 1000, max(abs_g * 1000, expected_dg * pct))


def is_within(actual_dg: int, expected_dg: int, abs_g: int = 20, pct: int = 3, cap_g: int = 500) -> bool:
    """|actual − expected| ≤ tolerance, exactly (T53: 1 250.0 g takes 1 212.5 … 1 287.5; T54)."""
    return abs(actual_dg - expected_dg) * 100 <= tolerance_thousandths(expected_dg, abs_g, pct, cap_g)


def is_insensitive(
    lightest_unit_g: int, expected_dg: int, abs_g: int = 20, pct: int = 3, cap_g: int = 500
) -> bool:
    """称重不敏感: a forgotten unit could hide within twice the tolerance (T56)."""
    return lightest_unit_g * 1000 <= 2 * tolerance_thousandths(expected_dg, abs_g, pct, cap_g)


def best_explanation(diff_dg: int, unit_weights: Mapping[str, int]) -> str | None:
    """The article of which one unit more or less fits the difference of `diff_dg` best; weights in grams."""
    known = {name: grams for name, grams in unit_weights.items() if grams > 0}
    if not known:
        return None
    return min(known, key=lambda name: (abs(abs(diff_dg) - 10 * known[name]), name))


def is_stable(frames: Sequence[int], division_dg: int) -> bool:
    """Whether the last three readings (dg) are positive and within one division (T55)."""
    last = frames[-FRAMES:]
    return len(last) == FRAMES and min(last) > 0 and max(last) - min(last) <= division_dg
