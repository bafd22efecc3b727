"""Ohaus: the weight right-aligned, a blank, the unit, and "?" while it moves.

Balances (Explorer, Scout, Navigator): ten to twelve characters of weight. Indicators and scales of the 3000
series (Defender, Ranger): sign, blank, seven characters, blank, unit in five, "?", legend in three. ``IP``
asks.
"""

from __future__ import annotations

import re

from station.devices.scales.cutting import Family, Lines
from station.devices.scales.frames import Reading, reading

_BALANCE = re.compile(rb"(?=.{10,12} )( *-?\d+(?:\.\d+)?) (g|kg|lb) {0,5}(\??) {0,2}(NET|N|G)? *")
_WIDTHS = range(10, 13)
_SCALE = re.compile(rb"([- ]) (?=.{7} )( *\d+(?:\.\d+)?) (g|kg|lb) {3,4}([? ])(G  |NET|   )")


def _parse_balance(frame: bytes, _unit: str) -> Reading | None:
    weight = _BALANCE.fullmatch(frame)
    if weight is None or len(weight[1]) not in _WIDTHS:
        return None
    is_net = (weight[4] or b"").startswith(b"N")
    return reading(weight[1].decode().strip(), weight[2].decode(), is_stable=weight[3] != b"?", is_net=is_net)


def _parse_scale(frame: bytes, _unit: str) -> Reading | None:
    weight = _SCALE.fullmatch(frame)
    if weight is None or len(frame) != _SIZE or len(weight[2]) != _WEIGHT_WIDTH:
        return None
    number = (weight[1] + weight[2]).decode().replace(" ", "")
    return reading(number, weight[3].decode(), is_stable=weight[4] == b" ", is_net=weight[5] == b"NET")


_SIZE, _WEIGHT_WIDTH = 19, 7

FAMILIES = (
    Family("OHAUS", "Ohaus", Lines(), _parse_balance, ask=(b"IP\r\n",)),
    Family("OHAUS-3000", "Ohaus 3000", Lines(), _parse_scale, ask=(b"IP\r\n",)),
)
