"""What was typed or scanned into a pad, checked: quantities, dates, short texts."""

from __future__ import annotations

from datetime import date

from station.ground.scan.kinds import Code
from station.ground.words.messages import Refused


def quantity(code: Code, low: int, high: int) -> int:
    """A whole number between `low` and `high`; E-QTY-01 otherwise."""
    number = int(code.text)
    if not low <= number <= high:
        raise Refused("E-QTY-01", max=high)
    return number


def day(code: Code) -> date:
    """A date typed as yyyymmdd; E-DAT-01 otherwise."""
    try:
        return date(int(code.text[:4]), int(code.text[4:6]), int(code.text[6:8]))
    except ValueError:
        raise Refused("E-DAT-01") from None


def text(code: Code, limit: int) -> str:
    """A text of at most `limit` characters without control characters; E-TXT-01 otherwise."""
    value = " ".join(code.text.split())
    if not value or len(value) > limit or not value.isprintable():
        raise Refused("E-TXT-01", max=limit)
    return value
