"""What was typed or scanned into a pad, checked: quantities, dates, short texts."""

from __future__ import annotations

from datetime import date

from station.ground.scan import label_dates
from station.ground.scan.kinds import Code
from station.ground.words.messages import Refused

_DAY = 8


def quantity(code: Code, low: int, high: int) -> int:
    """A whole number between `low` and `high`; E-QTY-01 otherwise."""
    number = int(code.text)
    if not low <= number <= high:
        raise Refused("E-QTY-01", max=high)
    return number


def day(code: Code, *, last: bool) -> date:
    """A date typed as yyyymmdd; E-DAT-01 otherwise. Day 00 is the `last` day of its month (an expiry) or the
    first one (a production), as on a label: goods are never taken for younger than they may be.
    """
    found = label_dates.read(code.text[2:], int(code.text[:4]), last=last) if len(code.text) == _DAY else None
    if found is None or found.day is None:
        raise Refused("E-DAT-01")
    return found.day


def text(code: Code, limit: int) -> str:
    """A text of at most `limit` characters without control characters; E-TXT-01 otherwise."""
    value = " ".join(code.text.split())
    if not value or len(value) > limit or not value.isprintable():
        raise Refused("E-TXT-01", max=limit)
    return value
