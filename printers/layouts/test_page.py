"""测试页: shows on one page whether width, darkness and symbols of a printer are right."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from printers import symbols
from printers.canvas import Box, Page
from printers.documents import TestPage
from printers.errors import LayoutError
from printers.layouts.paper import Paper
from printers.symbols import Elements, Rows, Symbology

_ROLL_MM = 140
# Below the first height there is no room for samples of text, below the second none for bars.
_LOW_MM, _TINY_MM = 45, 35
_NARROW_MM = 60
_EDGE, _SIDE = 2, 0.5
_BARS_MM, _MATRIX_MM, _TINY_MATRIX_MM = 14.5, 14.5, 11.5
_INK_MM = 18
_GAP_MM = 1
# Numbers nobody owns: GS1 keeps the prefix 952 for demonstrations.
_SSCC: Elements = (("00", "095200000000000011"),)
_EAN = "9520000000011"


@dataclass(frozen=True, slots=True)
class _Sample:
    """A symbol to try: its name, the size of its place in mm and how it is drawn."""

    name: str
    w: float
    h: float
    draw: Callable[[Box], None]


def draw(doc: TestPage, paper: Paper) -> None:
    """Draw ruler, name, samples of text and darkness, and as many symbologies as there is room for."""
    page = paper.new_page()
    is_roll = paper.media.height_mm is None
    bottom = _ROLL_MM if is_roll else page.height_mm
    y = _told(doc, paper, page, _ruler(page), is_tiny=bottom < _TINY_MM)
    if bottom > _LOW_MM:
        y = _text_and_ink(page, y, paper)
    if bottom < _TINY_MM:
        y = _symbols(page, y, bottom - _SIDE, _matrices(doc.printer_code, page, _TINY_MATRIX_MM), 0)
    else:
        first, *others = _bars(doc.printer_code, page)
        samples = [first, *_matrices(doc.printer_code, page, _MATRIX_MM), *others]
        y = _symbols(page, y, bottom - _SIDE, samples, 3)
    if is_roll:
        page.crop(y + 1)
    page.frame(Box(0, 0, page.width_mm, page.height_mm))


def _ruler(page: Page) -> float:
    """Marks every millimetre along the upper edge, numbered every ten: the last one seen is the width."""
    for mm in range(1, int(page.width_mm)):
        page.upright(mm, 0, 3.5 if mm % 10 == 0 else 2.25 if mm % 5 == 0 else 1.25)
    for mm in range(10, int(page.width_mm), 10):
        x = min(mm - 3, page.width_mm - 6.25)
        page.text(Box(x, 3.5, 6, 3), str(mm), 2.25, "center", "shrink")
    return 6.75


def _told(doc: TestPage, paper: Paper, page: Page, y: float, *, is_tiny: bool) -> float:
    """Which printer this is, how it is set up, and what it told us; return where that ends."""
    w = page.width_mm - 2 * _EDGE
    name = paper.word("测试页", "TEST") if is_tiny else paper.both("测试页", "TEST PAGE")
    title = f"{paper.mark} {name} {doc.printer_name}"
    page.text(Box(_EDGE, y, w, 4.25), title, 3.25, fit="shrink", bold=True)
    y += 4.25
    setting = f"{paper.media.name} {page.dpi} dpi {doc.language} {doc.workstation} {doc.address}"
    for text in (setting,) if is_tiny else (f"{setting} {paper.printed_at}", doc.probe_text):
        height = page.height_of(text, 2.5, w, 2 if is_tiny else 3)
        page.text(Box(_EDGE, y, w, height), text, 2.5, fit="wrap")
        y += height
    return y + 0.5


def _text_and_ink(page: Page, y: float, paper: Paper) -> float:
    """Chinese in three sizes; lines, a chequered and a black field beside it, on narrow paper below it."""
    is_narrow = page.width_mm < _NARROW_MM
    w = page.width_mm - 2 * _EDGE - (0 if is_narrow else _INK_MM + 1)
    words = paper.word("永国鹰酬 仓储作业站 ABC 0123456789", "ABCDEFG abcdefg 0123456789 MWmw")
    top = y
    for size in (2.25, 3, 4.5):
        text = words
        while page.measure(text, size) > w:
            text = text[:-1]
        page.text(Box(_EDGE, y, w, size * 1.25 + 0.25), text, size)
        y += size * 1.25 + 0.25
    if is_narrow:
        top, y = y, y + 12.5
    _ink(page, Box(page.width_mm - _EDGE - _INK_MM, top, _INK_MM, 12))
    return y + 0.75


def _ink(page: Page, box: Box) -> None:
    step, third = 0.5, _INK_MM / 3
    for i in range(int(third / step)):
        page.upright(box.x + i * step, box.y, box.h, thickness=0.25)
    for row in range(int(box.h / step)):
        for column in range(row % 2, int(third / step), 2):
            page.fill(Box(box.x + third + column * step, box.y + row * step, step, step))
    page.fill(Box(box.x + 2 * third, box.y, third, box.h))


def _matrices(code: str, page: Page, side: float) -> list[_Sample]:
    return [
        _Sample("DataMatrix", side, side, lambda box: page.datamatrix(box, code, max_x=0.5)),
        _Sample("QR", side, side, lambda box: page.qr(box, code, max_x=0.5)),
    ]


def _bars(code: str, page: Page) -> list[_Sample]:
    def sample(name: str, kind: Symbology, rows: Rows, draw: Callable[[Box], None]) -> _Sample:
        modules = len(rows[0]) + 2 * symbols.QUIET[kind]
        return _Sample(name, math.ceil(modules * _module(modules, page)), _BARS_MM, draw)

    return [
        sample("Code 128", "code128", symbols.code128(code), lambda box: page.code128(box, code)),
        sample("EAN-13", "ean", symbols.ean(_EAN), lambda box: page.ean(box, _EAN)),
        sample("GS1-128", "gs1_128", symbols.gs1_128(_SSCC), lambda box: page.gs1_128(box, _SSCC)),
    ]


def _module(modules: int, page: Page) -> float:
    """The wider module where half the page is enough for it."""
    return 0.375 if modules * 0.375 <= page.width_mm / 2 else 0.25


def _symbols(page: Page, y: float, bottom: float, samples: list[_Sample], name_h: float) -> float:
    """Set the symbols in rows, each with its name above; those for which no room is left stay away."""
    x, end, lower = _SIDE, page.width_mm - _SIDE, y
    for sample in samples:
        if x > _SIDE and x + sample.w > end:
            x, y = _SIDE, lower + _GAP_MM
        if y + name_h + sample.h > bottom or x + sample.w > end:
            continue
        try:
            sample.draw(Box(x, y + name_h, sample.w, sample.h))
        except LayoutError:
            continue
        if name_h:
            page.text(Box(x + 0.5, y, sample.w - 1, name_h), sample.name, 2.25, "center", "shrink")
        x, lower = x + sample.w + _GAP_MM, y + name_h + sample.h
    return lower
