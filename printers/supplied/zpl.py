"""ZPL made by others: the labels in a file, rewritten so that nothing stays in a printer, and drawn."""

from printers.errors import BadDocument, WrongMedia
from printers.media import dots_per_mm
from printers.supplied import fitting, zpl_drawing, zpl_pages
from printers.supplied.fitting import Sheet
from printers.supplied.sizes import BEYOND_MM, PIXEL_LIMIT

# A file that says nothing of its density may be made for the other one; then it is far too large.
_DENSITIES = (203, 300)


def vet(data: bytes) -> None:
    """Raise BadDocument unless ``data`` are labels that may be printed."""
    pages = zpl_pages.pages_of(data)
    if zpl_drawing.renderer() is not None:
        for page in pages:
            zpl_drawing.Drawing(page).picture(_sheet(page, (100, 150), 8), 203)


def sheets(
    data: bytes, medium_mm: tuple[int, int | None], dpi: int, source_dpi: int, *, is_own: bool
) -> list[Sheet]:
    """Return the labels as they come out. ``is_own``: the printer speaks ZPL and gets the commands, where the
    label goes on its paper dot for dot and any such printer has its letters; else it gets the picture.
    """
    pages = zpl_pages.pages_of(data)
    if medium_mm[1] is None and not all(page.height for page in pages):
        raise BadDocument("The label names no length (^LL), so it cannot be printed on a roll.")
    if zpl_drawing.renderer() is None:
        return [_unseen(page, medium_mm, dpi, source_dpi, is_own=is_own) for page in pages]
    return [_sheet_of(page, medium_mm, dpi, source_dpi, is_own=is_own) for page in pages]


def _sheet_of(
    page: zpl_pages.Page, medium_mm: tuple[int, int | None], dpi: int, source_dpi: int, *, is_own: bool
) -> Sheet:
    source_dpi = _made_for(page, medium_mm, source_dpi)
    drawing = zpl_drawing.Drawing(page)
    per_mm = dots_per_mm(source_dpi)
    drawn = drawing.picture(_sheet(page, medium_mm, per_mm), source_dpi)
    drawn = fitting.trimmed(drawn, (page.width or medium_mm[0] * per_mm, page.height))
    fitted = fitting.fitted(drawn, medium_mm, dpi, source_dpi)
    is_native = is_own and drawing.is_portable and fitted.is_untouched
    size = fitted.image.width, fitted.image.height if medium_mm[1] is not None else 0
    return Sheet(fitted.image, page.written(*size) if is_native else None)


def _unseen(
    page: zpl_pages.Page, medium_mm: tuple[int, int | None], dpi: int, source_dpi: int, *, is_own: bool
) -> Sheet:
    """Without a renderer only a printer of its own language and density can have it."""
    if not is_own:
        raise BadDocument("This label can only be printed on a ZPL printer.")
    if source_dpi != dpi:
        raise WrongMedia(f"The label was made for {source_dpi} dpi, the printer has {dpi}.")
    per_mm = dots_per_mm(dpi)
    return Sheet(None, page.written(medium_mm[0] * per_mm, (medium_mm[1] or 0) * per_mm))


def _made_for(page: zpl_pages.Page, medium_mm: tuple[int, int | None], source_dpi: int) -> int:
    """The density it was made for: the one named, unless only the other makes it as wide as the paper."""
    if not page.width:
        return source_dpi
    off = {dpi: abs(page.width / dots_per_mm(dpi) - medium_mm[0]) for dpi in _DENSITIES}
    other = next(dpi for dpi in _DENSITIES if dpi != source_dpi)
    is_other = off[other] <= fitting.NEAR_MM < off[source_dpi] and other > source_dpi
    return other if is_other else source_dpi


def _sheet(page: zpl_pages.Page, medium_mm: tuple[int, int | None], per_mm: int) -> tuple[int, int]:
    """How much is drawn: more than the label says to be, to see what the paper would lose."""
    beyond = BEYOND_MM * per_mm
    wide = max(page.width, medium_mm[0] * per_mm) + beyond
    high = (page.height if medium_mm[1] is None else max(page.height, medium_mm[1] * per_mm)) + beyond
    if wide * high > PIXEL_LIMIT:
        raise BadDocument("The label is larger than any paper.")
    return wide, high
