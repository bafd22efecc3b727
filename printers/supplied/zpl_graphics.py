"""The pictures in ZPL (``^GF``, ``~DG``, ``~DY``): whole, of the size they name, and not too large."""

import base64
import binascii
import io
import re
import zlib
from typing import NamedTuple

from PIL import Image

from printers.errors import BadDocument

UNPACKED_LIMIT = 4_000_000
# Zebra's manual cuts larger numbers down to this; the binary bytes behind it would then be commands.
_BINARY_LIMIT = 99_999
_NUMBER_DIGITS = 9
_CODED = re.compile(rb":(Z64|B64):([A-Za-z0-9+/=]*):([0-9A-Fa-f]{4})")
_PIECE = re.compile(rb"([G-Yg-z]++)([0-9A-Fa-f])|([0-9A-Fa-f]++)|([,!])|(:)|(.)", re.DOTALL)
_TIMES = {**{0x47 + n: 1 + n for n in range(19)}, **{0x67 + n: 20 + 20 * n for n in range(20)}}
_DAMAGED = "The picture in the label is damaged (^{})."
# How many values stand before the data.
_VALUES = {b"GF": 4, b"DG": 3, b"DY": 5}


class NotAPicture(Exception):
    """``~DY`` of something else: a font, say."""


class Graphic(NamedTuple):
    """Where the data start, how many of them are binary, and the bytes and rows they stand for.

    ``label`` is the name under which ``~DG`` and ``~DY`` keep it; ``kind`` the command; ``rows`` the dots,
    ink     being 1.
    """

    kind: bytes
    start: int
    binary: int
    total: int
    per_row: int
    label: bytes = b""
    rows: bytes = b""
    is_png: bool = False


def head_of(kind: bytes, data: bytes, at: int, comma: int = 0x2C) -> Graphic:
    """Read what stands behind the command. Binary bytes are counted: they may hold ``^`` and ``~``."""
    values, start = _values(kind, data, at, bytes([comma]))
    if kind == b"DG":
        return _sized(Graphic(kind, start, 0, _number(kind, values[1]), _number(kind, values[2]), values[0]))
    if kind == b"DY":
        return _downloaded(values, start, data)
    coding, sent, total, per_row = values[0].upper(), *(_number(kind, value) for value in values[1:])
    if coding == b"A":
        return _sized(Graphic(kind, start, 0, total, per_row))
    if coding != b"B":
        raise BadDocument("The label contains a picture the station cannot check (^GF).")
    _check_binary(kind, sent, total, len(data) - start)
    return _sized(Graphic(kind, start, sent, total, per_row))


def _values(kind: bytes, data: bytes, at: int, comma: bytes) -> tuple[list[bytes], int]:
    count, values = _VALUES[kind], []
    for _ in range(count):
        end = data.find(comma, at, at + 80)
        if end < 0:
            if kind == b"DY":
                raise NotAPicture
            raise BadDocument(f"The label contains a picture the station cannot check (^{kind.decode()}).")
        values.append(b"".join(data[at:end].split()))
        at = end + 1
    return values, at


def _downloaded(values: list[bytes], start: int, data: bytes) -> Graphic:
    """``~DYR:LOGO,A,G,bytes,bytes a row,``: a picture in letters or bytes, or a PNG."""
    label, coding, kind = values[0], values[1].upper(), values[2].upper()
    if kind not in {b"G", b"P"}:
        raise NotAPicture
    total = _number(b"DY", values[3])
    if kind == b"P" or coding == b"P":
        if coding not in {b"B", b"P"}:
            raise NotAPicture
        _check_binary(b"DY", total, total, len(data) - start, 1_000_000)
        return Graphic(b"DY", start, total, total, 1, label, is_png=True)
    if coding == b"B":
        _check_binary(b"DY", total, total, len(data) - start)
        return _sized(Graphic(b"DY", start, total, total, _number(b"DY", values[4]), label))
    if coding != b"A":
        raise NotAPicture
    return _sized(Graphic(b"DY", start, 0, total, _number(b"DY", values[4]), label))


def _number(kind: bytes, digits: bytes) -> int:
    if not digits.isdigit() or len(digits) > _NUMBER_DIGITS:
        raise BadDocument(f"The label contains a picture the station cannot check (^{kind.decode()}).")
    return int(digits)


def _check_binary(kind: bytes, sent: int, total: int, there: int, most: int = _BINARY_LIMIT) -> None:
    if sent != total or not 0 < sent <= most or sent > there:
        raise BadDocument(_DAMAGED.format(kind.decode()))


def _sized(graphic: Graphic) -> Graphic:
    if not 0 < graphic.per_row <= graphic.total or graphic.total % graphic.per_row:
        raise BadDocument(f"The picture in the label has an impossible size (^{graphic.kind.decode()}).")
    return graphic


def rows_of(graphic: Graphic, data: bytes, unpacked: int) -> bytes:
    """Return the dots, BadDocument unless ``data`` fill exactly the picture; ``unpacked`` counts all of the
    label's.
    """
    if unpacked > UNPACKED_LIMIT:
        raise BadDocument("The picture in the label is larger than any label (^GF).")
    if graphic.is_png:
        return data[: graphic.binary]
    text = b"".join(data[graphic.binary :].split())
    damaged = BadDocument(_DAMAGED.format(graphic.kind.decode()))
    if graphic.binary:
        rows = data[: graphic.binary] if not text else b""
    elif text[:5] in {b":Z64:", b":B64:"}:
        rows = _coded(text, graphic.total, damaged)
    else:
        rows = _unpacked(text, 2 * graphic.total, 2 * graphic.per_row, damaged)
    if len(rows) != graphic.total:
        raise damaged
    return rows


def picture(graphic: Graphic) -> Image.Image:
    """The picture, mode ``1`` with ink where it is white."""
    if not graphic.is_png:
        return Image.frombytes("1", (graphic.per_row * 8, graphic.total // graphic.per_row), graphic.rows)
    from printers.supplied import png

    return Image.eval(png.dots(graphic.rows).convert("L"), lambda value: 255 - value).convert("1")


def _coded(text: bytes, limit: int, damaged: BadDocument) -> bytes:
    """Return what the text unpacks to, at most one byte more than ``limit``."""
    match = _CODED.fullmatch(text)
    if not match or binascii.crc_hqx(match[2], 0) != int(match[3], 16):
        raise damaged
    try:
        packed = base64.b64decode(match[2])
        return packed if match[1] == b"B64" else zlib.decompressobj().decompress(packed, limit + 1)
    except (ValueError, zlib.error) as error:
        raise damaged from error


def _unpacked(text: bytes, limit: int, per_row: int, damaged: BadDocument) -> bytes:
    """Return the bytes the hexadecimal digits stand for, which may be written short."""
    out, count = io.BytesIO(), 0
    row, rows = b"", b""
    for piece in _PIECE.finditer(text):
        letters, digit, digits, fill, again, wrong = piece.groups()
        if wrong or (again and (not rows or row)):
            raise damaged
        if letters:
            times = sum(_TIMES[byte] for byte in letters)
            row += digit * min(times, limit + 1)
        elif digits:
            row += digits
        elif fill:
            row += (b"0" if fill == b"," else b"F") * (per_row - len(row) % per_row)
        else:
            row = rows
        whole = len(row) - len(row) % per_row
        if whole:
            out.write(row[:whole])
            count += whole
            rows, row = row[whole - per_row : whole], row[whole:]
        if count + len(row) > limit:
            raise damaged
    if row:
        raise damaged
    return binascii.unhexlify(out.getvalue())
