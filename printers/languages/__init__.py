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
_OPTIONS = {
    "zpl": frozenset({"coding"}),
    "tspl": frozenset({"sensor", "gap_mm"}),
    "escpos": frozenset({"cut", "feed_rows"}),
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


def options_of(language: str) -> frozenset[str]:
    """Return the names of the options a printer of this language may be set up with."""
    return _OPTIONS.get(language, frozenset())


def try_options(language: str, options: Mapping[str, Any]) -> None:
    """Raise BadPrinter when the language would refuse these options later, in the print thread."""
    known = options_of(language)
    unknown = sorted(options.keys() - known)
    if unknown:
        raise BadPrinter(
            f"{language} has no option {unknown[0]!r}; it has {', '.join(sorted(known)) or 'none'}."
        )
    encode(language, [Image.new("1", (8, 8), 1)], options)
