"""MT-SICS level 0 and 1 (Mettler Toledo and many others): ``S S     100.00 g``.

The weight stands right-aligned in ten characters. ``SI`` asks for the present weight, ``SIR`` lets the scale
repeat it by itself, which is heard the same way. S rests, D moves, + and - are outside the range, I is busy.
"""

from __future__ import annotations

import re

from station.devices.scales.cutting import Family, Lines
from station.devices.scales.frames import MOVING, OUTSIDE, Reading, reading

_WEIGHT = re.compile(rb"S ([SD]) (?=.{10} )( *-?\d+(?:\.\d+)?) (g|kg|lb)")
_OTHER = {b"S +": OUTSIDE, b"S -": OUTSIDE, b"S I": MOVING}


def _parse(frame: bytes, _unit: str) -> Reading | None:
    weight = _WEIGHT.fullmatch(frame)
    if weight is None:
        return _OTHER.get(frame)
    status, number, unit = (part.decode() for part in weight.groups())
    return reading(number.strip(), unit, is_stable=status == "S")


FAMILIES = (Family("SICS", "MT-SICS", Lines(), _parse, ask=(b"SI\r\n",)),)
