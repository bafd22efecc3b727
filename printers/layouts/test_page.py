"""测试页: shows on one page whether width, darkness and symbols of a printer are right."""

from printers.canvas import Box, Page
from printers.documents import TestPage
from printers.layouts.paper import Paper

_TICK_MM = 5
_USED_MM = 37


def draw(doc: TestPage, paper: Paper) -> None:
    """Draw ruler, name, Code 128 and QR on any medium; the frame must be seen whole on three sides."""
    page = paper.new_page()
    if paper.media.height_mm is None:
        page.crop(_USED_MM + 3)
    page.frame(Box(0, 0, page.width_mm, page.height_mm))
    _ruler(page)
    w = page.width_mm - 4
    page.text(Box(2, 6, w, 4.75), f"测试页 TEST {doc.printer_name}", 3.75, fit="shrink", bold=True)
    facts = f"{doc.workstation} {doc.language} {paper.media.name} {page.dpi}dpi {doc.address} {paper.stamp}"
    page.text(Box(2, 10.75, w, 3.75), " ".join(facts.split()), 2.75, fit="shrink")
    if w < 60:  # noqa: PLR2004 - the QR only where both symbols have room side by side
        page.code128(Box(0, 15, page.width_mm, 14.5), doc.printer_code, max_x=0.375)
    else:
        page.code128(Box(1, 15, w - 18, 14.5), doc.printer_code, max_x=0.375)
        page.qr(Box(page.width_mm - 18, 14.5, 17, 17), doc.printer_code, max_x=0.5)
    page.text(Box(2, 32, w, 4.5), "细字 Fine 永国 0123456789 ABCDEFG", 3.5, fit="shrink")


def _ruler(page: Page) -> None:
    """Ticks every 5 mm along the top edge, the whole centimetres longer."""
    for i in range(1, int(page.width_mm) // _TICK_MM + 1):
        x = min(i * _TICK_MM, page.width_mm - 0.25)
        page.upright(x, 0, 4 if i % 2 == 0 else 2)
