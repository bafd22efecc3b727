"""Toledo continuous (8142, 8530, IND…): STX, three status bytes, weight, tare, CR, checksum.

The digits carry no point: status byte A says where it stands (and how many dummy zeros), B says net,
negative, outside the range, moving and kg; C says grams. The checksum is the two's complement of the sum of
the seven lower bits of all before it. Toledo 8217 answers ``W`` with STX, weight, CR, or STX ? status CR
while it moves.
"""

from __future__ import annotations

import re

from station.devices.scales.cutting import Family, Fixed, Lines
from station.devices.scales.frames import MOVING, OUTSIDE, Reading, reading

_FRAME = re.compile(rb"\x02([\x20-\x3f])([\x20-\x7f])([\x20-\x3f])([ \d]{5}\d)[ \d]{6}\r")
_PLACES = (2, 1, 0, -1, -2, -3, -4, -5)
"""Power of ten of the last digit, by the three lower bits of status byte A."""
_NET, _NEGATIVE, _OUT, _MOTION, _KG = 1, 2, 4, 8, 16
_GRAMS, _UNIT_BITS, _EXPANDED = 1, 7, 16
_WORD = 18


def _parse(frame: bytes, _unit: str) -> Reading | None:
    found = _FRAME.fullmatch(frame)
    if found is None:
        return None
    a, b, c = (found[number][0] for number in (1, 2, 3))
    unit = {0: "kg" if b & _KG else "lb", _GRAMS: "g"}.get(c & _UNIT_BITS)
    if unit is None or c & _EXPANDED or not b & 0x20:
        return None
    if b & _OUT:
        return OUTSIDE
    sign = "-" if b & _NEGATIVE else ""
    number = f"{sign}{found[4].decode().strip()}E{_PLACES[a & 7]}"
    return reading(number, unit, is_stable=not b & _MOTION, is_net=bool(b & _NET))


def _parse_summed(frame: bytes, unit: str) -> Reading | None:
    if len(frame) != _WORD or sum(byte & 0x7F for byte in frame) & 0x7F or frame[-1] > 0x7F:  # noqa: PLR2004
        return None
    return _parse(frame[:-1], unit)


_ANSWERS = {"kg": re.compile(rb"\x02(\d{2}\.\d{3})"), "lb": re.compile(rb"\x02(\d{2}\.\d{2})")}
_STATUS = re.compile(rb"\x02\?([\x40-\x7f])")


def _parse_answer(frame: bytes, unit: str) -> Reading | None:
    answer = _ANSWERS.get(unit)
    weight = answer.fullmatch(frame) if answer else None
    if weight is not None:
        return reading(weight[1].decode(), unit, is_stable=True)
    status = _STATUS.fullmatch(frame)
    if status is None:
        return None
    return OUTSIDE if status[1][0] & 6 else MOVING


FAMILIES = (
    Family("TOLEDO", "Toledo continuous", Fixed(b"\x02", _WORD), _parse_summed),
    Family("TOLEDO-17", "Toledo continuous, no checksum", Fixed(b"\x02", _WORD - 1, b"\x02"), _parse),
    Family("TOLEDO-8217", "Toledo 8217", Lines(b"\r"), _parse_answer, ask=(b"W\r",), has_unit=False),
)
