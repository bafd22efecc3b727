"""Label of a tote, cell, bench or box: its name large, its barcode as wide as the paper."""

from printers.canvas import Box, Page
from printers.documents import ThingLabel
from printers.layouts.paper import Paper

_BARS = 20
"""Millimetres from the barcode's top to the paper's end."""


_SHORT, _TALLEST = 40, 70
"""Millimetres: below the one there is less on it, and of a longer paper only the top is used."""


def draw(doc: ThingLabel, paper: Paper) -> None:
    """Draw one label on any of its papers."""
    page = paper.new_page()
    width, height = paper.media.width_mm, min(paper.media.height_mm or _SHORT, _TALLEST)
    if height < _SHORT:
        _draw_small(doc, paper, page)
        return
    head = f"{paper.both('标签', 'LABEL')}  {doc.kind_text}"
    page.text(Box(2, 1, width - 4, 4.5), head, 3.25, fit="shrink", bold=True)
    name = Box(2, 6, width - 4, height - _BARS - 7)
    page.text(name, doc.display, 12, "center", "shrink", bold=True, is_centred=True)
    page.code128(Box(0, height - _BARS, width, 16), doc.thing_code, max_x=0.5)
    page.text(Box(2, height - 3, width - 4, 2.75), paper.stamp, 2.25, "right", "shrink")


def _draw_small(doc: ThingLabel, paper: Paper, page: Page) -> None:
    """On 40×30 mm."""
    head = f"{paper.word('标签', 'LABEL')} {doc.kind_text}"
    page.text(Box(1, 0.75, 21, 3.5), head, 2.25, fit="shrink", bold=True)
    page.text(Box(22.5, 0.75, 16.5, 3.5), paper.mark, 2.25, "right", "shrink")
    page.text(Box(1, 4.5, 38, 8.5), doc.display, 7, "center", "shrink", bold=True, is_centred=True)
    page.code128(Box(0, 13.5, 40, 15.5), doc.thing_code, max_x=0.375)
