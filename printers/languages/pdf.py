"""PDF for office printers: each page is the bitmap at its exact size, so the preview is the paper."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

from PIL import Image

_MM_PER_INCH = 25.4


def encode(images: Sequence[Image.Image], options: Mapping[str, Any]) -> bytes:
    """Return one PDF with all pages, ``copies`` times in order (1, 2, 1, 2), at ``dots_per_mm``."""
    pages = list(images) * int(options.get("copies", 1))
    out = io.BytesIO()
    pages[0].save(
        out,
        "PDF",
        save_all=True,
        append_images=pages[1:],
        # A float, but of points on paper: it scales the page and counts nothing.
        resolution=int(options.get("dots_per_mm", 8)) * _MM_PER_INCH,
        title="",
        # The time of making would give the same paper another hash each time.
        creationDate=None,
        modDate=None,
    )
    return out.getvalue()
