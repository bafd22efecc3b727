"""Label of a tote, cell, bench or box: its name large, its barcode as wide as the paper."""

from printers.canvas import Box
from printers.documents import ThingLabel
from printers.layouts.paper import Paper

_BARS = 20
"""Millimetres from the barcode's top to the paper's end."""


def draw(doc: ThingLabel, paper: Paper) -> None:
    """Draw one label on any of its papers."""
    page = paper.new_page()
    width, height = paper.media.width_mm, paper.media.height_mm or 40
    head = f"{paper.both('标签', 'LABEL')}  {doc.kind_text}"
    page.text(Box(2, 1, width - 4, 4.5), head, 3.25, fit="shrink", bold=True)
    name = Box(2, 6, width - 4, height - _BARS - 7)
    page.text(name, doc.display, 12, "center", "shrink", bold=True, is_centred=True)
    page.code128(Box(0, height - _BARS, width, 16), doc.thing_code, max_x=0.5)
    page.text(Box(2, height - 3, width - 4, 2.75), paper.stamp, 2.25, "right", "shrink")
