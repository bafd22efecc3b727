"""Cutting frames out of what comes down a line: strict, in bounded memory, from anywhere in the stream.

A frame counts only whole: of its length, between its marks. What does not fit is one disturbance, and the
next frame is looked for behind it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from station.devices.scales.frames import Reading

EQUAL = 3
"""Equal frames that make a weight (P18)."""
MANY_EQUAL = 8
"""About a second of them: where a frame does not say whether the weight rests, or has nothing to be checked
by.
"""
LONGEST = 64
"""More bytes than any frame has: a line without an end is thrown away."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Frames of varying length that end with `end`."""

    end: bytes = b"\r\n"


@dataclass(frozen=True, slots=True)
class Fixed:
    """Frames of `size` bytes from `start` on; the byte behind one must be in `follow` (empty: any)."""

    start: bytes
    size: int
    follow: bytes = b""


Parse = Callable[[bytes, str], Reading | None]
"""The reading of one whole frame, else None; the unit is for families that do not send one."""


@dataclass(frozen=True, slots=True)
class Family:
    """How a make of scales speaks.

    `ask` are the commands for one reading, each but the first after an ACK; empty: it only sends by itself.
    `equal`: so many equal frames of a resting weight are believed. `has_unit`: each frame says its unit.
    """

    code: str
    name: str
    cut: Lines | Fixed
    parse: Parse
    ask: tuple[bytes, ...] = ()
    equal: int = EQUAL
    has_unit: bool = True


@dataclass(frozen=True, slots=True)
class Piece:
    """A frame with its reading, or a disturbance (no reading)."""

    raw: bytes
    reading: Reading | None


class Framer:
    """Cuts the frames of one family."""

    def __init__(self, family: Family, unit: str = "", *, from_start: bool = False) -> None:
        """`unit` is the scale's: a frame that names another one is a disturbance ("kg" may have lost its k).

        Empty: any. `from_start`: the line was quiet before, so the first bytes are the beginning of a frame.
        """
        self._family, self._unit = family, unit
        self._held = bytearray()
        self._is_skipping = not from_start

    def feed(self, data: bytes) -> list[Piece]:
        """What is whole by now, oldest first."""
        pieces: list[Piece] = []
        for at in range(0, len(data), LONGEST):
            self._held += data[at : at + LONGEST]
            cut = self._family.cut
            pieces += self._lines(cut) if isinstance(cut, Lines) else self._fixed(cut)
        return pieces

    def _piece(self, frame: bytes) -> Piece:
        reading = self._family.parse(frame, self._unit or "kg")
        if reading is not None and self._unit and reading.unit not in {"", self._unit}:
            return Piece(frame, None)
        return Piece(frame, reading)

    def _lines(self, cut: Lines) -> list[Piece]:
        pieces: list[Piece] = []
        while (end := self._held.find(cut.end)) >= 0:
            frame = bytes(self._held[:end])
            del self._held[: end + len(cut.end)]
            if self._is_skipping:
                self._is_skipping = False
            elif frame:
                pieces.append(self._piece(frame))
        if len(self._held) > LONGEST:
            pieces.append(Piece(bytes(self._held[:LONGEST]), None))
            del self._held[: 1 - len(cut.end) or len(self._held)]
            self._is_skipping = True
        return pieces

    def _fixed(self, cut: Fixed) -> list[Piece]:
        pieces: list[Piece] = []
        wanted = cut.size + (1 if cut.follow else 0)
        while self._find(cut.start, pieces) and len(self._held) >= wanted:
            piece = self._piece(bytes(self._held[: cut.size]))
            if cut.follow and self._held[cut.size] not in cut.follow:
                piece = Piece(piece.raw, None)
            pieces.append(piece)
            del self._held[: 1 if piece.reading is None else cut.size]
        return pieces

    def _find(self, start: bytes, pieces: list[Piece]) -> bool:
        """Drop what stands before the next start; line ends between frames are none of them."""
        at = self._held.find(start)
        junk = bytes(self._held if at < 0 else self._held[:at])
        del self._held[: len(junk)]
        if junk.strip(b"\r\n"):
            pieces.append(Piece(junk, None))
        return at >= 0
