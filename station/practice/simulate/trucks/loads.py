"""What a truck is and carries: its kind, its loads, its gifts. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

CASE, LIFE = 12, 360
"""Pieces in a carton, and days that dated goods keep."""
HERE, ELSEWHERE = "WH1", "WH9"
SUPPLIERS = (("V01", "良品食业"), ("V02", "远山茶厂"), ("V03", "百家日用"))


class Kind(StrEnum):
    """What is special about a truck."""

    RIGHT = "RIGHT"
    SHORT = "SHORT"
    OVER = "OVER"
    SOAKED = "SOAKED"
    EXPIRED = "EXPIRED"
    OLD = "OLD"
    MIXED = "MIXED"
    GIFTS = "GIFTS"
    VALUABLE = "VALUABLE"
    STRANGER = "STRANGER"
    UNSIGNED = "UNSIGNED"
    BAD = "BAD"
    LOT = "LOT"
    UNDATED = "UNDATED"
    REFUSED = "REFUSED"
    FOREIGN = "FOREIGN"
    BLIND = "BLIND"


FIRST = (Kind.GIFTS, Kind.SOAKED, Kind.STRANGER, Kind.MIXED, Kind.UNSIGNED, Kind.BLIND)
"""A short day has these; a longer one has all kinds, again and again."""


@dataclass(frozen=True, slots=True)
class Load:
    """Cartons of one article, date and lot that stand on a truck.

    `spoilt` cartons are soaked, `bad` pieces are broken inside. `is_dated`: a date is printed on them.
    """

    sku: str
    cartons: int
    case: int = CASE
    made: date | None = None
    lot: str = ""
    spoilt: int = 0
    bad: int = 0
    is_dated: bool = True

    @property
    def qty(self) -> int:
        """EACH of it."""
        return self.cartons * self.case

    @property
    def expires(self) -> date | None:
        """What is printed on it."""
        return self.made + timedelta(days=LIFE) if self.made and self.is_dated else None


@dataclass(frozen=True, slots=True)
class Truck:
    """One truck: the number its driver shows, what was ordered (EACH of articles), what it carries, and gifts
    (article, EACH, production). `is_allowed`: the supervisor takes goods past a third of their life. The
    driver of a truck of kind BLIND shows no number; `is_found`: a clerk finds its order later.
    """

    kind: Kind
    asn_no: str
    ordered: tuple[tuple[str, int], ...]
    loads: tuple[Load, ...]
    gifts: tuple[tuple[str, int, date | None], ...] = ()
    is_allowed: bool = False
    is_found: bool = False
    supplier: tuple[str, str] = SUPPLIERS[0]
    warehouse: str = HERE
