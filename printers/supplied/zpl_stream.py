"""ZPL read as a printer reads it: commands one after the other, whatever marks them and whoever wrote them.

Programs that design labels put marks of their own before a label (``CT~~CD,~CC^~CT~``), write small letters,
begin with a byte order mark and end with empty lines. What comes out here is written in one way: names in
capitals, commas between values, pictures unpacked, text apart from commands.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from printers.errors import BadDocument
from printers.supplied import zpl_graphics
from printers.supplied.zpl_graphics import Graphic

_CARET, _TILDE, _COMMA = 0x5E, 0x7E, 0x2C
_ASCII = 0x7F
_CHANGES = {b"CC": "caret", b"CT": "tilde", b"CD": "comma"}
# What stands behind these is text and no list of values.
TEXTS = frozenset({b"FD", b"FV", b"FX", b"SN"})
_PICTURES = frozenset({b"GF", b"DG", b"DY"})
# Pairs of bytes of GB 18030, of which the second may look like a mark.
_PAIRS = re.compile(rb"\^CI\s*26\b|\^SE[^\^~]*GB18030", re.IGNORECASE)
_LEADING = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_COMMAND_LIMIT = 20_000


class Command(NamedTuple):
    """One command: ``^`` or ``~``, its two letters, the bytes behind them, and the picture it carries."""

    mark: bytes
    name: bytes
    rest: bytes
    graphic: Graphic | None = None

    @property
    def shown(self) -> str:
        """The command as people write it: ``^JUS``, ``~JR``, ``^MD``."""
        name = self.mark + self.name + (self.rest[:1] if self.rest[:1].isalpha() else b"")
        text = name.decode("ascii", "replace")
        return "".join(letter if letter.isascii() and letter.isprintable() else "?" for letter in text)

    @property
    def values(self) -> list[bytes]:
        """What stands between the commas, without white space."""
        return [b"".join(value.split()) for value in self.rest.split(b",")]


class Stream:
    """The commands of one file, in order; the marks may change on the way."""

    def __init__(self, data: bytes) -> None:
        self._data = _plain(data)
        self._has_pairs = _PAIRS.search(self._data) is not None
        self._at = 0
        self._unpacked = 0
        self.caret, self.tilde, self.comma = _CARET, _TILDE, _COMMA

    @property
    def has_pairs(self) -> bool:
        """Whether its text is GB 18030."""
        return self._has_pairs

    def __iter__(self) -> Iterator[Command]:
        """BadDocument for a picture that is damaged, and for more commands than any label has."""
        self._at = self._next(0)
        for _ in range(_COMMAND_LIMIT):
            if self._at >= len(self._data):
                return
            yield self._command()
        raise BadDocument("The label has more commands than any label.")

    def _command(self) -> Command:
        marks = (self.caret, self.tilde)
        while self._data[self._at] in marks and self._data[self._at + 1 : self._at + 2] in map(_byte, marks):
            self._at += 1  # a mark with nothing behind it, as in "CT~~CD,"
        start = self._at
        mark = b"^" if self._data[start] == self.caret else b"~"
        name = self._data[start + 1 : start + 3].upper()
        if name in _CHANGES:
            return self._changed(mark, name)
        if name in _PICTURES:
            return self._picture(mark, name)
        end = self._next(start + 1)
        rest = self._data[start + 3 : end]
        self._at = end
        return Command(mark, name, self._usual(name, rest))

    def _usual(self, name: bytes, rest: bytes) -> bytes:
        if self.comma == _COMMA or name in TEXTS:
            return rest
        return rest.replace(bytes([self.comma]), b",")

    def _changed(self, mark: bytes, name: bytes) -> Command:
        """``^CC/``: another byte marks commands from here on."""
        new = self._data[self._at + 3 : self._at + 4]
        if not new or not b"!" <= new <= b"~" or new.isalnum():
            raise BadDocument(
                f"The label changes its marks in a way the station cannot check (^{name.decode()})."
            )
        setattr(self, _CHANGES[name], new[0])
        self._at = self._next(self._at + 4)
        return Command(mark, name, new)

    def _picture(self, mark: bytes, name: bytes) -> Command:
        """``^GF``, ``~DG`` and ``~DY`` may hold bytes that look like marks; sizes say where they end."""
        try:
            graphic = zpl_graphics.head_of(name, self._data, self._at + 3, self.comma)
        except zpl_graphics.NotAPicture:
            rest_at, end = self._at + 3, self._next(self._at + 1)
            self._at = end
            return Command(mark, name, self._data[rest_at:end])
        self._unpacked += graphic.total
        end = self._next(graphic.start + graphic.binary)
        rows = zpl_graphics.rows_of(graphic, self._data[graphic.start : end], self._unpacked)
        self._at = end
        return Command(mark, name, graphic.label, graphic._replace(rows=rows))

    def _next(self, at: int) -> int:
        """Where the next mark stands. In pairs of bytes the second is never one."""
        data, marks = self._data, (self.caret, self.tilde)
        if not self._has_pairs:
            found = [place for place in (data.find(mark, at) for mark in marks) if place >= 0]
            return min(found, default=len(data))
        while at < len(data) and data[at] not in marks:
            at += 2 if data[at] > _ASCII else 1
        return min(at, len(data))


def _byte(number: int) -> bytes:
    return bytes([number])


def _plain(data: bytes) -> bytes:
    """Without a byte order mark, and without the byte with which drivers begin (DLE, another ``~``)."""
    for mark, encoding in _LEADING.items():
        if data.startswith(mark):
            try:
                data = data[2:].decode(encoding).encode()
            except UnicodeDecodeError as error:
                raise BadDocument("The letters of the file are damaged.") from error
    data = data.removeprefix(b"\xef\xbb\xbf")
    start = data.lstrip(b"\x10\r\n\t \x00")
    return start if start.startswith(b"CT") and data.startswith(b"\x10") else data
