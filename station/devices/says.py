"""What a scale tells (P18)."""

from __future__ import annotations

from enum import StrEnum


class Says(StrEnum):
    """What a scale tells at this moment; only STILL is a weight."""

    LOST = "LOST"
    """The line cannot be opened, or broke."""
    SILENT = "SILENT"
    """Nothing comes."""
    FOREIGN = "FOREIGN"
    """Something comes that is no frame of this family."""
    FINDING = "FINDING"
    """Its family is being looked for."""
    UNCLEAR = "UNCLEAR"
    """Several families fit what comes: a person must say what the display shows."""
    OUTSIDE = "OUTSIDE"
    TARED = "TARED"
    MOVING = "MOVING"
    EMPTY = "EMPTY"
    STILL = "STILL"


SPEAKING = frozenset({Says.OUTSIDE, Says.TARED, Says.MOVING, Says.EMPTY, Says.STILL})
"""The scale works, whether or not a weight can be had of it now."""
