"""PDF made by others: its pages, drawn by pdfium at their true size. Only their pixels are taken."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pypdfium2
import pypdfium2.raw
from PIL import Image, ImageChops

from printers.errors import BadDocument, WrongMedia
from printers.media import dots_per_mm
from printers.supplied import fitting, pdf_streams
from printers.supplied.fitting import Fitted, Sheet
from printers.supplied.sizes import DOT_LIMIT, PAGE_LIMIT, PIXEL_LIMIT

# Its Python part is not typed.
_pdfium: Any = pypdfium2
_raw: Any = pypdfium2.raw

_POINTS_PER_MM = 72 / 25.4
# What a label may consist of; more takes seconds to draw.
_OBJECT_LIMIT = 20_000
# How often the page is painted over in all, and how many edges as high as the page there are.
_LAYER_LIMIT = 50
_EDGE_LIMIT = 10_000
_INTRICATE = pdf_streams.INTRICATE
# Drawn finer and then averaged, because pdfium rounds to whole dots in its own way.
_FINER = 3
_FINE_LIMIT = 3 * PIXEL_LIMIT
# pdfium draws a page that ends a hair behind a dot one dot larger, all of it stretched.
_HAIR = 1 - 2e-5
# pdfium must not be called from two threads at once.
_PDFIUM = threading.Lock()


def vet(data: bytes) -> None:
    """Raise BadDocument unless ``data`` is a PDF of a few pages that can be drawn and is not encrypted."""
    with _pages(data):
        pass


def sheets(
    data: bytes, medium_mm: tuple[int, int | None], dpi: int, _source_dpi: int, *, is_own: bool
) -> list[Sheet]:
    """Return the pages as they come out, turned and cut as they say themselves; an empty page is none."""
    with _pages(data) as pages:
        drawn = [fitted for page in pages if (fitted := _fitted(page, medium_mm, dpi))]
    if not drawn:
        raise BadDocument("The PDF prints nothing.")
    is_as_it_is = is_own and len(drawn) == len(pages) and all(fitted.is_untouched for fitted in drawn)
    return [
        Sheet(fitted.image, (b"" if at else data) if is_as_it_is else None) for at, fitted in enumerate(drawn)
    ]


def _fitted(page: Any, medium_mm: tuple[int, int | None], dpi: int) -> Fitted | None:
    """The page at its true size, black and white without grey in between; None when nothing is on it."""
    per_mm = dots_per_mm(dpi)
    image = _drawn(page, per_mm)
    if ImageChops.invert(image.convert("L")).getbbox() is None:
        return None
    return fitting.fitted(image, medium_mm, dpi, dpi, lambda scale: _drawn(page, per_mm * scale))


def _drawn(page: Any, per_mm: float) -> Image.Image:
    width, height = (side / _POINTS_PER_MM for side in page.get_size())
    area = width * height * per_mm * per_mm
    if area > PIXEL_LIMIT:
        raise WrongMedia("The page of the PDF is larger than any paper.")
    finer = _FINER if area * _FINER * _FINER <= _FINE_LIMIT else 1
    scale = finer * per_mm / _POINTS_PER_MM * _HAIR
    drawn: Image.Image = page.render(scale=scale, grayscale=True, no_smoothimage=True).to_pil()
    # A copy: what pdfium drew goes away with the document.
    return drawn.convert("L").reduce(finer).convert("1", dither=Image.Dither.NONE)


@contextmanager
def _pages(data: bytes) -> Iterator[list[Any]]:
    if not data.startswith(b"%PDF-"):
        raise BadDocument("This is not a PDF.")
    pdf_streams.check(data)
    with _PDFIUM:
        document = _opened(data)
        try:
            yield _checked(document)
        except _pdfium.PdfiumError as error:
            raise BadDocument("The PDF is damaged.") from error
        finally:
            document.close()


def _opened(data: bytes) -> Any:
    try:
        return _pdfium.PdfDocument(data)
    except _pdfium.PdfiumError as error:
        raise BadDocument("The PDF is damaged or needs a password.") from error


def _checked(document: Any) -> list[Any]:
    if _raw.FPDF_GetSecurityHandlerRevision(document) != -1:
        raise BadDocument("The PDF is encrypted.")
    if not 0 < len(document) <= PAGE_LIMIT:
        raise BadDocument(f"The PDF has {len(document)} pages; at most {PAGE_LIMIT} belong to a parcel.")
    pages = [document[at] for at in range(len(document))]
    for page in pages:
        if not all(0 < side <= DOT_LIMIT / 12 * _POINTS_PER_MM for side in page.get_size()):
            raise BadDocument("The page of the PDF is larger than any paper.")
        _check_work(page)
    return pages


def _check_work(page: Any) -> None:
    """Refuse what would keep pdfium busy for minutes; a label is far from it."""
    width, height = page.get_size()
    layers = edges = 0.0
    for count, thing in enumerate(page.get_objects(max_depth=5)):
        left, bottom, right, top = thing.get_bounds()
        high = min(max((top - bottom) / height, 0), 1)
        layers += min(max((right - left) / width, 0), 1) * high
        if thing.type == _raw.FPDF_PAGEOBJ_PATH:
            edges += high * _raw.FPDFPath_CountSegments(thing)
        if count > _OBJECT_LIMIT or layers > _LAYER_LIMIT or edges > _EDGE_LIMIT:
            raise BadDocument(_INTRICATE)
        if isinstance(thing, _pdfium.PdfImage):
            wide, tall = thing.get_px_size()
            if wide * tall > PIXEL_LIMIT:
                raise BadDocument("The PDF holds a picture larger than any label.")
