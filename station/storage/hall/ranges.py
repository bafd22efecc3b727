"""Ranges of numbers as a person writes them: ``1-10``, ``3``, ``1-4,7``."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

_PART = re.compile(r"([0-9]{1,4})(?:-([0-9]{1,4}))?")
_DASHES = {ord(dash): "-" for dash in "‐‑‒–—―−~〜至到"}


class NoRange(ValueError):
    """Not a range; `code` is the refusal of the catalogue with its facts."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


def numbers(text: str, most: int) -> tuple[int, ...]:
    """The numbers of a range in rising order, each from 1 to `most`.

    NoRange with E-HAL-01 for what is no range, E-HAL-02 for one that runs backwards, E-HAL-03 for a number
    that is in it twice; what was meant by full-width figures and other dashes is said (E-SET-07).
    """
    meant = unicodedata.normalize("NFKC", text).translate(_DASHES).replace("、", ",").replace(" ", "")
    if text.replace(" ", "") != meant:
        raise NoRange("E-SET-07", got=text, meant=meant)
    found: list[int] = []
    for part in meant.split(","):
        match = _PART.fullmatch(part)
        if match is None:
            raise NoRange("E-HAL-01", got=text, most=most)
        first, last = int(match[1]), int(match[2] or match[1])
        if first > last:
            raise NoRange("E-HAL-02", got=part, meant=f"{match[2]}-{match[1]}")
        if not 1 <= first <= last <= most:
            raise NoRange("E-HAL-01", got=text, most=most)
        found += range(first, last + 1)
    twice = next((number for number in found if found.count(number) > 1), None)
    if twice is not None:
        raise NoRange("E-HAL-03", got=text, twice=twice)
    return tuple(sorted(found))


def written(found: Iterable[int]) -> str:
    """Numbers as the shortest range that `numbers` reads back."""
    runs: list[list[int]] = []
    for number in sorted(found):
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def blocks_of(points: Iterable[tuple[int, ...]]) -> list[tuple[str, ...]]:
    """Rows of ranges whose combinations are exactly these points, each in one row; points of equal length.

    The last number is gathered first: positions of a level, then levels of a bay, bays of an aisle, aisles.
    """
    rows: set[tuple[Any, ...]] = set(points)
    for at in range(len(next(iter(rows), ())) - 1, -1, -1):
        gathered: dict[tuple[Any, ...], list[int]] = defaultdict(list)
        for row in rows:
            gathered[row[:at] + row[at + 1 :]].append(row[at])
        rows = {(*rest[:at], written(found), *rest[at:]) for rest, found in gathered.items()}
    return sorted(rows)
