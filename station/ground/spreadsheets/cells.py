"""One text of a cell as a value: words, codes, numbers, money, days and instants, and what is none."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from station.ground.scan import lot_patterns
from station.ground.spreadsheets.reasons import BadCell

MAX_QTY = 9_999_999


EXACT_DIGITS = 15
"""Excel keeps no more digits of a number; the rest of a longer code is lost."""

Parser = Callable[[str, ZoneInfo], Any]


_EXCEL_ERRORS = {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#SPILL!", "#CALC!"}


_EATEN = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?[eE]\+[0-9]+|[0-9]{8,}[.,]0+|[='].*|#{3,}", re.DOTALL)


_BARCODE_EATEN = re.compile(r"[0-9]+[.,][0-9]+[eE][0-9]+")


_CONTROL, _HIDDEN = {"Cc", "Cs", "Cn", "Zl", "Zp"}, {"Cf", "Co"}


TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Characters that turn the direction of text: they make one name read as another."""


def text(limit: int) -> Parser:
    """Words on one line, at most `limit` characters."""
    return lambda value, _zone: _checked(value, limit, _CONTROL)


def note(limit: int) -> Parser:
    """Free words of a customer: a line break in them is no fault, it becomes a space."""
    return lambda value, _zone: _checked(re.sub(r"[ \t\r\n]+", " ", value), limit, _CONTROL)


def code(limit: int) -> Parser:
    """A number or code that must come through character by character."""

    def parse(value: str, _zone: ZoneInfo) -> str:
        if _EATEN.fullmatch(value):
            raise BadCell("E-ERP-16")
        return _checked(value, limit, _CONTROL | _HIDDEN)

    return parse


def barcode(value: str, zone: ZoneInfo) -> str:
    """The text of a barcode, as it is scanned."""
    if _BARCODE_EATEN.fullmatch(value):
        raise BadCell("E-ERP-16")
    return str(code(80)(value, zone))


def pattern(value: str, zone: ZoneInfo) -> str:
    """What the lots of an article look like, in the station's own small language."""
    expression = str(text(lot_patterns.MOST_CHARS)(value, zone))
    try:
        lot_patterns.read(expression)
    except lot_patterns.BadPattern as error:
        raise BadCell("E-ERP-26", str(error)) from None
    return expression


def _checked(value: str, limit: int, unwanted: set[str]) -> str:
    if value.upper() in _EXCEL_ERRORS:
        raise BadCell("E-ERP-24")
    if any(unicodedata.category(char) in unwanted for char in value) or TURNING.search(value):
        raise BadCell("E-ERP-14")
    if len(value) > limit:
        raise BadCell("E-ERP-13", f"{len(value)} > {limit}")
    return value


def number(low: int, high: int = MAX_QTY) -> Parser:
    """A whole number from `low` to `high`."""

    def parse(value: str, _zone: ZoneInfo) -> int:
        if not re.fullmatch(r"-?[0-9]+", value):
            raise BadCell("E-ERP-08")
        whole = int(value) if len(value) <= EXACT_DIGITS else high + 1
        if not low <= whole <= high:
            raise BadCell("E-ERP-09", f"{low} … {high}")
        return whole

    return parse


def money(value: str, _zone: ZoneInfo) -> int:
    """Yuan with at most two decimals, as whole fen."""
    if not re.fullmatch(r"[0-9]{1,7}(?:\.[0-9]{1,2})?", value):
        raise BadCell("E-ERP-15")
    return int(Decimal(value) * 100)


def flag(value: str, _zone: ZoneInfo) -> bool:
    """Yes or no."""
    word = value.lower()
    if word not in {"1", "是", "y", "yes", "true", "0", "否", "n", "no", "false"}:
        raise BadCell("E-ERP-12")
    return word in {"1", "是", "y", "yes", "true"}


def one_of(*words: str) -> Parser:
    """One of the given words, in upper or lower case."""

    def parse(value: str, _zone: ZoneInfo) -> str:
        if value.upper() not in words:
            raise BadCell("E-ERP-20", " ".join(words))
        return value.upper()

    return parse


_DAY = re.compile(
    r"(20[0-9]{2})(?:([-/])([0-9]{1,2})\2([0-9]{1,2})(?:[ T]00:00(?::00)?)?|([0-9]{2})([0-9]{2}))"
)


_INSTANT = re.compile(
    r"(20[0-9]{2})([-/])([0-9]{1,2})\2([0-9]{1,2})[ T]([0-9]{1,2}):([0-9]{2})"
    r"(?::([0-9]{2})(?:\.[0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?"
)


