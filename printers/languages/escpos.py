"""ESC/POS: the bitmap as short ``GS v 0`` bands, then feed and cut. Never a drawer, never printer text.

Many short bands, because printers drop bytes of long images when their buffer is full, then read pixels
as text.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from PIL import Image

from printers.languages.bitmap import packed

BAND_ROWS = 256
_INIT = b"\x1b@"
# Some printers act on DLE EOT / ENQ / DC4 even inside pixels; 0x18 is one dot more beside a lone dot.
_REALTIME = re.compile(rb"\x10(?=[\x04\x05\x14])")


def encode(images: Sequence[Image.Image], options: Mapping[str, Any]) -> bytes:
    """Return the bytes for all pages, each fed out by ``feed_rows`` dots and cut (``cut``: default true)."""
    feed = bytes([0x1B, 0x4A, min(255, max(0, int(options.get("feed_rows", 96))))])
    cut = b"\x1dV\x42\x00" if options.get("cut", True) else b""
    pages = [_INIT + _bands(image) + feed + cut for image in images]
    return b"".join(pages * int(options.get("copies", 1)))


def guarded(rows: bytes) -> bytes:
    """Return pixel bytes in which no real-time command can be read."""
    return _REALTIME.sub(b"\x18", rows)


def _bands(image: Image.Image) -> bytes:
    per_row, rows = packed(image)
    out = bytearray()
    for top in range(0, image.height, BAND_ROWS):
        band = guarded(rows[top * per_row : (top + BAND_ROWS) * per_row])
        height = len(band) // per_row
        out += b"\x1dv0\x00" + per_row.to_bytes(2, "little") + height.to_bytes(2, "little") + band
    return bytes(out)
