"""A&D balances: ``ST,+00123.45  g``: header, sign and eight characters, unit in three.

``Q`` asks. ST rests, US moves, OL is outside the range; QT counts pieces, which is no weight.
"""

from __future__ import annotations

import re

from station.devices.scales.cutting import Family, Lines
from station.devices.scales.frames import OUTSIDE, Reading, reading

_WEIGHT = re.compile(rb"(ST|US),(?=.{9}...$)([+-])(\d+(?:\.\d+)?)(  g| kg| lb)")
_OUTSIDE = re.compile(rb"OL,[+-][0-9.E+]{8}(  g| kg| lb)?|OL,[+-][0-9.]{6,7}E[+-]\d{2}")


def _parse(frame: bytes, _unit: str) -> Reading | None:
    weight = _WEIGHT.fullmatch(frame)
    if weight is None:
        return OUTSIDE if _OUTSIDE.fullmatch(frame) else None
    status, sign, number, unit = (part.decode() for part in weight.groups())
    return reading(sign + number, unit.strip(), is_stable=status == "ST")


FAMILIES = (Family("A&D", "A&D", Lines(), _parse, ask=(b"Q\r\n",)),)
