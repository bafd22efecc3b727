"""Numbers of parcels that travel under one number: ``JD123-1-3`` is the first of three (P19). Pure."""

from __future__ import annotations

import re

_CHILD = re.compile(r"(?P<base>.+)-[0-9]+-[0-9]+")


def base_of(number: str) -> str:
    """The number that all parcels share: of a child's number, or of one that has no children yet."""
    found = _CHILD.fullmatch(number)
    return found["base"] if found else number


def child(base: str, nth: int, of: int) -> str:
    """The number of the `nth` of `of` parcels. One more parcel gives all of them another number."""
    return f"{base}-{nth}-{of}"
