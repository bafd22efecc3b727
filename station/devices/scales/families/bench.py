"""What most bench scales and indicators of any make can be set to: ``ST,GS,+  1.234kg``.

Header (ST rests, US moves, OL outside), gross or net, sign and seven characters, unit in two: eighteen
bytes with the line's end ("AND 18" in CAS's menus); some send the sign as a blank or a comma before the
unit. Scales in grams may send one character of unit: a family of its own, as a "kg" that lost its k would
look like it. Binary: FF, a status byte, three bytes of BCD, the lowest first.
"""

from __future__ import annotations

import re

from station.devices.scales.cutting import MANY_EQUAL, Family, Fixed, Lines
from station.devices.scales.frames import OUTSIDE, Reading, reading

_LINE = re.compile(rb"(ST|US|OL),(GS|NT|G |N |TR|T ),?(?P<number>[-+ ] *\d+(?:\.\d+)?),?(?P<unit>kg| g|lb|g)")
_OVER = re.compile(rb"OL,(?:GS|NT|G |N ),?[-+ ].{7},?(?:kg| g|g|lb)")
_WIDTH = 8
_TARES = {b"TR", b"T "}


def _parse(frame: bytes, _unit: str) -> Reading | None:
    return None if frame.endswith(_GRAMS) else _parse_any(frame)


def _parse_grams(frame: bytes, _unit: str) -> Reading | None:
    return _parse_any(frame) if frame.endswith(_GRAMS) else None


_GRAMS = tuple(b"%dg" % digit for digit in range(10))


def _parse_any(frame: bytes) -> Reading | None:
    found = _LINE.fullmatch(frame)
    if found is None or found[1] == b"OL":
        return OUTSIDE if _OVER.fullmatch(frame) else None
    if len(found["number"]) != _WIDTH or found[2] in _TARES:
        return None
    number = found["number"].decode().replace(" ", "")
    return reading(
        number, found["unit"].decode().strip(), is_stable=found[1] == b"ST", is_net=found[2][:1] == b"N"
    )


_PLACE, _MODE, _NEGATIVE, _STABLE, _OVERFLOW = 7, 0x18, 0x20, 0x40, 0x80
_PLACES = range(1, 6)


def _parse_bcd(frame: bytes, unit: str) -> Reading | None:
    status, digits = frame[1], frame[:1:-1].hex()
    if status & _MODE or status & _PLACE not in _PLACES or not digits.isdigit():
        return None
    if status & _OVERFLOW:
        return OUTSIDE
    sign = "-" if status & _NEGATIVE else ""
    return reading(f"{sign}{digits}E-{(status & _PLACE) - 1}", unit, is_stable=bool(status & _STABLE))


FAMILIES = (
    Family("STGS", "ST,GS,+  1.234kg", Lines(), _parse, ask=(b"R\r\n",)),
    Family("STGS-G", "ST,GS,+ 1234.5g", Lines(), _parse_grams),
    Family("BCD", "FF BCD", Fixed(b"\xff", 5, b"\xff"), _parse_bcd, equal=MANY_EQUAL, has_unit=False),
)
