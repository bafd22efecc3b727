"""CAS: indicators with frames of 22 bytes, and bench scales that are asked with ENQ, ACK, DC1.

22 bytes: ``ST,GS,1`` lamp ``,`` eight characters, blank, unit. The lamp byte says "rests" a second time
(bit 6) and must agree. Bench scales (SW, PD, AP): SOH STX, S or U, sign, weight, unit, XOR, ETX EOT.
"""

from __future__ import annotations

import functools
import operator
import re

from station.devices.scales.cutting import Family, Fixed, Lines
from station.devices.scales.frames import OUTSIDE, Reading, reading

_WEIGHT = re.compile(
    rb"(ST|US|OL),(GS|NT),[0-9A-Z:;<=>?@]([\x80-\xff]),(?=.{8} )( *[-+]? *\d+(?:\.\d+)?) (kg| g|lb)"
)
_OVER = re.compile(rb"OL,(?:GS|NT),[0-9A-Z:;<=>?@][\x80-\xff],.{8} (?:kg| g|lb)")
_RESTS = 0x40


def _parse(frame: bytes, _unit: str) -> Reading | None:
    weight = _WEIGHT.fullmatch(frame)
    if weight is None or weight[1] == b"OL":
        return OUTSIDE if _OVER.fullmatch(frame) else None
    is_stable = weight[1] == b"ST"
    if bool(weight[3][0] & _RESTS) is not is_stable:
        return None
    number = weight[4].decode().replace(" ", "")
    return reading(number, weight[5].decode().strip(), is_stable=is_stable, is_net=weight[2] == b"NT")


_ASKED = re.compile(rb"\x01\x02([SU])([- F])( *\d+\.\d+| *\d+)([kK][gG]|[lL][bB]| g)(.)\x03\x04", re.DOTALL)
_SIZE, _SUMMED = 15, slice(2, 12)


def _parse_asked(frame: bytes, _unit: str) -> Reading | None:
    weight = _ASKED.fullmatch(frame)
    if weight is None or functools.reduce(operator.xor, frame[_SUMMED]) != weight[5][0]:
        return None
    status, sign, number, unit = (part.decode() for part in weight.groups()[:4])
    if sign == "F":
        return OUTSIDE
    return reading(sign.strip() + number.strip(), unit.strip().lower(), is_stable=status == "S")


FAMILIES = (
    Family("CAS", "CAS 22", Lines(), _parse),
    Family("CAS-ENQ", "CAS ENQ/DC1", Fixed(b"\x01", _SIZE), _parse_asked, ask=(b"\x05", b"\x11")),
)
