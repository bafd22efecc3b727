"""ESC/POS: the bitmap as short ``GS v 0`` bands, then feed and cut. Never a drawer, never printer text.

python-escpos makes the bytes; its connections are not used, because they hide failures. Many short bands,
because printers drop bytes of long images when their buffer is full, then read pixels as text.
"""

import os
import re
import shutil
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from PIL import Image

from printers.errors import BadPrinter
from printers.languages.bitmap import packed

BAND_ROWS = 256
_FEED_LIMIT = 255
# Some printers act on DLE EOT / ENQ / DC4 even inside pixels; 0x18 is one dot more beside a lone dot.
_REALTIME = re.compile(rb"\x10(?=[\x04\x05\x14])")
_PICKLES = "ESCPOS_CAPABILITIES_PICKLE_DIR"


def encode(images: Sequence[Image.Image], options: Mapping[str, Any]) -> bytes:
    """Return the bytes for all pages, each fed out by ``feed_rows`` dots and cut (``cut``: default true)."""
    feed = options.get("feed_rows", 96)
    if type(feed) is not int or not 0 <= feed <= _FEED_LIMIT:
        raise BadPrinter(f"A page is fed out by 0 to {_FEED_LIMIT} dots, not {feed!r}.")
    return b"".join(_page(image, feed, options) for image in images) * int(options.get("copies", 1))


def _page(image: Image.Image, feed: int, options: Mapping[str, Any]) -> bytes:
    maker = _maker(image.width)
    maker.hw("INIT")
    for top in range(0, image.height, BAND_ROWS):
        band = image.crop((0, top, image.width, min(top + BAND_ROWS, image.height)))
        maker.image(_safe(band), impl="bitImageRaster", fragment_height=BAND_ROWS)
    maker._raw(bytes((0x1B, 0x4A, feed)))  # noqa: SLF001 - the library has lines, but no feed in dots
    if options.get("cut", True):
        maker.cut(mode="PART", feed=False)
    return bytes(maker.output)


def guarded(rows: bytes) -> bytes:
    """Return pixel bytes in which no real-time command can be read."""
    return _REALTIME.sub(b"\x18", rows)


def _safe(band: Image.Image) -> Image.Image:
    """Return the band with guarded pixels, padded to whole bytes; almost always itself."""
    per_row, rows = packed(band)
    changed = guarded(rows)
    if changed == rows:
        return band
    return Image.frombytes("1", (per_row * 8, band.height), changed, "raw", "1;I")


def _maker(width: int) -> Any:
    """Return a fresh byte builder for a head as wide as the picture."""
    dummy, profile = _library()
    chosen = profile()
    chosen.profile_data = chosen.profile_data | {"media": {"width": {"pixels": -(-width // 8) * 8}}}
    return dummy(profile=chosen)


@lru_cache(maxsize=1)
def _library() -> tuple[Any, Any]:
    """Import late: it takes a third of a second, and its import leaves a cache directory behind."""
    from escpos import capabilities
    from escpos.printer import Dummy

    if _PICKLES not in os.environ:
        shutil.rmtree(capabilities.pickle_dir, ignore_errors=True)
    return Dummy, capabilities.Profile
