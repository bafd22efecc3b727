"""PDF made by others: one page, drawn by pdfium at its true size. Only its pixels are taken."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pypdfium2
import pypdfium2.raw
from PIL import Image

from printers.errors import BadDocument
from printers.media import dots_per_mm
from printers.supplied import pdf_streams
from printers.supplied.sizes import DOT_LIMIT, PIXEL_LIMIT, check_size, fitted

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
    """Raise BadDocument unless ``data`` is a PDF of one page that can be drawn and is not encrypted."""
    with _page(data):
        pass


def rasterise(data: bytes, medium_mm: tuple[int, int | None], dpi: int) -> Image.Image:
    """Return the page at its true size, black and white without grey in between."""
    per_mm = dots_per_mm(dpi)
    with _page(data) as page:
        width, height = (side / _POINTS_PER_MM for side in page.get_size())
        check_size((width, height), medium_mm)
        area = width * height * per_mm * per_mm
        finer = _FINER if area * _FINER * _FINER <= _FINE_LIMIT else 1
        scale = finer * per_mm / _POINTS_PER_MM * _HAIR
        drawn = page.render(scale=scale, grayscale=True, no_smoothimage=True).to_pil()
        # A copy: what pdfium drew goes away with the document.
        grey = drawn.convert("L").reduce(finer)
    return fitted(grey.convert("1", dither=Image.Dither.NONE), medium_mm, per_mm)


@contextmanager
def _page(data: bytes) -> Iterator[Any]:
    if not data.startswith(b"%PDF-"):
        raise BadDocument("This is not a PDF.")
    pdf_streams.check(data)
    with _PDFIUM:
        document = _opened(data)
        try:
            yield _only_page(document)
        except _pdfium.PdfiumError as error:
            raise BadDocument("The PDF is damaged.") from error
        finally:
            document.close()


def _opened(data: bytes) -> Any:
    try:
        return _pdfium.PdfDocument(data)
    except _pdfium.PdfiumError as error:
        raise BadDocument("The PDF is damaged or needs a password.") from error


def _only_page(document: Any) -> Any:
    if _raw.FPDF_GetSecurityHandlerRevision(document) != -1:
        raise BadDocument("The PDF is encrypted.")
    if len(document) != 1:
        raise BadDocument(f"The PDF has {len(document)} pages; a label is one page.")
    page = document[0]
    if not all(0 < side <= DOT_LIMIT / 12 * _POINTS_PER_MM for side in page.get_size()):
        raise BadDocument("The page of the PDF is larger than any paper.")
    _check_work(page)
    return page


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
