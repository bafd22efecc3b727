"""How a PDF's streams are packed, judged before pdfium opens them: a few bytes must not become a gigabyte.

A stream may pass through several filters one behind the other. One of them may unpack; two would turn 2 kB
into any size, and no label needs that. What the one unpacks to is counted over the whole file.
"""

import base64
import binascii
import re
import zlib
from collections.abc import Iterator
from contextlib import suppress

from printers.errors import BadDocument

INTRICATE = "The PDF is too intricate for a label."
PACKED_TWICE = "The PDF packs a stream several times over; a label is packed once."
_UNCLEAR = "The PDF describes a stream in a way the station cannot check."
# What a label may unpack to; more takes seconds to draw.
_UNPACKED_LIMIT = 50_000_000
# Shorter may be taken for packed by chance, and unpacks to nothing large.
_TELLING = 1024
_HEAD = 2

_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_FILTER = re.compile(rb"/Filter(?![0-9A-Za-z_#.-])\s*")
_ONE = re.compile(rb"/([0-9A-Za-z]+)")
_SEVERAL = re.compile(rb"\[((?:\s*/[0-9A-Za-z]+)*\s*)\]|null")
# Pictures have filters too (DCTDecode); what they grow to stands in their dots, which pdf.py counts.
_UNPACKING = frozenset({b"FlateDecode", b"Fl", b"LZWDecode", b"LZW", b"RunLengthDecode", b"RL"})
_LETTERS = frozenset({b"ASCII85Decode", b"A85", b"ASCIIHexDecode", b"AHx"})


def check(data: bytes) -> None:
    """Raise BadDocument when a stream is packed more than once, or all of them unpack to too much."""
    has_letters = _check_filters(data)
    room = _UNPACKED_LIMIT
    for body in _streams(data):
        unpacked = _unpacked(body, room + 1)
        for written in _written_out(body) if has_letters and not unpacked else ():
            unpacked = unpacked or _unpacked(written, room + 1)
        room -= len(unpacked)
        if room < 0:
            raise BadDocument(INTRICATE)
        if len(_unpacked(unpacked, _TELLING)) >= _TELLING:
            raise BadDocument(PACKED_TWICE)


def _streams(data: bytes) -> Iterator[memoryview]:
    """What stands behind each ``stream``, also where the word is only in a text: nothing is hidden so."""
    whole, end = memoryview(data), 0
    for match in re.finditer(rb"(?<!end)stream[\r\n]*", data):
        if end < match.end():
            end = data.find(b"endstream", match.end())
            end = end if end >= 0 else len(data)
        yield whole[match.end() : end]


def _check_filters(data: bytes) -> bool:
    """Look at every filter the file names, wherever; whether one writes bytes as letters."""
    plain = _ESCAPED.sub(lambda escape: bytes([int(escape[1], 16)]), data)
    has_letters = False
    for match in _FILTER.finditer(plain):
        names = _names(plain, match.end())
        if sum(name in _UNPACKING for name in names) > 1:
            raise BadDocument(PACKED_TWICE)
        has_letters = has_letters or not _LETTERS.isdisjoint(names)
    return has_letters


def _names(words: bytes, at: int) -> list[bytes]:
    one = _ONE.match(words, at)
    if one:
        return [one[1]]
    several = _SEVERAL.match(words, at)
    if several is None:
        raise BadDocument(_UNCLEAR)
    return _ONE.findall(several[1] or b"")


def _unpacked(packed: bytes | memoryview, most: int) -> bytes:
    """The bytes, at most so many; none when they are not packed, or packed by something else."""
    if len(packed) < _HEAD or packed[0] & 15 != zlib.DEFLATED or (packed[0] << 8 | packed[1]) % 31:
        return b""
    try:
        return zlib.decompressobj().decompress(packed, most)
    except zlib.error:
        return b""


def _written_out(body: memoryview) -> Iterator[bytes]:
    """The bytes that stand there as letters, base 85 or 16; the one may look like the other."""
    text = b"".join(bytes(body).split())
    with suppress(ValueError):
        yield base64.a85decode(text.removeprefix(b"<~").partition(b"~")[0])
    with suppress(ValueError):
        yield binascii.unhexlify(text.partition(b">")[0])
