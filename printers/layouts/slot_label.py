"""库位标签: a code to read from the truck and a symbol to scan from a distance."""

from printers.canvas import Box, Page
from printers.documents import SlotLabel
from printers.layouts.paper import Paper


def draw(doc: SlotLabel, paper: Paper) -> None:
    """Draw one label: code huge, check digits beside it, arrow for the level, barcode with wide modules."""
    page = paper.new_page()
    head = f"{paper.both('库位', 'SLOT')}  {doc.zone}  {doc.slot_type}"
    page.text(Box(2, 1.5, 70, 4.25), head, 3.25, fit="shrink", bold=True)
    page.text(Box(73, 1.5, 25, 4.25), f"v{doc.version} {paper.mark}", 3, "right", "shrink")
    page.text(Box(2, 6, 72, 21), doc.display, 16, "center", "shrink", bold=True, is_centred=True)
    check = Box(75, 7, 23, 9.5)
    if doc.check_digits:
        page.text(check, doc.check_digits, 7, "center", "shrink", bold=True, is_inverse=True, is_centred=True)
    _arrow(page, doc.arrow)
    page.code128(Box(2, 28, 96, 20), doc.slot_code, min_x=0.375, max_x=0.5)


def _arrow(page: Page, arrow: str) -> None:
    if arrow == "up":
        page.polygon([(86.5, 17.5), (94, 26), (79, 26)])
    elif arrow == "down":
        page.polygon([(86.5, 26.5), (94, 18), (79, 18)])
