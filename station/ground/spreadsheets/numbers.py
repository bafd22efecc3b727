"""Numbers as people and programs write them: with blanks, thousands, trailing zeros, a unit behind them.

What can only mean one number is taken. What may mean two (1,200 and 1.200: thousand two hundred or one and
a fifth) is refused by name (E-ERP-34), and a unit that changes the number is never left out (E-ERP-35).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from station.ground.spreadsheets.reasons import BadCell

MAX_QTY = 9_999_999

EXACT_DIGITS = 15
"""Excel keeps no more digits of a number; the rest of a longer code is lost."""

Parser = Callable[[str, ZoneInfo], Any]

LONGEST = 6000
"""Characters of a number that are looked at."""

PIECES = frozenset({"件", "个", "只", "pcs", "pc", "pieces", "piece", "ea", "each"})
"""Words for one piece: behind a quantity they change nothing."""
DAYS = frozenset({"天", "日", "day", "days"})
GRAMS = {"g": 1, "克": 1, "kg": 1000, "千克": 1000, "公斤": 1000, "斤": 500, "gram": 1, "grams": 1}
CUBIC_CM = {
    **dict.fromkeys(("cm3", "cm³", "ml", "毫升", "立方厘米", "cc"), 1),
    **dict.fromkeys(("l", "升", "dm3", "dm³", "立方分米"), 1000),
    **dict.fromkeys(("m3", "m³", "立方米", "方"), 1_000_000),
}
_YUAN = frozenset({"元", "圆", "cny", "rmb", "人民币"})

_FIGURE = re.compile(r"(-?)([0-9]+(?:[ .,'’][0-9]+)*) ?([^0-9 .,'’+-].{0,19})?", re.DOTALL)
_CUT = re.compile(r"[ .,'’]")
_EXPONENT = re.compile(r"e[+-]?[0-9]+")
_THOUSAND = 3


def figure(value: str, bad: str) -> tuple[Decimal, str]:
    """A number and the word behind it, in small letters; BadCell `bad` when there is none, E-ERP-34 when
    there are two.
    """
    meant = re.sub(r"[\u00a0\u2009\u202f]", " ", unicodedata.normalize("NFKC", value)).strip()
    match = _FIGURE.fullmatch(meant)
    if match is None or len(meant) > LONGEST:
        raise BadCell(bad)
    unit = (match[3] or "").strip().casefold()
    if unit and (not unit[0].isalpha() or _EXPONENT.fullmatch(unit)):
        raise BadCell(bad)
    number = _read(match[2], bad)
    return (-number if match[1] else number), unit


def _read(text: str, bad: str) -> Decimal:
    """Digits in groups as the one number they can mean."""
    cuts, groups = _CUT.findall(text), _CUT.split(text)
    if not cuts:
        return Decimal(text)
    last, before = cuts[-1], set(cuts[:-1])
    if len(before | {last}) == 1:
        if last in ".," and len(cuts) == 1:
            return _one_cut(last, groups, bad)
        if not _is_grouped(groups):
            raise BadCell(bad)
        return Decimal("".join(groups))
    if len(before) > 1 or last not in ".," or last in before or not _is_grouped(groups[:-1]):
        raise BadCell(bad)
    return Decimal(f"{''.join(groups[:-1])}.{groups[-1]}")


def _one_cut(cut: str, groups: list[str], bad: str) -> Decimal:
    """A single point or comma: decimals, thousands, or nobody knows."""
    whole, rest = groups
    if len(rest) == _THOUSAND and len(whole) <= _THOUSAND and not whole.startswith("0"):
        raise BadCell("E-ERP-34", f"{whole}{cut}{rest} = {whole}{rest} / {whole}.{rest}")
    if cut == ",":
        raise BadCell(bad)
    return Decimal(f"{whole}.{rest}")


def _is_grouped(groups: list[str]) -> bool:
    return 0 < len(groups[0]) <= _THOUSAND and all(len(group) == _THOUSAND for group in groups[1:])


def number(low: int, high: int = MAX_QTY, units: Collection[str] = PIECES) -> Parser:
    """A whole number from `low` to `high`, perhaps with one of the `units` that say nothing more."""
    return _whole(dict.fromkeys(units, 1), low, high)


def measure(units: Mapping[str, int], high: int) -> Parser:
    """A whole number of the smallest unit up to `high`; one with a larger unit behind it is converted."""
    return _whole(units, 0, high)


def _whole(units: Mapping[str, int], low: int, high: int) -> Parser:
    def parse(value: str, _zone: ZoneInfo) -> int:
        if value.isascii() and value.isdecimal() and len(value) < EXACT_DIGITS and low <= int(value) <= high:
            return int(value)
        amount, unit = figure(value, "E-ERP-08")
        if unit and unit not in units:
            raise BadCell("E-ERP-35", unit[:20])
        if amount.adjusted() >= EXACT_DIGITS:
            raise BadCell("E-ERP-09", f"{low} … {high}")
        amount *= units[unit] if unit else 1
        if amount != amount.to_integral_value():
            raise BadCell("E-ERP-08")
        if not low <= amount <= high:
            raise BadCell("E-ERP-09", f"{low} … {high}")
        return int(amount)

    return parse


_MOST_YUAN = 10_000_000


def money(value: str, _zone: ZoneInfo) -> int:
    """Yuan with at most two decimals that say something, as whole fen."""
    amount, unit = figure(re.sub(r"^(?:¥|￥|CNY|RMB) ?", "", value.strip(), flags=re.IGNORECASE), "E-ERP-15")
    if unit and unit not in _YUAN:
        raise BadCell("E-ERP-35", unit[:20])
    if not 0 <= amount < _MOST_YUAN or amount.is_signed():
        raise BadCell("E-ERP-15")
    fen = amount * 100
    if fen != fen.to_integral_value():
        raise BadCell("E-ERP-15")
    return int(fen)
