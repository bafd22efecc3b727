"""A shop's own numbers on goods that are weighed or priced at the counter (prefix 2).

How such a number is built is each shop's own business, so it is said in a setting and never guessed. A
pattern is as long as the number: figures stand for themselves, ``I`` the article's number, ``W`` grams,
``P`` the price in cents, ``C`` the check digit, ``X`` anything: ``21IIIIIWWWWWC``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from biip.checksums import gs1_standard_check_digit

from station.ground.scan.measures import point_at

_OWN = re.compile(r"0?2[0-9]{11}|2[0-9]{12}")


@dataclass(frozen=True, slots=True)
class ShopCode:
    """What such a number says: the spellings under which its article may be known, milligrams, a price."""

    spellings: tuple[str, ...]
    net_mg: int | None
    price: str


def is_own(text: str) -> bool:
    """Whether this is a number that every shop may use as it likes."""
    return _OWN.fullmatch(text) is not None and _is_right(text)


def read(text: str, patterns: Iterable[str]) -> ShopCode | None:
    """The number by the first pattern that it fits; None when it fits none."""
    for pattern in patterns:
        parts = _parts(text, pattern)
        if parts is not None:
            item, prefix = parts["I"], parts["0"]
            names = (_bare(text, pattern), prefix + item, item, item.lstrip("0") or "0")
            net_mg = int(parts["W"]) * 1000 if parts["W"] else None
            price = point_at(parts["P"], 2) if parts["P"] else ""
            return ShopCode(tuple(dict.fromkeys(names)), net_mg, price)
    return None


def _parts(text: str, pattern: str) -> dict[str, str] | None:
    """The figures of each kind; "0" are those that stand for themselves."""
    if len(text) != len(pattern) or not (text.isascii() and text.isdigit()):
        return None
    parts = dict.fromkeys("IWPCX0", "")
    for sign, digit in zip(pattern, text, strict=True):
        if sign.isdigit() and sign != digit:
            return None
        parts["0" if sign.isdigit() else sign] += digit
    is_wrong = parts["C"] and pattern.endswith("C") and not _is_right(text)
    return None if is_wrong else parts


def _bare(text: str, pattern: str) -> str:
    """The number with nothing weighed and nothing to pay, as a scale's list names the article."""
    signs = ["0" if sign in "WPX" else digit for sign, digit in zip(pattern, text, strict=True)]
    body = "".join(signs)
    return body[:-1] + str(gs1_standard_check_digit(body[:-1])) if pattern.endswith("C") else body


def _is_right(text: str) -> bool:
    return gs1_standard_check_digit(text[:-1]) == int(text[-1])
