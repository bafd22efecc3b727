"""What every kind of file becomes before its header is looked for: sheets of numbered rows of texts."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

BLANKS = (
    " \t\r\n\v\f\x85\u00a0"
    "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
    "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)
"""Dropped around a cell. A tab before a code is how exports keep Excel from eating it; marks of direction
come with a phone number that was copied from somewhere.
"""

_WRAPPED = re.compile(r'="([^"]*)"')
_APOSTROPHE = re.compile(r"['‘’][0-9=+@-]")

Numbered = tuple[int, list[Any]]
_ODD = frozenset(BLANKS + "='‘’")


@dataclass(slots=True)
class Sheet:
    """One sheet: rows by their number in the file with their cells from column A on.

    `spans` are merged cells (top, left, bottom, right), counted from 1; `hidden` rows a filter hides; `torn`
    rows whose quotes do not match.
    """

    name: str = ""
    rows: list[Numbered] = field(default_factory=list)
    spans: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: frozenset[int] = frozenset()
    is_hidden: bool = False
    torn: frozenset[int] = frozenset()
    text: Callable[[Any], str] = str
    """What makes a text of a raw cell: rows stay raw until it is known which columns are wanted."""

    def texts(self, cells: Iterable[Any]) -> list[str]:
        """A row's cells as texts."""
        return [self.text(cell) for cell in cells]


def tidy(cell: str) -> str:
    """A cell's text without what programs put around it to protect a number: ="123", '123, a tab."""
    if not cell or (cell[0] not in _ODD and cell[-1] not in _ODD):
        return cell
    text = cell.strip(BLANKS)
    if text.startswith("=") and (wrapped := _WRAPPED.fullmatch(text)):
        return wrapped[1].strip(BLANKS)
    if _APOSTROPHE.match(text):
        return text[1:].strip(BLANKS)
    return text


def letters(column: int) -> str:
    """The letters of a column, counted from 0: A, B … Z, AA."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = string.ascii_uppercase[rest] + text
    return text


def number_of(text: str) -> int:
    """A column's place from 0 by its letters."""
    at = 0
    for letter in text.upper():
        at = at * 26 + ord(letter) - 64
    return at - 1
