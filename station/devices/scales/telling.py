"""What a reader tells of its scale, and when: each change at once, else seldom. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from station.devices.says import Says

LOADED_S, IDLE_S, MOVING_S = 1.0, 5.0, 0.5
"""Seconds after which the same is said again: with a weight on the scale, without, and while the figure
runs.
"""


@dataclass(frozen=True, slots=True)
class Line:
    """How a scale's line is read; `family` empty: that is to be found."""

    family: str = ""
    line: str = ""
    unit: str = ""
    is_asked: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """What a scale says now: `dg` in tenths of a gram, `zeros` of this reader, the last bytes as text.

    `found`: the family that was found just now. `guesses`: ``code:dg`` of families that fit as well.
    """

    says: Says
    dg: int = 0
    zeros: int = 0
    frame: str = ""
    found: Line | None = None
    guesses: str = ""


class Pace:
    """Whether something must be told at this moment (seconds of a steady clock)."""

    def __init__(self) -> None:
        self._last: Word | None = None
        self._at = 0.0

    def is_due(self, word: Word, now_s: float) -> bool:
        """A change of what it says, a zero, a rested weight: at once. The rest by the clock."""
        last = self._last
        if last is None or (word.says, word.zeros, word.guesses) != (last.says, last.zeros, last.guesses):
            return True
        if word.found is not None or (word.says is Says.STILL and word.dg != last.dg):
            return True
        passed_s = now_s - self._at
        if word.says is Says.STILL:
            return passed_s >= LOADED_S
        if word.says is Says.FINDING:
            return passed_s >= LOADED_S
        if word.says is Says.EMPTY or word.dg == last.dg:
            return passed_s >= IDLE_S
        return passed_s >= MOVING_S

    def told(self, word: Word, now_s: float) -> None:
        """It was told."""
        self._last, self._at = word, now_s


def shown(raw: bytes) -> str:
    """Bytes as a person reads them: printable ones as they are, others by name or number."""
    return "".join(
        _ESCAPES.get(byte) or (chr(byte) if byte in _PLAIN else f"\\x{byte:02x}") for byte in raw[:_SHOWN]
    )


_ESCAPES = {0x0D: "\\r", 0x0A: "\\n", 0x5C: "\\\\"}
_SHOWN = 40
_PLAIN = range(0x20, 0x7F)
