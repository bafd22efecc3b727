"""临时箱标: which carton this is until its real label prints; large number, and in black that it is no
receiving label.
"""

from printers.canvas import Box
from printers.documents import TempLabel
from printers.layouts.labels import banner, fact
from printers.layouts.paper import Paper

_SMALL_MM = 76


def draw(doc: TempLabel, paper: Paper) -> None:
    """Draw one label; the small papers keep number, article, receipt and code."""
    page, word = paper.new_page(), paper.word
    title = paper.both("临时箱标", "TEMPORARY")
    if page.width_mm <= _SMALL_MM:
        wide = page.width_mm - 4
        banner(page, Box(2, 1.5, wide, 4.5), title, 3)
        page.text(Box(2, 6.5, 16, 12), doc.carton_no, 9, fit="shrink", bold=True, is_centred=True)
        page.text(Box(19, 6.5, wide - 17, 8), doc.product_name, 3, fit="wrap", bold=True)
        page.text(Box(19, 14.75, wide - 17, 3.75), doc.receipt_no, 2.75, fit="shrink")
        page.text(Box(2, 19, wide / 2, 3.5), doc.expires_on, 2.75, fit="shrink", bold=True)
        page.text(Box(2 + wide / 2, 19, wide / 2, 3.5), paper.mark, 2.5, "right", "shrink")
        page.code128(Box(0, 23, page.width_mm, 15), doc.temp_code, max_x=0.375)
        return
    banner(page, Box(2, 2, 96, 7.5), title, 5)
    page.text(Box(2, 10.5, 34, 4), word("箱号", "CARTON NO."), 3, fit="shrink")
    page.text(Box(2, 14.5, 34, 21), doc.carton_no, 18, fit="shrink", bold=True, is_centred=True)
    page.text(Box(37.5, 10.5, 60.5, 15), doc.product_name, 5, fit="wrap", bold=True)
    page.text(Box(37.5, 26, 60.5, 4.25), f"{doc.sku_code}  {doc.spec}", 3.25, fit="shrink", bold=True)
    fact(page, Box(37.5, 31, 60.5, 4.25), word("到期", "Expires"), doc.expires_on)
    fact(page, Box(2, 37, 60, 4.25), word("到货单", "Receipt"), doc.receipt_no)
    fact(page, Box(63, 37, 35, 4.25), word("日期", "Date"), doc.counted_on)
    void = paper.both("贴正式箱标后作废", "Void once the receiving label is on")
    page.text(Box(2, 42.5, 96, 4.25), void, 3, fit="shrink")
    page.code128(Box(2, 48.5, 96, 18), doc.temp_code, max_x=0.375, align="left")
    page.text(Box(62, 63.75, 36, 3.5), paper.stamp, 2.5, "right", "shrink")
