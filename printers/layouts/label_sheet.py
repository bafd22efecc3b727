"""标签页: labels in three columns on A4, framed so that they can be cut."""

from printers.canvas import Box, Page
from printers.documents import LabelSheet, SheetLabel
from printers.layouts.paper import Paper

_COLUMNS, _ROWS = 3, 7
_WIDE, _TALL = 63, 38
_LEFT, _TOP = 10.5, 19


def draw(doc: LabelSheet, paper: Paper) -> None:
    """Draw as many pages as the labels need; an empty sheet is one page that says its title."""
    size = _COLUMNS * _ROWS
    parts = [doc.labels[start : start + size] for start in range(0, len(doc.labels), size)] or [()]
    for number, labels in enumerate(parts, 1):
        page = paper.new_page()
        page.text(Box(10.5, 10.5, 140, 6), doc.title, 4, fit="shrink", bold=True, is_centred=True)
        told = f"{paper.both('页', 'Page')} {number}/{len(parts)} {paper.stamp}".strip()
        page.text(Box(151, 10.5, 48, 6), told, 2.75, "right", "shrink", is_centred=True)
        for nth, label in enumerate(labels):
            row, column = divmod(nth, _COLUMNS)
            _label(page, Box(_LEFT + column * _WIDE, _TOP + row * _TALL, _WIDE, _TALL), label)


def _label(page: Page, box: Box, label: SheetLabel) -> None:
    page.frame(box)
    page.text(Box(box.x + 2, box.y + 1, 44, 4), label.kind_text, 2.75, fit="shrink")
    if label.check_digits:
        check = Box(box.x + 48, box.y + 1, 13, 7)
        page.text(
            check, label.check_digits, 5, "center", "shrink", bold=True, is_inverse=True, is_centred=True
        )
    name = Box(box.x + 2, box.y + 8, box.w - 4, 11)
    page.text(name, label.display, 8, "center", "shrink", bold=True, is_centred=True)
    page.code128(Box(box.x + 1, box.y + 20, box.w - 2, 16), label.label_code, max_x=0.375)
