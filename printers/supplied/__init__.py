"""Labels made by a carrier or an ERP, which the station passes on.

``vet`` says whether they may be printed at all: nothing that acts on anything but paper. ``sheets`` says how
they come out of a given printer: byte for byte, rewritten so that nothing stays in it, or as a picture in
exactly the dots of the medium. Every refusal is a PrintError. All of it opens what others made: the server
calls it in a process apart (``printers.foreign``), never where scans are written.
"""

from collections.abc import Callable, Sequence

from PIL import Image

from printers.errors import BadDocument, PrintError
from printers.supplied import escpos, pdf, png, tspl, tspl_picture, zpl
from printers.supplied.codes import contains
from printers.supplied.fitting import Sheet
from printers.supplied.sizes import BYTE_LIMIT, check_bytes

__all__ = ["BYTE_LIMIT", "FORMATS", "Sheet", "check", "contains", "preview", "rasterise", "sheets", "vet"]

FORMATS = ("zpl", "tspl", "escpos", "pdf", "png")

_VETS: dict[str, Callable[[bytes], None]] = {
    "zpl": zpl.vet,
    "tspl": tspl.vet,
    "escpos": escpos.vet,
    "pdf": pdf.vet,
    "png": png.vet,
}
_SHEETS: dict[str, Callable[..., Sequence[Sheet]]] = {
    "zpl": zpl.sheets,
    "tspl": tspl_picture.sheets,
    "escpos": escpos.sheets,
    "pdf": pdf.sheets,
    "png": png.sheets,
}


def vet(format: str, data: bytes) -> None:  # noqa: A002 - the word carriers and the ERP use
    """Raise BadDocument unless ``data`` is a label that may be printed."""
    check(format, data)
    _VETS[format](data)


def sheets(
    format: str,  # noqa: A002
    data: bytes,
    medium_mm: tuple[int, int | None],
    dpi: int,
    *,
    source_dpi: int = 203,
    language: str = "",
) -> list[Sheet]:
    """Return the labels in their order, as a printer of ``language`` puts them on its paper (roll: None mm).

    ``source_dpi`` is what a label in a printer's language was made for. WrongMedia when one does not go on
    the paper without losing ink or a bar code; BadDocument when it may not be printed.
    """
    check(format, data)
    return list(_SHEETS[format](data, medium_mm, dpi, source_dpi, is_own=language == format))


def rasterise(
    format: str,  # noqa: A002
    data: bytes,
    width_mm: int,
    height_mm: int | None,
    dpi: int,
    *,
    source_dpi: int = 203,
) -> Image.Image:
    """Return the picture (mode ``1``) of the first label in the medium's dots; refusals as ``sheets``."""
    (first, *_) = sheets(format, data, (width_mm, height_mm), dpi, source_dpi=source_dpi)
    assert first.image is not None, "a printer of another language gets a picture"
    return first.image


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
