"""Hiding personal data on visible labels (GB/T 41833-2022, P19, T60). Pure."""

from __future__ import annotations

import re

_NUMBER = "0-9\uff10-\uff19A-Za-z"
_BUILDING = "号楼|单元|栋|幢|座|室|房|层|楼"
_ROOM = re.compile(
    rf"[{_NUMBER}一二三四五六七八九十东西南北]+(?=\s*(?:{_BUILDING}|号))"
    rf"|[{_NUMBER}]+(?:[-—－#][{_NUMBER}]+)+"
    "|[0-9\uff10-\uff19]+[A-Za-z]?$"
)
_INDOORS = re.compile(rf"\*\*(?=\s*(?:{_BUILDING}))")
_DIGITS = re.compile("[0-9\uff10-\uff19]+")
_HIDDEN_DIGITS = 6
_SHORT_NAME = 2


def mask_name(name: str) -> str:
    """Keep the first character; with three or more also the last: 张*丰."""
    name = name.strip()
    if len(name) <= 1:
        return "*" * len(name)
    if len(name) == _SHORT_NAME:
        return f"{name[0]}*"
    return f"{name[0]}{'*' * (len(name) - 2)}{name[-1]}"


def mask_phone(phone: str) -> str:
    """Hide all but the first three and last two digits, and always six: 138******78.

    Digits of any script count. With six digits or fewer nothing of the number is shown.
    """
    digits = [i for i, char in enumerate(phone) if char.isdigit()]
    spare = max(0, len(digits) - _HIDDEN_DIGITS)
    last = min(2, spare)
    first = min(3, spare - last)
    hidden = set(digits[first : len(digits) - last])
    return "".join("*" if i in hidden else char for i, char in enumerate(phone))


def mask_address(address: str) -> str:
    """Hide building, unit and room numbers; an address without any loses its last part.

    Behind a building every number is hidden, whatever follows it: 3号楼1502，放门口.
    """
    address = address.strip()
    masked = _ROOM.sub("**", address)
    indoors = _INDOORS.search(masked)
    if indoors:
        masked = masked[: indoors.end()] + _DIGITS.sub("**", masked[indoors.end() :])
    if masked == address and address:
        keep = max(1, len(address) * 2 // 3)
        return address[:keep] + "*" * (len(address) - keep)
    return masked
