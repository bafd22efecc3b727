"""Serial shipping container codes (AI 00): 18 digits, the last one checks the others."""

from __future__ import annotations

import re

from biip.checksums import gs1_standard_check_digit

_BETWEEN = re.compile(r"[\s,;，；、|]+")
_NUMBER = re.compile(r"(?:\(00\)|00)?([0-9]{18})")


def read(text: str) -> str:
    """The 18 digits of one number, with or without its ``00``; empty when it is none or its check fails."""
    found = _NUMBER.fullmatch(text) if text.isascii() else None
    if found is None or gs1_standard_check_digit(found[1][:-1]) != int(found[1][-1]):
        return ""
    return found[1]


def listed(text: str) -> list[str]:
    """All numbers of a list, each once."""
    return list(dict.fromkeys(number for part in _BETWEEN.split(text) if (number := read(part))))


def is_list(text: str) -> bool:
    """Whether every part of `text` is such a number; nothing is a list of none."""
    return all(read(part) for part in _BETWEEN.split(text.strip()) if part)
