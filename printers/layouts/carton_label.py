"""收货标签: which goods, how old, taken in when and by whom; the carton code to scan."""

from printers.canvas import Box, Page
from printers.documents import CartonLabel
from printers.layouts.paper import Paper

_SMALL_MM = 60


def draw(doc: CartonLabel, paper: Paper) -> None:
    """Draw one label; the small medium keeps name, dates, quantity and code only."""
    page = paper.new_page()
    if page.width_mm <= _SMALL_MM:
        _draw_small(doc, page, paper.mark)
    else:
        _draw_large(doc, page, paper.stamp)


def _draw_large(doc: CartonLabel, page: Page, stamp: str) -> None:
    _banner(doc, page, Box(2, 2, 96, 6.5))
    page.text(Box(2, 9, 96, 12.5), doc.product_name, 5, fit="wrap", bold=True)
    page.text(Box(2, 22, 56, 4.25), f"{doc.sku_code}  {doc.spec}", 3.25, fit="shrink", bold=True)
    page.text(Box(59, 22, 39, 4.25), doc.product_barcode, 3, "right", "shrink")
    _date(page, Box(2, 26.75, 47.5, 11), "生产日期 MADE", doc.produced_on)
    _date(page, Box(50.5, 26.75, 47.5, 11), "到期日期 EXPIRES", doc.expires_on)
    facts = [
        ("收货 In", doc.received_on),
        ("批号 Lot", doc.lot_no),
        ("数量 Qty", f"{doc.qty_each or ''} {doc.pack_text}"),
        ("验收 QC", f"{doc.inspector_name} {doc.inspector_no}"),
        ("供应商", doc.supplier_name),
        ("库区 Zone", doc.putaway_zone),
    ]
    for i, (label, value) in enumerate(facts):
        _fact(page, Box(2 + i % 2 * 48.5, 38.5 + i // 2 * 4.25, 47.5, 4.25), label, value)
    page.code128(Box(2, 51.75, 96, 15.5), doc.carton_code, max_x=0.375, align="left")
    page.text(Box(62, 63.75, 36, 3.5), stamp, 2.5, "right", "shrink")


def _banner(doc: CartonLabel, page: Page, box: Box) -> None:
    """Title and marks white on black: 混 赠 贵重 临期 must be seen from the truck."""
    title = " ".join(["收货标签 RECEIVED", *(f"【{mark}】" for mark in doc.marks)])
    page.text(
        box._replace(w=box.w - 20), title, 4.25, fit="shrink", bold=True, is_inverse=True, is_centred=True
    )
    count = f"{doc.carton_i}/{doc.carton_n}"
    page.text(
        Box(box.x + box.w - 19, box.y, 19, box.h), count, 4.5, "right", "shrink", bold=True, is_centred=True
    )


def _date(page: Page, box: Box, label: str, value: str) -> None:
    page.frame(box)
    page.text(Box(box.x + 1, box.y + 0.5, box.w - 2, 3), label, 2.25)
    page.text(Box(box.x + 1, box.y + 3.5, box.w - 2, 7.5), value, 6, "center", "shrink", bold=True)


def _fact(page: Page, box: Box, label: str, value: str) -> None:
    page.text(Box(box.x, box.y + 0.5, 12, 3.5), label, 2.5, fit="shrink")
    page.text(Box(box.x + 12.5, box.y, box.w - 12.5, box.h), value, 3, fit="shrink", bold=True)


def _draw_small(doc: CartonLabel, page: Page, mark: str) -> None:
    name = " ".join([*(f"[{m}]" for m in doc.marks), doc.product_name])
    page.text(Box(2, 1.5, 56, 8), name, 3.25, fit="wrap", bold=True)
    page.text(Box(2, 9.75, 20, 3.75), doc.sku_code, 3, fit="shrink")
    page.text(Box(22.5, 9.75, 23, 3.75), f"{doc.qty_each or ''} {doc.pack_text}", 3, fit="shrink")
    page.text(Box(46, 9.75, 12, 3.75), f"{doc.carton_i}/{doc.carton_n}", 3, "right", "shrink", bold=True)
    page.text(Box(2, 14, 28, 5), f"产{doc.produced_on}", 3.75, fit="shrink", bold=True)
    page.text(Box(30.5, 14, 27.5, 5), f"至{doc.expires_on}", 3.75, "right", "shrink", bold=True)
    page.text(Box(2, 19.5, 40, 3.75), f"收{doc.received_on} 验{doc.inspector_name}", 2.75, fit="shrink")
    page.text(Box(42.5, 19.5, 15.5, 3.75), mark, 2.75, "right", "shrink", bold=True)
    page.code128(Box(0, 23.75, 60, 14.25), doc.carton_code, max_x=0.375)
