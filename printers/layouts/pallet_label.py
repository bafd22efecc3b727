"""托盘标签: what stands on the pallet, how long it keeps; our code, and the SSCC lowest as GS1 wants it."""

from printers.canvas import Box, Page
from printers.documents import PalletLabel, PalletLine
from printers.layouts.labels import banner, fact, framed, marked
from printers.layouts.paper import Paper

_ROW_MM = 8.25
_BODY_TOP = 14


def draw(doc: PalletLabel, paper: Paper) -> None:
    """Draw one label; without an SSCC its room goes to the list and to our own code."""
    page = paper.new_page()
    is_mixed = len(doc.lines) > 1
    title = paper.both("混托", "MIXED PALLET") if is_mixed else paper.both("托盘标签", "PALLET")
    banner(page, Box(2, 2, 96, 10.5), marked(title, doc.marks, paper), 6.5)
    code_y, code_h = (86, 22) if doc.sscc else (106, 42)
    dates_y = code_y - 15.5
    _dates(doc, page, dates_y, paper)
    body = Box(2, _BODY_TOP, 96, dates_y - _BODY_TOP - 1)
    if is_mixed:
        _mixed(doc.lines, page, body, paper)
    elif doc.lines:
        _single(doc.lines[0], page, body, paper)
    page.code128(Box(2, code_y, 96, code_h), doc.pallet_code, max_x=0.5)
    if doc.sscc:
        page.rule(2, code_y + code_h + 1, 96, thickness=0.5)
        page.gs1_128(Box(0, 111.75, 100, 36), (("00", doc.sscc),), min_x=0.5)


def _dates(doc: PalletLabel, page: Page, y: float, paper: Paper) -> None:
    framed(page, Box(2, y, 54, 13.5), paper.both("最早到期", "EARLIEST EXPIRY"), doc.earliest_expires_on, 8)
    fact(page, Box(58, y, 40, 4.5), paper.both("收货日", "Received"), doc.received_on, 3.5)
    fact(page, Box(58, y + 4.5, 40, 4.25), paper.both("库区", "Zone"), doc.zone)
    page.text(Box(58, y + 9.5, 40, 3.75), paper.stamp, 2.5, "right", "shrink", bold=True)


def _single(line: PalletLine, page: Page, box: Box, paper: Paper) -> None:
    room = box._replace(h=min(26, box.h / 2 // 0.25 * 0.25))
    y = box.y + page.text(room, line.product_name, 7, fit="wrap", bold=True) + 2
    page.text(Box(box.x, y, 52, 6), line.sku_code, 4.5, fit="shrink", bold=True)
    fact(page, Box(box.x, y + 7, 52, 5), paper.both("批号", "Lot"), line.lot_no, 4)
    fact(page, Box(box.x, y + 13, 52, 5), paper.both("到期", "Exp."), line.expires_on, 4)
    qty = f"{line.qty} {line.unit}".strip() if line.qty else ""
    framed(page, Box(56, y, 42, box.y + box.h - y), paper.both("数量", "QTY"), qty, 12)


def _mixed(lines: tuple[PalletLine, ...], page: Page, box: Box, paper: Paper) -> None:
    """Article, lot and expiry, quantity; says how many lines had no room."""
    room = int(box.h // _ROW_MM)
    shown = lines if len(lines) <= room else lines[: room - 1]
    for i, line in enumerate(shown):
        y = box.y + i * _ROW_MM
        name = f"{line.sku_code} {line.product_name}"
        page.text(Box(box.x, y, 72, 4.25), name, 3.25, fit="shrink", bold=True)
        expires = f"{paper.word('至', 'exp. ')}{line.expires_on}" if line.expires_on else ""
        page.text(Box(box.x, y + 4.25, 72, 3.5), f"{line.lot_no} {expires}".strip(), 2.75, fit="shrink")
        qty = f"{line.qty} {line.unit}".strip()
        page.text(Box(75, y, 23, 7.5), qty, 5, "right", "shrink", bold=True, is_centred=True)
        page.rule(box.x, y + _ROW_MM - 0.5, box.w)
    if left := len(lines) - len(shown):
        words = paper.word(f"另有 {left} 行 and {left} more", f"and {left} more lines")
        page.text(Box(box.x, box.y + len(shown) * _ROW_MM, 72, 5), words, 3.5, fit="shrink", bold=True)
