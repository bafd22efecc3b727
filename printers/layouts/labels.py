"""Pieces that several labels share: a banner white on black, a framed value, a caption with its value."""

from collections.abc import Sequence

from printers.canvas import Box, Page
from printers.layouts.paper import Paper


def banner(page: Page, box: Box, text: str, size: float) -> None:
    """Write white on black, to be seen from afar."""
    page.fill(box)
    words = Box(box.x + 1, box.y, box.w - 2, box.h)
    page.text(words, text, size, fit="shrink", bold=True, is_inverse=True, is_centred=True)


def framed(page: Page, box: Box, caption: str, value: str, size: float = 6) -> None:
    """Write a value large in a frame, with its caption small in the corner."""
    page.frame(box)
    page.text(Box(box.x + 1, box.y + 0.5, box.w - 2, 3), caption, 2.25, fit="shrink")
    words = Box(box.x + 1, box.y + 3.5, box.w - 2, box.h - 4)
    page.text(words, value, size, "center", "shrink", bold=True, is_centred=True)


def fact(page: Page, box: Box, caption: str, value: str, size: float = 3) -> None:
    """Write a small caption and after it the value, on one line."""
    if not value.strip():
        return
    w = min(page.measure(caption, 2.5) + 1, box.w / 2 // 0.25 * 0.25)
    page.text(Box(box.x, box.y + (box.h - 3.5) / 2, w, 3.5), caption, 2.5, fit="shrink")
    words = Box(box.x + w, box.y, box.w - w, box.h)
    page.text(words, value, size, fit="shrink", bold=True, is_centred=True)


def marked(title: str, marks: Sequence[str], paper: Paper) -> str:
    """Return a title and the marks that go with the goods (混, 赠, 贵重), each in brackets."""
    return " ".join([title, *(paper.word(f"【{mark}】", f"[{mark}]") for mark in marks)])
