"""Hiding personal data on visible labels (GB/T 41833-2022, P19, T60). Pure."""

from __future__ import annotations

import re

_ROOM = re.compile(
    r"[0-9A-Za-z一二三四五六七八九十东西南北]+(?=(?:号楼|单元|栋|幢|座|室|房|层|楼|号))|[0-9A-Za-z]+(?:[-—#][0-9A-Za-z]+)+|[0-9]+$"
)
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
    """Hide all but the first three and last two digits, at least six of a mobile number."""
    digits = [i for i, char in enumerate(phone) if char.isdigit()]
    keep = set(digits[:3] + digits[-2:]) if len(digits) >= 11 else set(digits[-2:])  # noqa: PLR2004
    return "".join("*" if i in set(digits) - keep else char for i, char in enumerate(phone))


def mask_address(address: str) -> str:
    """Hide building, unit and room numbers; an address without any loses its last part."""
    masked = _ROOM.sub("**", address)
    if masked == address and address:
        keep = max(1, len(address) * 2 // 3)
        return address[:keep] + "*" * (len(address) - keep)
    return masked
