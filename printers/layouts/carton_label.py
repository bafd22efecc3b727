"""收货标签: which goods, how old, taken in when and by whom; the carton code to scan."""

from printers.canvas import Box, Page
from printers.documents import CartonLabel
from printers.layouts.labels import banner, fact, framed, marked
from printers.layouts.paper import Paper

_SMALL_MM = 76


def draw(doc: CartonLabel, paper: Paper) -> None:
    """Draw one label; the small medium keeps name, dates, quantity and code only."""
    page = paper.new_page()
    if page.width_mm <= _SMALL_MM:
        _draw_small(doc, page, paper)
    else:
        _draw_large(doc, page, paper)


def _draw_large(doc: CartonLabel, page: Page, paper: Paper) -> None:
    _banner(doc, page, paper)
    page.text(Box(2, 9, 96, 12.5), doc.product_name, 5, fit="wrap", bold=True)
    page.text(Box(2, 22, 60, 4.25), f"{doc.sku_code}  {doc.spec}", 3.25, fit="shrink", bold=True)
    page.text(Box(63, 22, 35, 4.25), doc.product_barcode, 3, "right", "shrink")
    framed(page, Box(2, 26.75, 47.5, 11), paper.both("生产日期", "MADE"), doc.produced_on)
    framed(page, Box(50.5, 26.75, 47.5, 11), paper.both("到期日期", "EXPIRES"), doc.expires_on)
    for x, y, w, caption, value in _facts(doc, paper):
        fact(page, Box(x, y, w, 4.25), caption, value)
    page.code128(Box(2, 51.75, 96, 15.5), doc.carton_code, max_x=0.375, align="left")
    page.text(Box(62, 63.75, 36, 3.5), paper.stamp, 2.5, "right", "shrink")


def _facts(doc: CartonLabel, paper: Paper) -> list[tuple[float, float, float, str, str]]:
    """Place, caption and value; the supplier's full legal name gets most of a line."""
    both = paper.both
    qty = f"{doc.qty_each or ''} {doc.pack_text}"
    return [
        (2, 38.5, 47.5, both("收货日期", "Received"), doc.received_on),
        (50.5, 38.5, 47.5, both("批号", "Lot"), doc.lot_no),
        (2, 42.75, 47.5, both("数量", "Qty"), qty),
        (50.5, 42.75, 47.5, both("验收", "QC"), f"{doc.inspector_name} {doc.inspector_no}"),
        (2, 47, 59.5, paper.word("供应商", "Supplier"), doc.supplier_name),
        (62.5, 47, 35.5, paper.word("库区", "Zone"), doc.putaway_zone),
    ]


def _banner(doc: CartonLabel, page: Page, paper: Paper) -> None:
    """Title and marks white on black: 混 赠 贵重 临期 must be seen from the truck."""
    banner(page, Box(2, 2, 76, 6.5), marked(paper.both("收货标签", "RECEIVED"), doc.marks, paper), 4.25)
    count = f"{doc.carton_i}/{doc.carton_n}"
    page.text(Box(79, 2, 19, 6.5), count, 4.5, "right", "shrink", bold=True, is_centred=True)


def _draw_small(doc: CartonLabel, page: Page, paper: Paper) -> None:
    word = paper.word
    name = " ".join([*(f"[{m}]" for m in doc.marks), doc.product_name])
    page.text(Box(2, 1.5, 56, 8), name, 3.25, fit="wrap", bold=True)
    page.text(Box(2, 9.75, 20, 3.75), doc.sku_code, 3, fit="shrink")
    page.text(Box(22.5, 9.75, 23, 3.75), f"{doc.qty_each or ''} {doc.pack_text}", 3, fit="shrink")
    page.text(Box(46, 9.75, 12, 3.75), f"{doc.carton_i}/{doc.carton_n}", 3, "right", "shrink", bold=True)
    made = f"{word('产', 'Made ')}{doc.produced_on}" if doc.produced_on else ""
    expires = f"{word('至', 'Exp. ')}{doc.expires_on}" if doc.expires_on else ""
    page.text(Box(2, 14, 28, 5), made, 3.75, fit="shrink", bold=True)
    page.text(Box(30.5, 14, 27.5, 5), expires, 3.75, "right", "shrink", bold=True)
    received = f"{word('收', 'In ')}{doc.received_on} {word('验', 'QC ')}{doc.inspector_name}"
    page.text(Box(2, 19.5, 40, 3.75), received, 2.75, fit="shrink")
    page.text(Box(42.5, 19.5, 15.5, 3.75), paper.mark, 2.75, "right", "shrink", bold=True)
    page.code128(Box(0, 23.75, 60, 14.25), doc.carton_code, max_x=0.375)
