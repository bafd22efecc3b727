"""Breaking text into lines that fit a box, in dots. Pure: measures, draws nothing."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from printers import fonts
from printers.text import clean

Fit = Literal["cut", "shrink", "wrap"]
ELLIPSIS = "…"
_STEP = 2
_NARROW = frozenset({"N", "Na", "H"})
# Marks that must not start a line.
_CLOSING = frozenset("，。、；：！？）》】”’…,.;:!?)]}%")


@dataclass(frozen=True, slots=True)
class Block:
    """Lines ready to draw: ``size`` dots to the em, ``leading`` line to line, ``weight`` strokes."""

    lines: tuple[str, ...]
    widths: tuple[int, ...]
    size: int
    leading: int
    weight: int
    is_cut: bool
    missing: frozenset[str]

    @property
    def height(self) -> int:
        return self.leading * len(self.lines)


def leading(size: int) -> int:
    """Return the distance from line to line for letters of ``size`` dots."""
    return -(-size * 5 // 4)


def line_width(text: str, size: int, *, is_bold: bool) -> int:
    """Return the dots ``text`` takes on one line, cleaned and marked as it will be drawn."""
    return _measure(fonts.marked(clean(text))[0], size, is_bold)


@lru_cache(maxsize=1024)
def typeset(text: str, size: int, least: int, width: int, height: int, *, fit: Fit, is_bold: bool) -> Block:
    """Return ``text`` cleaned and broken for a box of ``width`` x ``height`` dots.

    ``size`` is the wished letter height, ``least`` how small ``shrink`` and ``wrap`` may make it. A
    box lower than one line makes the letters smaller for every fit. What is still too long is written in
    lines, down to two thirds of ``least``, before anything of it is left out.

    Remembered: the same words stand on most papers, and each is measured before it is drawn.
    """
    words, missing = fonts.marked(clean(text))
    size = max(1, min(size, height * 4 // 5))
    least = min(least, size)
    if fit == "shrink" and _measure(words, least, is_bold) > width:
        fit, least = "wrap", max(1, least * 2 // 3)
    elif fit == "wrap" and _is_too_long(words, least, width, height, is_bold=is_bold):
        least = max(1, least * 2 // 3)
    while fit == "shrink" and size > least and _measure(words, size, is_bold) > width:
        size = max(least, size - max(1, size // 16))
    while fit == "wrap" and size > least and _is_too_long(words, size, width, height, is_bold=is_bold):
        size = max(least, size - _STEP)
    lines = _lines(words, size, width, fit, is_bold)
    room = max(1, height // leading(size))
    is_cut = len(lines) > room or (fit != "wrap" and _measure(words, size, is_bold) > width)
    if len(lines) > room:
        lines = [*lines[: room - 1], _shorten(lines[room - 1], size, width, is_bold)]
    widths = tuple(min(width, _measure(line, size, is_bold)) for line in lines)
    return Block(tuple(lines), widths, size, leading(size), _weight(size, is_bold), is_cut, missing)


def _is_too_long(words: str, size: int, width: int, height: int, *, is_bold: bool) -> bool:
    """Whether it takes more lines than there is room for: the ink alone mostly says so, without breaking."""
    room = height // leading(size)
    return _ink(words, size) > room * width or len(_lines(words, size, width, "wrap", is_bold)) > room


def _ink(words: str, size: int) -> int:
    """The dots of all that no line break may swallow."""
    return sum(fonts.advance(c, size) for c in words if not c.isspace())


def _weight(size: int, is_bold: bool) -> int:
    """The font has one weight: bold is the same line again, one dot further to the right."""
    return 1 + max(1, size // 24) if is_bold else 1


def _measure(text: str, size: int, is_bold: bool) -> int:
    return fonts.width(text, size) + _weight(size, is_bold) - 1


def _lines(text: str, size: int, width: int, fit: Fit, is_bold: bool) -> list[str]:
    if not text:
        return []
    if fit == "wrap":
        return _wrap(text, size, width - _weight(size, is_bold) + 1)
    return [text if _measure(text, size, is_bold) <= width else _shorten(text, size, width, is_bold)]


def _shorten(text: str, size: int, width: int, is_bold: bool) -> str:
    room = width - _measure(ELLIPSIS, size, is_bold)
    kept = 0
    for kept, c in enumerate(text):  # noqa: B007 - the index where the room ended is the answer
        room -= fonts.advance(c, size)
        if room < 0:
            break
    else:
        kept = len(text)
    return text[:kept].rstrip() + ELLIPSIS


def _wrap(text: str, size: int, width: int) -> list[str]:
    lines: list[str] = []
    line, used = "", 0
    for c in text:
        step = fonts.advance(c, size)
        if line and step and used + step > width:
            keep, carry = _break(line, c)
            lines.append(keep)
            line, used = carry, fonts.width(carry, size)
            if c == " " and not line:
                continue
        line, used = line + c, used + step
    return [*lines, line] if line else lines


def _is_of_word(character: str) -> bool:
    """Letters that are written in words, which hanzi, kana and their marks are not."""
    if character.isascii():
        return True
    return unicodedata.east_asian_width(character) in _NARROW and not character.isspace()


def _break(line: str, following: str) -> tuple[str, str]:
    """Split a full line before ``following``: hanzi anywhere, Latin words whole if begun past the middle."""
    if following in _CLOSING and len(line) > 1 and line[-1] not in _CLOSING:
        return line[:-1].rstrip(), line[-1]
    if following == " " or not (_is_of_word(following) and _is_of_word(line[-1])):
        return line.rstrip(), ""
    start = len(line)
    while start and _is_of_word(line[start - 1]) and line[start - 1] not in " /":
        start -= 1
    if start > len(line) // 2:
        return line[:start].rstrip(), line[start:]
    return line.rstrip(), ""
