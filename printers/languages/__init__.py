"""Printer languages: finished bitmaps in, the bytes of one job out. No text of a document is ever in them.

TSPL and PDF will be further files with the same ``encode``.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PIL import Image

from printers.errors import BadPrinter
from printers.languages import escpos, png, zpl

Encoder = Callable[[Sequence[Image.Image], Mapping[str, Any]], bytes]

LANGUAGES: dict[str, Encoder] = {"png": png.encode, "zpl": zpl.encode, "escpos": escpos.encode}


def encode(language: str, images: Sequence[Image.Image], options: Mapping[str, Any] | None = None) -> bytes:
    """Return the bytes that print ``images`` (mode ``1``), ``options["copies"]`` times.

    Options: ``copies`` int ≥ 1 · ``coding`` ``z64|runlength|hex`` (zpl) · ``cut`` bool, ``feed_rows`` dots
    (escpos).
    BadPrinter on an unknown language or option value.
    """
    if language not in LANGUAGES:
        raise BadPrinter(f"There is no printer language {language!r}.")
    return LANGUAGES[language](images, options or {})
