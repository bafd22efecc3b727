"""Which characters a font file really has, read from its cmap table."""

import struct
from functools import lru_cache
from pathlib import Path

_COLLECTION = b"ttcf"
_FORMAT_SEGMENTS = 4
_FORMAT_GROUPS = 12
_LAST_SEGMENT = 0xFFFF


@lru_cache(maxsize=64)
def of_file(file: Path) -> frozenset[int]:
    """Return every code point the font has a glyph for; OSError when it cannot be read."""
    data = file.read_bytes()
    face = struct.unpack_from(">I", data, 12)[0] if data.startswith(_COLLECTION) else 0
    cmap = _table(data, face, b"cmap")
    (count,) = struct.unpack_from(">H", data, cmap + 2)
    points: set[int] = set()
    for record in range(count):
        _, _, offset = struct.unpack_from(">HHI", data, cmap + 4 + 8 * record)
        (kind,) = struct.unpack_from(">H", data, cmap + offset)
        if kind == _FORMAT_SEGMENTS:
            points |= _segments(data, cmap + offset)
        elif kind == _FORMAT_GROUPS:
            points |= _groups(data, cmap + offset)
    return frozenset(points)


def _table(data: bytes, face: int, tag: bytes) -> int:
    (count,) = struct.unpack_from(">H", data, face + 4)
    for record in range(count):
        name, _, offset, _ = struct.unpack_from(">4sIII", data, face + 12 + 16 * record)
        if name == tag:
            return int(offset)
    raise ValueError(f"The font has no {tag!r} table.")


def _segments(data: bytes, start: int) -> set[int]:
    """Read cmap format 4; a code point counts only when its glyph number is not 0."""
    (double,) = struct.unpack_from(">H", data, start + 6)
    ends, count = start + 14, double // 2
    points: set[int] = set()
    for i in range(count):
        (end,) = struct.unpack_from(">H", data, ends + 2 * i)
        (first,) = struct.unpack_from(">H", data, ends + 2 + double + 2 * i)
        (delta,) = struct.unpack_from(">H", data, ends + 2 + 2 * double + 2 * i)
        at = ends + 2 + 3 * double + 2 * i
        (offset,) = struct.unpack_from(">H", data, at)
        for point in range(first, min(end, _LAST_SEGMENT - 1) + 1):
            glyph = point
            if offset:
                (glyph,) = struct.unpack_from(">H", data, at + offset + 2 * (point - first))
                if glyph == 0:
                    continue
            if (glyph + delta) & 0xFFFF:
                points.add(point)
    return points


def _groups(data: bytes, start: int) -> set[int]:
    """Read cmap format 12."""
    (count,) = struct.unpack_from(">I", data, start + 12)
    points: set[int] = set()
    for i in range(count):
        first, last, glyph = struct.unpack_from(">III", data, start + 16 + 12 * i)
        points.update(range(first if glyph else first + 1, last + 1))
    return points
