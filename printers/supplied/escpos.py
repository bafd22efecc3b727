"""ESC/POS made by others: pictures, feeds and one cut. No letters, no drawer, nothing kept in the printer."""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from PIL import Image

from printers.errors import BadDocument
from printers.supplied import fitting
from printers.supplied.fitting import Sheet
from printers.supplied.sizes import DOT_LIMIT, PIXEL_LIMIT, WHITE

_LINE_ROWS = 30
_ROWS_PER_STRIP = {0: 1, 1: 1, 32: 3, 33: 3}
_COLUMN_STRIP_ROWS = 24
# What a printer may act on wherever it meets it, also inside a picture: a drawer pulse, a reset, an enquiry.
_REALTIME = re.compile(rb"\x10(?:\x14[\x01\x02\x03\x08]|\x05[\x00-\x02])", re.DOTALL)
_NAMES = {0x10: "DLE", 0x1B: "ESC", 0x1C: "FS", 0x1D: "GS"}
REASONS = {
    b"\x1bp": "opens the cash drawer",
    b"\x1d(": "changes the printer",
    b"\x1d8": "changes the printer",
    b"\x1c": "uses what is stored in the printer",
    b"\x10": "acts on the printer at once",
    b"\x1bi": "cuts in an outdated way",
    b"\x1bm": "cuts in an outdated way",
    b"\x1d*": "stores a picture in the printer",
    b"\x1d:": "records commands in the printer",
    b"\x1d^": "plays recorded commands",
    b"\x1d\x7e": "changes the printer",
    b"\x1b=": "switches the printer off",
    b"\x1bc": "changes the printer",
}


class Piece(NamedTuple):
    """One command: ``picture``, ``feed`` (rows), ``place`` (anything that moves a picture) or another.

    ``acts``: its bits hold a real-time command.
    """

    name: str
    rows: int = 0
    picture: Image.Image | None = None
    acts: bool = False


Reader = Callable[[bytes, int], tuple[Piece, int]]


def vet(data: bytes) -> None:
    """Raise BadDocument unless ``data`` is one receipt of pictures and nothing else."""
    pieces = _checked(data)
    if any(piece.acts for piece in pieces) and _is_placed(pieces):
        raise BadDocument(
            "The picture in the receipt holds bytes that may act on the printer; ask for it as PDF or PNG."
        )


def _is_placed(pieces: list[Piece]) -> bool:
    """Whether only an ESC/POS printer can say where its pictures come out."""
    return any(piece.name in {"place", "strip"} for piece in pieces)


def sheets(
    data: bytes, medium_mm: tuple[int, int | None], dpi: int, source_dpi: int, *, is_own: bool
) -> list[Sheet]:
    """Return the picture without the last feed, which only brings it to the cutter."""
    pieces = _checked(data)
    if _is_placed(pieces):
        if is_own and source_dpi == dpi and not any(piece.acts for piece in pieces):
            return [Sheet(None, data)]
        raise BadDocument("This receipt can only be printed on an ESC/POS printer.")
    last = max(at for at, piece in enumerate(pieces) if piece.name == "picture")
    drawn = pieces[: last + 1]
    width = max(piece.picture.width for piece in drawn if piece.picture)
    height = sum(piece.rows for piece in drawn)
    if width * height > PIXEL_LIMIT:
        raise BadDocument("The receipt is larger than any paper.")
    sheet = Image.new("1", (width, height), WHITE)
    y = 0
    for piece in drawn:
        if piece.picture:
            sheet.paste(piece.picture, (0, y))
        y += piece.rows
    fitted = fitting.fitted(sheet, medium_mm, dpi, source_dpi)
    is_as_it_is = is_own and fitted.is_untouched and not any(piece.acts for piece in pieces)
    return [Sheet(fitted.image, data if is_as_it_is else None)]


def _checked(data: bytes) -> list[Piece]:
    pieces = list(_pieces(data))
    names = [piece.name for piece in pieces]
    if "cut" in names[:-1]:
        raise BadDocument("The receipt is cut before its end (GS V).")
    if not {"picture", "strip"} & set(names):
        raise BadDocument("The receipt prints nothing.")
    return pieces


def _pieces(data: bytes) -> Iterator[Piece]:
    at, spacing, rows = 0, _LINE_ROWS, 0
    while at < len(data):
        piece, at = _read(data, at)
        if piece.name == "spacing":
            spacing = piece.rows
        elif piece.name == "lines":
            piece = Piece("feed", piece.rows * max(spacing, 1))
        if piece.name != "spacing":
            rows += piece.rows
        if rows > DOT_LIMIT:
            raise BadDocument("The receipt is longer than two metres.")
        yield piece


