"""ZPL: one ``^GFA`` graphic per label. Media, darkness and speed stay as the operator set them."""

import binascii
import zlib
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any

from PIL import Image

from printers.errors import BadPrinter
from printers.languages.bitmap import packed


def encode(images: Sequence[Image.Image], options: Mapping[str, Any]) -> bytes:
    """Return one format per image. ``coding``: ``z64`` (small), ``runlength`` or ``hex`` (for clones)."""
    coding = options.get("coding", "z64")
    if coding not in _CODINGS:
        raise BadPrinter(f"ZPL graphics are coded z64, runlength or hex, not {coding!r}.")
    copies = int(options.get("copies", 1))
    return b"".join(_label(image, coding, copies) for image in images)


def _label(image: Image.Image, coding: str, copies: int) -> bytes:
    per_row, rows = packed(image)
    graphic = _CODINGS[coding](per_row, rows)
    return (
        f"^XA^PW{image.width}^LL{image.height}^LH0,0^FO0,0^GFA,{len(rows)},{len(rows)},{per_row},".encode()
        + graphic
        + f"^FS^PQ{copies},0,1,Y^XZ\n".encode()
    )


def _hex(_per_row: int, rows: bytes) -> bytes:
    return rows.hex().upper().encode()


def _z64(_per_row: int, rows: bytes) -> bytes:
    text = b64encode(zlib.compress(rows, 6))
    return b":Z64:" + text + f":{binascii.crc_hqx(text, 0):04X}".encode()


def runlength(per_row: int, rows: bytes) -> bytes:
    """Return rows of dots in letters. Shorten with ``,`` (rest white) and ``:`` (row as before) only: clones
    misread other marks.
    """
    lines: list[str] = []
    before = ""
    for start in range(0, len(rows), per_row):
        line = rows[start : start + per_row].hex().upper()
        short = line.rstrip("0")
        lines.append(":" if line == before else short + "," if len(short) < len(line) else line)
        before = line
    return "".join(lines).encode()


_CODINGS = {"hex": _hex, "runlength": runlength, "z64": _z64}