def day(value: str, _zone: ZoneInfo) -> date:
    """A date of this century: 2026-01-31, 2026/1/31 or 20260131."""
    match = _DAY.fullmatch(value)
    if match is None:
        raise BadCell("E-ERP-10")
    try:
        return date(int(match[1]), int(match[3] or match[5]), int(match[4] or match[6]))
    except ValueError:
        raise BadCell("E-ERP-10") from None


def instant(value: str, zone: ZoneInfo) -> datetime:
    """A time in UTC; without a zone it is one on the warehouse's clock, and must have been shown there."""
    match = _INSTANT.fullmatch(value)
    if match is None:
        raise BadCell("E-ERP-11")
    year, _, month, day_, hour, minute, second, offset = match.groups()
    clock = f"{year}-{int(month):02}-{int(day_):02}T{int(hour):02}:{minute}:{second or '00'}{offset or ''}"
    try:
        at = datetime.fromisoformat(clock)
    except ValueError:
        raise BadCell("E-ERP-11") from None
    if at.tzinfo is not None:
        return at.astimezone(UTC)
    shown = at.replace(tzinfo=zone).astimezone(UTC)
    if shown.astimezone(zone).replace(tzinfo=None) != at:
        raise BadCell("E-ERP-11", zone.key)
    return shown


# --- what people write by hand -------------------------------------------------------------------


def plain(parse: Parser) -> Parser:
    """`parse` for what must be written in ordinary letters and digits: full-width ones are told with what
    was meant.
    """

    def strict(value: str, zone: ZoneInfo) -> Any:
        meant = unicodedata.normalize("NFKC", value)
        if meant != value:
            raise BadCell("E-ERP-33", f"{value} → {meant}")
        return parse(value, zone)

    return strict


def capitals(limit: int) -> Parser:
    """A code of ours, which has no small letters: what was meant is told."""

    def strict(value: str, zone: ZoneInfo) -> str:
        read = str(code(limit)(value, zone))
        if read != read.upper():
            raise BadCell("E-ERP-33", f"{read} → {read.upper()}")
        return read

    return plain(strict)


_DAY_FIRST = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.(20[0-9]{2})")
_YEAR_DOT = re.compile(r"(20[0-9]{2})\.([0-9]{1,2})\.([0-9]{1,2})")
_IN_WORDS = re.compile(r"(20[0-9]{2}) ?年 ?([0-9]{1,2}) ?月 ?([0-9]{1,2}) ?[日号]")
_SERIAL = re.compile(r"[0-9]{5}")
_SERIAL_ZERO = date(1899, 12, 30)
"""Day 0 of a spreadsheet's count; right for every day since March 1900."""
_EITHER_WAY = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{2}|20[0-9]{2})")


def written_day(value: str, zone: ZoneInfo) -> date:
    """A date as people write it: 2026-11-30, 2026/11/30, 20261130, 30.11.2026, 2026年11月30日, 2026.11.30,
    or the number of days by which a spreadsheet counts. What can be read in two ways is refused with both
    (E-ERP-32).
    """
    for form, order in ((_DAY_FIRST, (3, 2, 1)), (_YEAR_DOT, (1, 2, 3)), (_IN_WORDS, (1, 2, 3))):
        match = form.fullmatch(value)
        if match is not None:
            return _day_of(*(match[part] for part in order))
    if _SERIAL.fullmatch(value):
        serial = _SERIAL_ZERO + timedelta(days=int(value))
        if 2000 <= serial.year < 2100:  # noqa: PLR2004 — this century, as everywhere
            return serial
    match = _EITHER_WAY.fullmatch(value)
    if match is not None:
        raise BadCell("E-ERP-32", _readings(match[1], match[3], match[4]))
    return day(value, zone)


def _day_of(year: str, month: str, day_: str) -> date:
    try:
        return date(int(year), int(month), int(day_))
    except ValueError:
        raise BadCell("E-ERP-10") from None


def _readings(first: str, second: str, last: str) -> str:
    """What a date may mean, as whole dates."""
    year = last if len(last) > 2 else f"20{last}"  # noqa: PLR2004 — two digits of a year
    tries = [(year, second, first), (year, first, second)]
    if len(last) == 2:  # noqa: PLR2004
        tries.append((f"20{int(first):02}", second, last))
    found = []
    for parts in tries:
        try:
            found.append(_day_of(*parts).isoformat())
        except BadCell:
            continue
    return " / ".join(dict.fromkeys(found))
