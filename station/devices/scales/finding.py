"""Which family speaks on a line: all of them listen, and the one that understands nearly all of it is it.
Pure.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from station.devices.scales.cutting import Family, Framer, Piece
from station.devices.scales.families import FAMILIES

ENOUGH = 4
"""Frames that must have been understood."""
SHARE_PCT = 80
"""Of what came, so much must belong to them."""
MOST = 4096
"""Bytes after which nothing new is learnt."""


@dataclass(slots=True)
class _Candidate:
    family: Family
    framer: Framer
    whole: deque[Piece] = field(default_factory=lambda: deque(maxlen=ENOUGH))
    size: int = 0

    def feed(self, data: bytes) -> None:
        for piece in self.framer.feed(data):
            if piece.reading is not None:
                self.whole.append(piece)
                self.size += len(piece.raw)


@dataclass(frozen=True, slots=True)
class Guess:
    """A family that fits, and the last frame with what it would mean."""

    family: Family
    piece: Piece


class Finder:
    """Listens for all families at once, on one setting of the line."""

    def __init__(
        self, unit: str = "", families: tuple[Family, ...] = FAMILIES, *, asked: bool = False
    ) -> None:
        self._candidates = [_Candidate(family, Framer(family, unit, from_start=asked)) for family in families]
        self._enough = 1 if asked else ENOUGH
        self.heard = 0
        self.last = b""

    def feed(self, data: bytes) -> None:
        """More bytes of the line."""
        self.heard += len(data)
        self.last = (self.last + data)[-LAST:]
        for candidate in self._candidates:
            candidate.feed(data)

    @property
    def is_full(self) -> bool:
        """Nothing new would be learnt."""
        return self.heard >= MOST

    def guesses(self) -> list[Guess]:
        """The families that understand nearly all of what came; several when it can be read in several
        ways.
        """
        fits = [
            item
            for item in self._candidates
            if len(item.whole) >= self._enough and 100 * item.size >= SHARE_PCT * self.heard - 100 * _EDGE
        ]
        best = max((item.size for item in fits), default=0)
        return [Guess(item.family, item.whole[-1]) for item in fits if item.size + _EDGE >= best]


LAST = 48
_EDGE = 40
"""Bytes at both ends of what was heard that may belong to frames cut there, and line ends between."""
