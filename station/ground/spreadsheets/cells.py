"""One text of a cell as a value: words, codes, yes and no, and what is none. Numbers, days and barcodes
have files of their own.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any
from zoneinfo import ZoneInfo

from station.ground.scan import lot_patterns
from station.ground.spreadsheets.numbers import Parser
from station.ground.spreadsheets.reasons import BadCell

_EXCEL_ERRORS = {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#SPILL!", "#CALC!"}


_EATEN = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?[eE]\+[0-9]+|[0-9]{8,}[.,]0+|[='].*|#{3,}", re.DOTALL)


_CONTROL, _HIDDEN = {"Cc", "Cs", "Cn", "Zl", "Zp"}, {"Cf", "Co"}


TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Characters that turn the direction of text: they make one name read as another."""

_GAPS = re.compile("[ \\t\\r\\n\\v\\f\\x85\\u2028\\u2029]+")


def one_line(value: str) -> str:
    """The words on one line: a line break or tab in them becomes a blank."""
    if value.isprintable():
        return value
    return _GAPS.sub(lambda gap: " " if gap[0].strip(" ") else gap[0], value)


def is_error(value: str) -> bool:
    """Whether a cell shows the error of a formula."""
    return value.upper() in _EXCEL_ERRORS


def text(limit: int) -> Parser:
    """Words, at most `limit` characters: line breaks and tabs in them are no fault, they become blanks."""
    return lambda value, _zone: _checked(one_line(value), limit, _CONTROL)


def code(limit: int) -> Parser:
    """A number or code that must come through character by character."""

    def parse(value: str, _zone: ZoneInfo) -> str:
        if _EATEN.fullmatch(value):
            raise BadCell("E-ERP-16")
        return _checked(value, limit, _CONTROL | _HIDDEN)

    return parse


def pattern(value: str, zone: ZoneInfo) -> str:
    """What the lots of an article look like, in the station's own small language."""
    expression = str(text(lot_patterns.MOST_CHARS)(value, zone))
    try:
        lot_patterns.read(expression)
    except lot_patterns.BadPattern as error:
        raise BadCell("E-ERP-26", str(error)) from None
    return expression


def _checked(value: str, limit: int, unwanted: set[str]) -> str:
    if is_error(value):
        raise BadCell("E-ERP-24")
    if not value.isprintable() and (
        any(unicodedata.category(char) in unwanted for char in value) or TURNING.search(value)
    ):
        raise BadCell("E-ERP-14")
    if len(value) > limit:
        raise BadCell("E-ERP-13", f"{len(value)} > {limit}")
    return value


_YES = frozenset({"1", "1.0", "是", "y", "yes", "true", "√", "✓", "✔", "对", "有"})
_NO = frozenset({"0", "0.0", "否", "n", "no", "false", "×", "✗", "✘", "不", "无"})


def flag(value: str, _zone: ZoneInfo) -> bool:
    """Yes or no."""
    word = unicodedata.normalize("NFKC", value).strip().casefold()
    if word not in _YES and word not in _NO:
        raise BadCell("E-ERP-12")
    return word in _YES


def one_of(*words: str) -> Parser:
    """One of the given words, in upper or lower case."""

    def parse(value: str, _zone: ZoneInfo) -> str:
        word = unicodedata.normalize("NFKC", value).strip().upper()
        if word not in words:
            raise BadCell("E-ERP-20", " ".join(words))
        return word

    return parse


def plain(parse: Parser) -> Parser:
    """`parse` for what must be written in ordinary letters and digits: full-width ones are read as such."""

    def strict(value: str, zone: ZoneInfo) -> Any:
        return parse(unicodedata.normalize("NFKC", value), zone)

    return strict


def capitals(limit: int) -> Parser:
    """A code of ours, which has no small letters and no full-width ones: what was meant is told."""

    def strict(value: str, zone: ZoneInfo) -> str:
        meant = unicodedata.normalize("NFKC", value)
        if meant != meant.upper() or meant != value:
            raise BadCell("E-ERP-33", f"{value} → {meant.upper()}")
        return str(code(limit)(meant, zone))

    return strict
