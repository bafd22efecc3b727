"""What may be said of goods that lie there already: their lot and dates, before and after it is looked up.
Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from station.ground.scan import lot_patterns
from station.stock import shelf_life
from station.stock.models import LocationKind, StockStatus

_K = LocationKind
KINDS = (_K.PICK, _K.RSV, _K.NEW, _K.VAULT, _K.GIFT, _K.QUAR)
"""Where goods lie for good. What stands at a dock or in a tote is on its way, and comes in by its own
process.
"""

OF_DATES = frozenset({"E-EXP-01", "E-EXP-02", "E-EXP-04", "E-EXP-08"})
"""What `fault` says of dates alone."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """`qty` EACH of an article in a place, as looked up; `row` is where a file says so (0: none does)."""

    location_id: int
    sku_id: int
    qty: int
    lot: str = ""
    produced_on: date | None = None
    expires_on: date | None = None
    row: int = 0

    @property
    def lot_key(self) -> tuple[int, str, date | None, date | None]:
        """What one lot is: the same article, supplier's lot and dates."""
        return self.sku_id, self.lot, self.produced_on, self.expires_on


def expiry_of(
    sku: Any, produced_on: date | None, expires_on: date | None, *, day0: bool = True
) -> date | None:
    """The expiry as it was said, else as it follows from the article's shelf life (`day0` as for
    `shelf_life.expiry`).
    """
    if expires_on is not None or produced_on is None or not sku.shelf_life_n:
        return expires_on
    return shelf_life.expiry(produced_on, sku.shelf_life_n, sku.shelf_life_unit, day0=day0)


def fault(sku: Any, kind: str, wanted: Wanted, today: date) -> str:
    """The first thing against these goods in a place of this kind; empty when they may be booked."""
    produced, expires = wanted.produced_on, wanted.expires_on
    if not sku.is_shelf_life:
        dates = "E-OPN-08" if produced or expires else ""
    elif expires is None:
        dates = "E-EXP-08"
    else:
        dates = _dates(produced, expires, today, is_aside=kind == _K.QUAR)
    return dates or _lot(sku, wanted.lot)


def _dates(produced: date | None, expires: date, today: date, *, is_aside: bool) -> str:
    if produced is not None and produced > today:
        return "E-EXP-01"
    if produced is not None and expires <= produced:
        return "E-EXP-02"
    return "E-EXP-04" if today > expires and not is_aside else ""


def _lot(sku: Any, lot: str) -> str:
    if sku.is_lot and not lot:
        return "E-OPN-09"
    pattern = lot_patterns.usable(sku.lot_regex) if lot and sku.lot_regex else None
    return "E-OPN-10" if pattern is not None and not pattern.fits(lot) else ""


def status_of(sku: Any, kind: str, wanted: Wanted, today: date) -> StockStatus:
    """What the goods are where they lie: gifts, set aside, or good as long as their dates say so (P10)."""
    expires = wanted.expires_on
    state = (
        shelf_life.sales_state(wanted.produced_on, expires, today, sku.lockup_days, sku.advent_days)
        if expires
        else "GOOD"
    )
    if state == "EXPIRED":
        return StockStatus.EXPIRED
    if kind == _K.QUAR:
        return StockStatus.HOLD
    if kind == _K.GIFT:
        return StockStatus.GIFT
    return StockStatus(state)


def doubled(lines: Iterable[Wanted]) -> list[tuple[Wanted, str]]:
    """Lines that say again what an earlier one said, or give one lot other dates than an earlier one did."""
    found: list[tuple[Wanted, str]] = []
    there: set[tuple[Any, ...]] = set()
    dates: dict[tuple[int, str], tuple[date | None, date | None]] = {}
    for line in lines:
        key = (line.location_id, *line.lot_key)
        if key in there:
            found.append((line, "E-OPN-06"))
        elif line.lot:
            both = (line.produced_on, line.expires_on)
            if dates.setdefault((line.sku_id, line.lot), both) != both:
                found.append((line, "E-OPN-07"))
        there.add(key)
    return found
