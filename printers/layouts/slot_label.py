"""库位标签: a code to read from the truck and a symbol to scan from a distance.

Designed for 100×50 mm; another label printer draws the same on its paper, at the top of a long one.
"""

from printers.canvas import Box, Page
from printers.documents import SlotLabel
from printers.layouts.paper import Paper

_WIDE, _TALL = 100, 50
"""Millimetres of the paper it is designed for."""


def draw(doc: SlotLabel, paper: Paper) -> None:
    """Draw one label: code huge, check digits beside it, arrow for the level, barcode with wide modules."""
    if paper.media.width_mm < _WIDE:
        _draw_narrow(doc, paper, paper.media.width_mm)
        return
    page = paper.new_page()
    head = f"{paper.both('库位', 'SLOT')}  {doc.zone}  {doc.slot_type}"
    page.text(Box(2, 1.5, 70, 4.25), head, 3.25, fit="shrink", bold=True)
    page.text(Box(73, 1.5, 25, 4.25), f"v{doc.version} {paper.mark}", 3, "right", "shrink")
    page.text(Box(2, 6, 72, 21), doc.display, 16, "center", "shrink", bold=True, is_centred=True)
    _digits(page, doc, Box(75, 7, 23, 9.5), 7)
    _arrow(page, doc.arrow, 86.5, 17.5)
    page.code128(Box(2, 28, 96, 20), doc.slot_code, min_x=0.375, max_x=0.5)


def _draw_narrow(doc: SlotLabel, paper: Paper, width: int) -> None:
    """The same in 40 mm of height on a narrow paper; its bars are finer, for a scanner held close."""
    page = paper.new_page()
    head = f"{paper.both('库位', 'SLOT')} {doc.zone} {doc.slot_type}"
    page.text(Box(1.5, 1, width - 31, 4), head, 2.75, fit="shrink", bold=True)
    page.text(Box(width - 29, 1, 27.5, 4), f"v{doc.version} {paper.mark}", 2.75, "right", "shrink")
    room = width - 3 - 15
    page.text(Box(1.5, 5.5, room, 14), doc.display, 10, "center", "shrink", bold=True, is_centred=True)
    _digits(page, doc, Box(width - 14.5, 5.75, 13, 6.5), 5)
    _arrow(page, doc.arrow, width - 8, 12.75)
    page.code128(Box(0, 22.5, width, 16), doc.slot_code, max_x=0.375)


def _digits(page: Page, doc: SlotLabel, box: Box, size: float) -> None:
    if doc.check_digits:
        page.text(
            box, doc.check_digits, size, "center", "shrink", bold=True, is_inverse=True, is_centred=True
        )


def _arrow(page: Page, arrow: str, middle: float, top: float) -> None:
    """Points to the level that the label on a shared beam means."""
    if arrow == "up":
        page.polygon([(middle, top), (middle + 7.5, top + 8.5), (middle - 7.5, top + 8.5)])
    elif arrow == "down":
        page.polygon([(middle, top + 9), (middle + 7.5, top + 0.5), (middle - 7.5, top + 0.5)])
