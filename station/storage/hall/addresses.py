"""Slot codes by P28: ``A-03-12-2-05`` is zone, aisle, bay, level from the floor, position from the left."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

ZONES = "ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Letters of zones: no I and no O, which read like figures."""
AISLES, BAYS, LEVELS, POSITIONS = 99, 99, 9, 99
"""The highest number of each."""

_CODE = re.compile(rf"([{ZONES}])-([0-9]{{2}})-([0-9]{{2}})-([1-9])-([0-9]{{2}})")
_STEP = 37
"""Has no factor in common with 100: all check digits of a bay differ."""
_SIDE = 11
"""Positions of a level that are counted before the next level begins."""


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """Where a slot is in the racks."""

    zone: str
    aisle: int
    bay: int
    level: int
    position: int

    @property
    def code(self) -> str:
        """What stands large on its label."""
        return f"{self.zone}-{self.aisle:02d}-{self.bay:02d}-{self.level}-{self.position:02d}"


def address_of(code: str) -> Address | None:
    """The address that a code says; None for a place that is in no rack, such as ``DOCK-1``."""
    match = _CODE.fullmatch(code)
    if match is None:
        return None
    zone, *figures = match.groups()
    aisle, bay, level, position = map(int, figures)
    return Address(zone, aisle, bay, level, position) if aisle and bay and position else None


def is_under(code: str, pattern: str) -> bool:
    """Whether a pattern names this place: its code, or the beginning of it up to a hyphen (``A-03``)."""
    return code == pattern or (address_of(code) is not None and code.startswith(f"{pattern}-"))


def check_digits(code: str, version: int = 1) -> str:
    """Two figures on the label that cannot be guessed from the neighbour's: who reads them stands before it.

    They follow from code and label version, so a hall made again has the digits that hang there; a new label
    has others. Within a bay of up to eleven positions a level no two are alike.
    """
    address = address_of(code)
    if address is None:
        return f"{_scattered(f'{code}/{version}'):02d}"
    bay = f"{address.zone}-{address.aisle}-{address.bay}"
    nth = (address.level - 1) * _SIDE + (address.position - 1)
    return f"{(_scattered(f'{bay}/{version}') + _STEP * nth) % 100:02d}"


def _scattered(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) % 100
