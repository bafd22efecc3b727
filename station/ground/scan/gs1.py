"""What a GS1 label says (domain §4.3): article, lot, dates, count, and what of it cannot be.

`elements` takes it apart; here it gets its meaning. What a label says twice and differently, what no calendar
has and what is missing is no reason to refuse the goods: it is named (`Elements.faults`), and the value is
left for a person. Only what makes the article itself doubtful is refused (`Elements.refusal`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from biip.checksums import gs1_standard_check_digit

from station.ground.scan import elements as notation
from station.ground.scan import label_dates, measures
from station.ground.scan.elements import GS, Element, Split, Unreadable, is_link
from station.ground.words.messages import say

__all__ = ["GS", "Elements", "is_link", "looks_like", "parse", "reading"]

AIMS = frozenset({"]C1", "]e0", "]e1", "]e2", "]d2", "]Q3", "]J1"})
"""What a scanner puts before a bar code that begins with FNC1."""
_STARTS = re.compile(r"(?:01|02)[0-9]{14}|00[0-9]{18}")
_INSIDE = re.compile(r"(?:01|02)[0-9]{14}|00[0-9]{18}|8006[0-9]{18}")
_CHECKED = frozenset({"00", "01", "02", *(str(ai) for ai in range(410, 418))})
_SWALLOWED = re.compile(r".(?:10|11|13|15|16|17|21|30|37|240).", re.DOTALL)
_PRODUCED, _EXPIRES = ("11", "8008", "13"), ("15", "17", "7003")
_NAMES = {"00": "L-KIND-SSCC", "10": "L-LOT", "21": "L-SERIAL", "37": "L-QTY", "30": "L-QTY"}
_DATES = {"produced": "L-PRODUCED", "expires": "L-EXPIRES"}
YEAR = 2026
"""From which year two digits are read where nobody says which year it is."""

Said = tuple[str, dict[str, Any]]
"""A code of the catalogue and its facts."""


@dataclass(frozen=True, slots=True)
class Elements:
    """What a label says. `lot_unsure` when its last value may have swallowed a neighbour; `months` names the
    dates of which only a month was printed ("produced", "expires"); weights in milligrams.
    """

    gtin: str = ""
    sscc: str = ""
    lot: str = ""
    serial: str = ""
    produced_on: date | None = None
    expires_on: date | None = None
    count: int | None = None
    dates_differ: bool = False
    lot_unsure: bool = False
    has_bad_check: bool = False
    months: frozenset[str] = frozenset()
    faults: tuple[Said, ...] = ()
    refusal: Said | None = None
    net_mg: int | None = None
    price: str = ""
    all: tuple[Element, ...] = ()


def looks_like(text: str, aim: str) -> bool:
    """Whether `text` claims to be GS1: by its symbology mark, by its beginning, by brackets, by an address
    or by separators that are followed by what they should be.
    """
    if aim in AIMS or _STARTS.match(text) is not None or notation.is_packed_link(text):
        return True
    if is_link(text) or notation.HRI.match(text):
        return _is_whole(text)
    return GS in text and _INSIDE.search(text) is not None and _is_whole(text)


def may_be(text: str, aim: str) -> bool:
    """Whether it is worth reading `text` as GS1, in whatever order its values stand."""
    return looks_like(text, aim) or _INSIDE.search(text) is not None


def _is_whole(text: str) -> bool:
    try:
        return bool(notation.split(text).elements)
    except Unreadable:
        return False


def parse(text: str, year: int = YEAR) -> Elements | None:
    """The elements of `text`, or None when it does not read to its end."""
    try:
        return reading(text, year)
    except Unreadable:
        return None


def reading(text: str, year: int = YEAR) -> Elements:
    """The elements of `text` as seen from `year`; raises `Unreadable`."""
    found = notation.split(text)
    values: dict[str, list[str]] = {}
    for element in found.elements:
        there = values.setdefault(element.ai, [])
        if element.value not in there:
            there.append(element.value)
    return _Meaning(values, year).told(found)


class _Meaning:
    """One label while it is understood: its values by identifier, and what was found wrong."""

    def __init__(self, values: dict[str, list[str]], year: int) -> None:
        self.values, self.year = values, year
        self.faults: list[Said] = []
        self.months: set[str] = set()

    def told(self, found: Split) -> Elements:
        gtin, refusal = self._article()
        produced, expires, differ = self._dates()
        unsure = found.odd or _SWALLOWED.search(found.open_value) is not None
        return Elements(
            gtin=gtin,
            sscc=self._one("00"),
            lot=self._one("10"),
            serial=self._one("21"),
            produced_on=produced,
            expires_on=expires,
            count=self._count(),
            dates_differ=differ,
            lot_unsure=unsure,
            has_bad_check=any(
                _is_bad(value) for ai, here in self.values.items() if ai in _CHECKED for value in here
            ),
            months=frozenset(self.months),
            faults=tuple(self.faults),
            refusal=refusal,
            net_mg=measures.net_mg(self.values),
            price=measures.price(self.values),
            all=found.elements,
        )

    def _article(self) -> tuple[str, Said | None]:
        """The trade item; refused when the label names two, or only a piece of one."""
        gtins = [*self.values.get("01", ()), *self.values.get("02", ())]
        pieces = self.values.get("8006", ())
        for piece in pieces:
            gtins.append(piece[:14])
            if piece[16:] != "01":
                return piece[:14], ("E-GS1-05", {"n": int(piece[14:16]), "of": int(piece[16:])})
        different = list(dict.fromkeys(gtins))
        if len(different) > 1:
            return different[0], ("E-GS1-04", {"a": different[0], "b": different[1]})
        return (different[0] if different else ""), None

    def _one(self, ai: str) -> str:
        """The one value; none where the label says several."""
        here = self.values.get(ai, [])
        if len(here) > 1:
            self._contradicts(_NAMES[ai], here)
            return ""
        return here[0] if here else ""

    def _contradicts(self, name: str, values: Sequence[str]) -> None:
        self.faults.append(("W-LBL-TWO", {"what": say(name), "a": values[0], "b": values[1]}))

    def _count(self) -> int | None:
        for ai in ("37", "30"):
            if text := self._one(ai):
                if int(text):
                    return int(text)
                self.faults.append(("W-LBL-NONE", {}))
                return None
        if "02" in self.values and "37" not in self.values:
            self.faults.append(("W-LBL-COUNT", {}))
        return None

    def _dates(self) -> tuple[date | None, date | None, bool]:
        """Production and expiry as far as they can be; whether best-before and expiry differ."""
        produced = self._first(_PRODUCED)
        days = [day for ai in _EXPIRES if (day := self._day(ai, "expires"))]
        expires = min(days, default=None)
        differ = len(set(days)) > 1
        if differ:
            self.faults.append(("W-LBL-EARLIER", {"day": str(expires)}))
        if "expires" in self.months and differ:
            self.months.discard("expires")
        if produced and expires and produced >= expires:
            self.faults.append(("W-LBL-ORDER", {"a": str(produced), "b": str(expires)}))
            self.months.clear()
            return None, None, differ
        return produced, expires, differ

    def _first(self, ais: Sequence[str]) -> date | None:
        return next((day for ai in ais if (day := self._day(ai, "produced"))), None)

    def _day(self, ai: str, name: str) -> date | None:
        here = list(dict.fromkeys(value[:6] for value in self.values.get(ai, ())))
        label = _DATES[name]
        if len(here) > 1:
            self._contradicts(label, [label_dates.said(text) for text in here])
            return None
        if not here:
            return None
        found = label_dates.read(here[0], self.year, last=name == "expires")
        if found.day is None:
            self.faults.append(("W-LBL-DATE", {"what": say(label), "text": label_dates.said(here[0])}))
        elif found.is_month:
            self.months.add(name)
        return found.day


def _is_bad(value: str) -> bool:
    return gs1_standard_check_digit(value[:-1]) != int(value[-1])
