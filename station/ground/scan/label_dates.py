"""The dates of a label: six digits without a century, sometimes without a day, sometimes none at all."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date

SIX = 6


@dataclass(frozen=True, slots=True)
class Read:
    """A day, or None where no calendar has it; `is_month` when the label named only a month."""

    day: date | None
    is_month: bool = False


def read(text: str, year: int, *, last: bool) -> Read:
    """``YYMMDD`` in the century that is nearest to `year` (49 years back, 50 ahead).

    Day 00 means the whole month: its last day where `last` (an expiry: good until then), else its first (a
    production: the goods are never taken for younger than they may be).
    """
    if len(text) < SIX or not (text.isascii() and text.isdigit()):
        return Read(None)
    full, month, day = century(int(text[:2]), year), int(text[2:4]), int(text[4:6])
    if not 1 <= month <= 12:  # noqa: PLR2004
        return Read(None)
    days = calendar.monthrange(full, month)[1]
    if day == 0:
        return Read(date(full, month, days if last else 1), is_month=True)
    return Read(date(full, month, day) if day <= days else None)


def century(two: int, year: int) -> int:
    """The year that two digits mean, seen from `year`."""
    off = two - year % 100
    base = year - year % 100
    if off >= 51:  # noqa: PLR2004
        return base - 100 + two
    return base + 100 + two if off <= -50 else base + two  # noqa: PLR2004


def said(text: str) -> str:
    """Six digits as a person reads them: ``27-04-31``."""
    return f"{text[:2]}-{text[2:4]}-{text[4:6]}"
