"""Printer languages: finished bitmaps in, the bytes of one job out. No text of a document is ever in them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PIL import Image

from printers.errors import BadPrinter
from printers.languages import escpos, pdf, png, tspl, zpl

Encoder = Callable[[Sequence[Image.Image], Mapping[str, Any]], bytes]

LANGUAGES: dict[str, Encoder] = {
    "png": png.encode,
    "zpl": zpl.encode,
    "tspl": tspl.encode,
    "escpos": escpos.encode,
    "pdf": pdf.encode,
}


def encode(language: str, images: Sequence[Image.Image], options: Mapping[str, Any] | None = None) -> bytes:
    """Return the bytes that print ``images`` (mode ``1``), ``options["copies"]`` times.

    Options: ``copies`` int ≥ 1 · ``dots_per_mm`` 8 or 12 (tspl, pdf) · ``coding`` ``z64|runlength|hex``
    (zpl) · ``sensor`` ``gap|bline|none``, ``gap_mm`` (tspl) · ``cut`` bool, ``feed_rows`` dots (escpos).
    BadPrinter on an unknown language or option value.
    """
    if language not in LANGUAGES:
        raise BadPrinter(f"There is no printer language {language!r}.")
    return LANGUAGES[language](images, options or {})
