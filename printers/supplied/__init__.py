"""Labels made by a carrier or an ERP, which the station passes on without changing a byte.

``vet`` says whether a printer may get them: one label, nothing that stays in the printer or acts on anything
but paper. ``rasterise`` draws them, for a printer of another language and for the eye, in exactly the dots
of the medium; where that cannot be done true to size it refuses, since a resized bar code does not scan.
Every refusal is a PrintError. All of it opens what others made: the server calls it in a process apart
(``printers.foreign``), never where scans are written.
"""

from collections.abc import Callable

from PIL import Image

from printers.errors import BadDocument, PrintError
from printers.supplied import escpos, pdf, png, tspl, tspl_picture, zpl
from printers.supplied.codes import contains
from printers.supplied.sizes import BYTE_LIMIT, check_bytes

__all__ = ["BYTE_LIMIT", "FORMATS", "check", "contains", "preview", "rasterise", "vet"]

FORMATS = ("zpl", "tspl", "escpos", "pdf", "png")

_VETS: dict[str, Callable[[bytes], None]] = {
    "zpl": zpl.vet,
    "tspl": tspl.vet,
    "escpos": escpos.vet,
    "pdf": pdf.vet,
    "png": png.vet,
}
# A printer's language counts in dots, so its labels are for one density; the others know their size.
_DOTTED = {"zpl": zpl.rasterise, "tspl": tspl_picture.rasterise, "escpos": escpos.rasterise}
_SIZED = {"pdf": pdf.rasterise, "png": png.rasterise}


def vet(format: str, data: bytes) -> None:  # noqa: A002 - the word carriers and the ERP use
    """Raise BadDocument unless ``data`` is one label that a printer of this language may get as it is."""
    check(format, data)
    _VETS[format](data)


def rasterise(
    format: str,  # noqa: A002
    data: bytes,
    width_mm: int,
    height_mm: int | None,
    dpi: int,
    *,
    source_dpi: int = 203,
) -> Image.Image:
    """Return the label (mode ``1``) in exactly the medium's dots; ``height_mm`` None: a roll, its own height.

    ``source_dpi`` is what a label in a printer's language was made for. WrongMedia when it is not this
    printer's or the size differs by more than 2 mm; BadDocument when ``vet`` refuses it or when only a
    printer of its own language can draw it.
    """
    check(format, data)
    medium_mm = (width_mm, height_mm)
    if format in _SIZED:
        return _SIZED[format](data, medium_mm, dpi)
    return _DOTTED[format](data, medium_mm, dpi, source_dpi)


def preview(
    format: str,  # noqa: A002
    data: bytes,
    width_mm: int,
    height_mm: int | None,
    dpi: int,
    source_dpi: int = 203,
) -> Image.Image | None:
    """Return what ``rasterise`` returns, or None where the label cannot be drawn."""
    try:
        return rasterise(format, data, width_mm, height_mm, dpi, source_dpi=source_dpi)
    except PrintError:
        return None


def check(format: str, data: bytes) -> None:  # noqa: A002
    """Raise BadDocument for a kind we do not know, nothing, or too much. Looks at no content."""
    if format not in FORMATS:
        raise BadDocument(f"A supplied label is {', '.join(FORMATS)}, not {format!r}.")
    check_bytes(data)
