"""Yaohua XK3190 (耀华, and the many that speak like it): bench and floor scales of Chinese make.

Continuous 0: STX, sign, six digits, number of decimals, XOR in two characters, ETX. Continuous 1: "=", eight
characters of which the last comes first, so that ``=000.3000`` is 3.000. Continuous 2: the same forwards,
``=0003.000``. No frame of these says whether the weight rests, nor its unit. A12E: ``WG004.139kg3D``.
"""

from __future__ import annotations

import functools
import operator
import re

from station.devices.scales.cutting import MANY_EQUAL, Family, Fixed, Lines
from station.devices.scales.frames import OUTSIDE, Reading, reading

_FRAME = re.compile(rb"\x02([+-]\d{6})([0-4])([0-9A-F]{2})\x03")
_SUMMED = slice(1, 9)


def _xor(data: bytes) -> bytes:
    return b"%02X" % functools.reduce(operator.xor, data)


def _parse(frame: bytes, unit: str) -> Reading | None:
    found = _FRAME.fullmatch(frame)
    if found is None or _xor(frame[_SUMMED]) != found[3]:
        return None
    return reading(f"{found[1].decode()}E-{found[2].decode()}", unit, is_stable=True)


_DIGITS = re.compile(rb"([0-]?\d+(?:\.\d+)?)")
_WIDTH = 8


def _forwards(text: bytes, unit: str) -> Reading | None:
    found = _DIGITS.fullmatch(text)
    return None if found is None else reading(found[1].decode(), unit, is_stable=True)


def _parse_forwards(frame: bytes, unit: str) -> Reading | None:
    return _forwards(frame[1:], unit)


def _parse_backwards(frame: bytes, unit: str) -> Reading | None:
    return _forwards(frame[:0:-1], unit)


_LINE = re.compile(rb"W([GN])(?=.{7}(?:kg|lb))(-?\d+(?:\.\d+)?) ?(kg|lb)([0-9A-F]{2})")
_OUTSIDE = {b" " * 9 + b"OL23", b" " * 9 + b"LO23"}
_CHECKED = 11


def _parse_line(frame: bytes, _unit: str) -> Reading | None:
    if frame in _OUTSIDE:
        return OUTSIDE
    found = _LINE.fullmatch(frame)
    if found is None or _xor(frame[:_CHECKED]) != found[4]:
        return None
    # It sends while it moves, too, and does not say so.
    return reading(found[2].decode(), found[3].decode(), is_stable=True, is_net=found[1] == b"N")


def _equals(code: str, name: str, parse: object, width: int) -> Family:
    cut = Fixed(b"=", width + 1, b"=\r\n")
    return Family(code, name, cut, parse, equal=MANY_EQUAL, has_unit=False)  # type: ignore[arg-type]


FAMILIES = (
    Family("XK3190", "XK3190 STX", Fixed(b"\x02", 12), _parse, equal=MANY_EQUAL, has_unit=False),
    Family("XK3190-A12", "XK3190-A12", Lines(), _parse_line, equal=MANY_EQUAL),
    _equals("=REVERSED", "=000.3000 (3.000)", _parse_backwards, _WIDTH),
    _equals("=FORWARD", "=0003.000 (3.000)", _parse_forwards, _WIDTH),
    _equals("=REVERSED-7", "=00.3000 (3.00)", _parse_backwards, _WIDTH - 1),
    _equals("=FORWARD-7", "=003.000 (3.000)", _parse_forwards, _WIDTH - 1),
)