def _read(data: bytes, at: int) -> tuple[Piece, int]:
    first = data[at]
    if first in b"\n\r":
        return Piece("lines", int(first == ord("\n"))), at + 1
    if first not in _NAMES:
        raise BadDocument(
            "The receipt contains letters for the printer; the station passes on pictures only."
        )
    reader = _READERS.get(data[at : at + 2])
    if reader is None:
        raise BadDocument(_refusal(data[at : at + 2]))
    try:
        return reader(data, at + 2)
    except IndexError as error:
        raise BadDocument(_broken()) from error


def _refusal(command: bytes) -> str:
    letter = chr(command[1]) if len(command) > 1 else ""
    if letter and not "!" <= letter <= "~":
        letter = f"{ord(letter):02X}"
    reason = REASONS.get(command) or REASONS.get(command[:1]) or "the station does not pass on"
    return f"The receipt contains {_NAMES[command[0]]} {letter}".strip() + f", which {reason}."


def _broken() -> str:
    return "The receipt is damaged: its last command is not whole."


def _fixed(name: str, count: int = 0, allowed: bytes = bytes(range(256))) -> Reader:
    """Return a reader of a command with ``count`` more bytes, the first being one of ``allowed``."""

    def read(data: bytes, at: int) -> tuple[Piece, int]:
        values = data[at : at + count]
        if len(values) < count:
            raise BadDocument(_broken())
        if values and values[0] not in allowed:
            raise BadDocument("The receipt contains a value the station cannot check.")
        return Piece(name, values[0] if name in {"feed", "lines", "spacing"} else 0), at + count

    return read


def _usual_spacing(_data: bytes, at: int) -> tuple[Piece, int]:
    return Piece("spacing", _LINE_ROWS), at


def _raster(data: bytes, at: int) -> tuple[Piece, int]:
    """``GS v 0 m xL xH yL yH``: rows of bits."""
    zero, mode = data[at], data[at + 1]
    per_row = data[at + 2] + 256 * data[at + 3]
    rows = data[at + 4] + 256 * data[at + 5]
    bits = data[at + 6 : at + 6 + per_row * rows]
    if zero != ord("0") or mode not in b"\x00\x01\x02\x030123":
        raise BadDocument("The receipt contains a picture the station cannot check (GS v).")
    if not bits or len(bits) < per_row * rows:
        raise BadDocument(_broken())
    picture = Image.frombytes("1", (per_row * 8, rows), bits, "raw", "1;I")
    wide, high = 1 + (mode & 1), 1 + (mode >> 1 & 1)
    if (wide, high) != (1, 1):
        picture = picture.resize((picture.width * wide, picture.height * high), Image.Resampling.NEAREST)
    return Piece("picture", picture.height, picture, _acts(bits)), at + 6 + len(bits)


def _strip(data: bytes, at: int) -> tuple[Piece, int]:
    """``ESC * m nL nH``: columns of 8 or 24 dots, printed by the line feed behind them."""
    if data[at] not in _ROWS_PER_STRIP:
        raise BadDocument("The receipt contains a picture the station cannot check (ESC *).")
    size = _ROWS_PER_STRIP[data[at]] * (data[at + 1] + 256 * data[at + 2])
    bits = data[at + 3 : at + 3 + size]
    if not bits or len(bits) < size:
        raise BadDocument(_broken())
    return Piece("strip", acts=_acts(bits)), at + 3 + size


def _acts(bits: bytes) -> bool:
    return _REALTIME.search(bits) is not None


def _cut(data: bytes, at: int) -> tuple[Piece, int]:
    """``GS V``: at once (0, 1) or after a feed (A, B and rows)."""
    mode = data[at]
    if mode in b"\x00\x0101":
        return Piece("cut"), at + 1
    if mode not in b"AB":
        raise BadDocument("The receipt contains a cut the station cannot check (GS V).")
    return Piece("cut", data[at + 1]), at + 2


_READERS: dict[bytes, Reader] = {
    b"\x1b@": _fixed("init"),
    b"\x1bJ": _fixed("feed", 1),
    b"\x1bd": _fixed("lines", 1),
    b"\x1b2": _usual_spacing,
    b"\x1b3": _fixed("spacing", 1),
    b"\x1b*": _strip,
    b"\x1ba": _fixed("place", 1, b"\x00\x01\x02012"),
    b"\x1b$": _fixed("place", 2),
    b"\x1dL": _fixed("place", 2),
    b"\x1dW": _fixed("place", 2),
    b"\x1dv": _raster,
    b"\x1dV": _cut,
}
