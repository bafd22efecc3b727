"""Where a sorter stands: the wave at the wall, and the unit in hand with the cell it goes into."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass
class Hand:
    """`qty` EACH of one article and lot for one order, and its cell: place, label, what it is called."""

    order: int = 0
    sku: int = 0
    lot: int = 0
    status: str = ""
    qty: int = 0
    code: str = ""
    name: str = ""
    spec: str = ""
    expires: str = ""
    cell: int = 0
    cell_no: str = ""
    barcode: str = ""


@dataclass
class AtWall:
    """Ids are 0 while there is none; `surplus` is an article of which nobody wants the unit in hand, and what
    its code said of its expiry, `asked` one of whose piece the serial number is asked.
    """

    wave: int = 0
    wave_no: str = ""
    hand: Hand | None = None
    asked: int = 0
    surplus: int = 0
    expires: date | None = None
