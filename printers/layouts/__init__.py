"""Where things stand on each paper: one small file per document.

``render`` is what the rest of the house calls. ``compose`` gives the pages with their geometry, for tests.
"""

import logging
from collections.abc import Callable
from typing import Any

from PIL import Image

from printers import media as papers
from printers.canvas import Page
from printers.documents import Document, kind_of
from printers.errors import BadPrinter, LayoutError
from printers.layouts import (
    acceptance_sheet,
    adjustment,
    carton_label,
    count_sheet,
    dock_label,
    gift_label,
    gift_register,
    inbound_slip,
    invoice_copy,
    label_sheet,
    manifest,
    packing_slip,
    pallet_label,
    pick_list,
    register_sheet,
    reject_label,
    return_label,
    slot_label,
    sort_sheet,
    temp_label,
    test_page,
    thing_label,
    waybill,
)
from printers.layouts.paper import Paper

# Changes whenever a layout does; callers keep it with each print.
VERSION = "3"
LANGS = ("zh", "en")
# What leaves the house with the goods shows all of its texts, or is not printed.
_WHOLE = frozenset({"waybill", "packing_slip"})
_log = logging.getLogger(__name__)

_LAYOUTS: dict[str, Callable[[Any, Paper], None]] = {
    "carton_label": carton_label.draw,
    "temp_label": temp_label.draw,
    "reject_label": reject_label.draw,
    "dock_label": dock_label.draw,
    "acceptance_sheet": acceptance_sheet.draw,
    "inbound_slip": inbound_slip.draw,
    "slot_label": slot_label.draw,
    "thing_label": thing_label.draw,
    "label_sheet": label_sheet.draw,
    "pallet_label": pallet_label.draw,
    "gift_label": gift_label.draw,
    "gift_register": gift_register.draw,
    "pick_list": pick_list.draw,
    "sort_sheet": sort_sheet.draw,
    "packing_slip": packing_slip.draw,
    "waybill": waybill.draw,
    "invoice_copy": invoice_copy.draw,
    "manifest": manifest.draw,
    "return_label": return_label.draw,
    "count_sheet": count_sheet.draw,
    "adjustment": adjustment.draw,
    "register_sheet": register_sheet.draw,
    "test_page": test_page.draw,
}


def render(
    doc: Document,
    media: str = "",
    dpi: int = 203,
    *,
    copy_no: int = 1,
    printed_at: str = "",
    is_again: bool = False,
    lang: str = "zh",
) -> list[Image.Image]:
    """Return the finished pages as 1-bit images, one per page.

    ``media`` is a name of ``printers.media`` (empty: the kind's default), ``printed_at`` local time as text.
    ``lang`` is that of the captions: ``zh`` (Chinese, English beside it where there is room) or ``en`` alone.
    Raises WrongMedia, BadPrinter (dpi, language) or LayoutError (a barcode that does not fit its paper,
    a text of a paper that leaves the house).
    """
    pages = compose(doc, media, dpi, copy_no=copy_no, printed_at=printed_at, is_again=is_again, lang=lang)
    if kind_of(doc) in _WHOLE:
        _require_whole(pages)
    return [page.image for page in pages]


def _require_whole(pages: list[Page]) -> None:
    missing = set[str]().union(*(page.missing for page in pages))
    if missing:
        raise LayoutError(f"No font of this machine has {' '.join(sorted(missing))}.")
    cut = next((placed for page in pages for placed in page.placed if placed.is_cut), None)
    if cut is not None:
        raise LayoutError(f"The text {cut.content[:30]!r} has no room on its paper.")


def compose(
    doc: Document,
    media: str = "",
    dpi: int = 203,
    *,
    copy_no: int = 1,
    printed_at: str = "",
    is_again: bool = False,
    lang: str = "zh",
) -> list[Page]:
    """Like ``render``, but return the pages with the record of all that was placed on them."""
    kind = kind_of(doc)
    medium = papers.suited(kind, media or papers.default_for(kind).name)
    if lang not in LANGS:
        raise BadPrinter(f"Papers are in {' or '.join(LANGS)}, not in {lang!r}.")
    paper = Paper(medium, dpi, copy_no, printed_at, is_again, lang)
    _LAYOUTS[kind](doc, paper)
    missing = set[str]().union(*(page.missing for page in paper.pages))
    if missing:
        points = " ".join(sorted(f"U+{ord(c):04X}" for c in missing))
        _log.warning("%s printed with marks for characters the font lacks: %s", kind, points)
    return paper.pages
