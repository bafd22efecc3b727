"""PNG for the virtual printer and for previews: all pages in one picture, one below the other."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

from PIL import Image

# A black line between pages, so that a picture of two pages is not taken for one.
_SEAM = 4


def encode(images: Sequence[Image.Image], _options: Mapping[str, Any]) -> bytes:
    """Return one 1-bit PNG; a single page is kept dot for dot."""
    width = max(image.width for image in images)
    height = sum(image.height for image in images) + _SEAM * (len(images) - 1)
    sheet = Image.new("1", (width, height), 0 if len(images) > 1 else 1)
    y = 0
    for image in images:
        sheet.paste(image, (0, y))
        y += image.height + _SEAM
    out = io.BytesIO()
    sheet.save(out, "PNG")
    return out.getvalue()
