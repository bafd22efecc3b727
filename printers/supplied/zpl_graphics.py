"""The picture inside ``^GF``: whole, of the size it names, and small enough to be unpacked."""

import base64
import binascii
import re
import zlib
from typing import NamedTuple

from printers.errors import BadDocument

UNPACKED_LIMIT = 4_000_000
# Zebra's manual cuts larger numbers down to this; the binary bytes behind it would then be commands.
_BINARY_LIMIT = 99_999
_HEAD = re.compile(rb"\s*([ABC])\s*,\s*(\d{1,9})\s*,\s*(\d{1,9})\s*,\s*(\d{1,9})\s*,")
_CODED = re.compile(rb":(Z64|B64):([A-Za-z0-9+/=]*):([0-9A-Fa-f]{4})")
_PIECE = re.compile(rb"([G-Yg-z]++)[0-9A-Fa-f]|([0-9A-Fa-f]++)|([,!])|(:)|(.)", re.DOTALL)
_TIMES = {**{0x47 + n: 1 + n for n in range(19)}, **{0x67 + n: 20 + 20 * n for n in range(20)}}
_DAMAGED = "The picture in the label is damaged (^GF)."


class Graphic(NamedTuple):
    """Where the data of a ``^GF`` start, how many of them are binary, and the bytes it fills."""

    start: int
    binary: int
    total: int
    per_row: int


def head_of(data: bytes, at: int) -> Graphic:
    """Read what stands behind ``^GF``. Binary bytes are counted, because they may hold ``^`` and ``~``."""
    match = _HEAD.match(data, at)
    if not match or match[1] == b"C":
        raise BadDocument("The label contains a picture the station cannot check (^GF).")
    sent, total, per_row = (int(match[number]) for number in (2, 3, 4))
    if not 0 < per_row <= total or total % per_row:
        raise BadDocument("The picture in the label has an impossible size (^GF).")
    if match[1] == b"A":
        return Graphic(match.end(), 0, total, per_row)
    if sent != total or sent > _BINARY_LIMIT or match.end() + sent > len(data):
        raise BadDocument(_DAMAGED)
    return Graphic(match.end(), sent, total, per_row)


def check(graphic: Graphic, data: bytes, unpacked: int) -> None:
    """Raise BadDocument unless ``data`` fill exactly the picture; ``unpacked`` counts all of the label's."""
    if unpacked > UNPACKED_LIMIT:
        raise BadDocument("The picture in the label is larger than any label (^GF).")
    text = b"".join(data[graphic.binary :].split())
    if graphic.binary:
        is_whole = not text
    elif text[:5] in {b":Z64:", b":B64:"}:
        is_whole = _coded(text, graphic.total) == graphic.total
    else:
        is_whole = _nibbles(text, 2 * graphic.total, 2 * graphic.per_row) == 2 * graphic.total
    if not is_whole:
        raise BadDocument(_DAMAGED)


def _coded(text: bytes, limit: int) -> int:
    """Return how many bytes the text unpacks to, at most one more than ``limit``."""
    match = _CODED.fullmatch(text)
    if not match or binascii.crc_hqx(match[2], 0) != int(match[3], 16):
        raise BadDocument(_DAMAGED)
    try:
        packed = base64.b64decode(match[2])
        if match[1] == b"B64":
            return len(packed)
        return len(zlib.decompressobj().decompress(packed, limit + 1))
    except (ValueError, zlib.error) as error:
        raise BadDocument(_DAMAGED) from error


def _nibbles(text: bytes, limit: int, per_row: int) -> int:
    """Return how many hexadecimal digits the text stands for."""
    count = 0
    for piece in _PIECE.finditer(text):
        letters, digits, fill, again, wrong = piece.groups()
        if wrong or (again and (not count or count % per_row)):
            raise BadDocument(_DAMAGED)
        if letters:
            count += _repeats(letters)
        elif digits:
            count += len(digits)
        else:
            # The rest of the row, a whole row where none has begun; ``:`` the row above once more.
            count += per_row - (count % per_row if fill else 0)
        if count > limit:
            raise BadDocument(_DAMAGED)
    return count


def _repeats(letters: bytes) -> int:
    """Return how often the next digit stands: ``G`` to ``Y`` are 1 to 19, ``g`` to ``z`` 20 to 400."""
    return sum(_TIMES[byte] for byte in letters)
