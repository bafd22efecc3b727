"""What counts of one place come to (P27). Pure.

A count is told as its differences from the book of that moment, so that goods which move between two counts
speak for neither.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

Differences = Mapping[int, int]
"""Lot → EACH more than the book had, or fewer below zero."""


class Verdict(StrEnum):
    """The book is right; somebody else counts; a supervisor counts; the book is wrong by the last count."""

    RIGHT = "RIGHT"
    AGAIN = "AGAIN"
    BOSS = "BOSS"
    WRONG = "WRONG"


def judge(counts: Sequence[Differences]) -> Verdict:
    """The verdict after these counts, first to last: two that agree are believed, the third one is final."""
    told = [{lot: delta for lot, delta in count.items() if delta} for count in counts]
    if not told[-1]:
        return Verdict.RIGHT
    if len(told) == 1:
        return Verdict.AGAIN
    if len(told) == 2 and told[0] != told[1]:  # noqa: PLR2004
        return Verdict.BOSS
    return Verdict.WRONG
