"""Barcodes in a cell: one or several, with blanks between the digits, with a check digit that may not fit."""

from __future__ import annotations

import re
import unicodedata
from zoneinfo import ZoneInfo

from station.ground.spreadsheets.cells import code
from station.ground.spreadsheets.reasons import BadCell

_EATEN = re.compile(r"[0-9]+[.,][0-9]+[eE][+-]?[0-9]+")
_BLANK = re.compile(r"[ \t\r\n\u00a0]+")
_PARTS = re.compile(r"[;,、|/\s]+")
_HARD = re.compile(r"[;、\n]")
_SHORTEST = 7
"""Digits of the shortest code that is taken for one of several in a cell."""
_LENGTHS = frozenset({8, 12, 13, 14})
MOST = 20
"""Barcodes of one cell."""


def barcodes(value: str, zone: ZoneInfo) -> tuple[str, ...]:
    """Every barcode of a cell, as it is scanned. E-ERP-37 where several codes cannot be told apart."""
    text = unicodedata.normalize("NFKC", value).strip()
    joined = _BLANK.sub("", text)
    if joined.isdecimal() and joined != text and len(joined) in _LENGTHS:
        return (joined,)
    parts = [part for part in _PARTS.split(text) if part]
    if len(parts) > 1 and all(part.isdecimal() and len(part) >= _SHORTEST for part in parts):
        if len(parts) > MOST:
            raise BadCell("E-ERP-37", f"> {MOST}")
        return tuple(dict.fromkeys(barcode(part, zone) for part in parts))
    if len(parts) > 1 and (_HARD.search(text) or joined.isdecimal()):
        raise BadCell("E-ERP-37", " · ".join(parts[:3])[:60])
    return (barcode(text, zone),)


def barcode(value: str, zone: ZoneInfo) -> str:
    """The text of one barcode, as it is scanned."""
    if _EATEN.fullmatch(value):
        raise BadCell("E-ERP-16")
    return str(code(80)(value, zone))


def is_odd(digits: str) -> bool:
    """Whether these are as many digits as a GTIN has, and the last of them is not its check digit."""
    return len(digits) in _LENGTHS and digits.isascii() and digits.isdecimal() and not _fits(digits)


def _fits(digits: str) -> bool:
    total = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(reversed(digits)))
    return total % 10 == 0
