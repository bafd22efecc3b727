"""拒收标签: goods that must not go further, why, and who said so. On red stock or by its black header."""

from printers.canvas import Box
from printers.documents import RejectLabel
from printers.layouts.labels import banner, fact, framed
from printers.layouts.paper import Paper


def draw(doc: RejectLabel, paper: Paper) -> None:
    """Draw one label; the reason has the room that dates have on a good carton's label."""
    page, both = paper.new_page(), paper.both
    held = both("隔离标签", "QUARANTINE") if doc.is_quarantine else both("拒收标签", "REJECTED")
    banner(page, Box(2, 2, 96, 9), held, 6.5)
    page.text(Box(2, 12, 96, 10.5), doc.product_name, 4.25, fit="wrap", bold=True)
    page.text(Box(2, 22.75, 48, 4.25), f"{doc.sku_code}  {doc.spec}", 3.25, fit="shrink", bold=True)
    fact(page, Box(50.5, 22.75, 47.5, 4.25), paper.word("供应商", "Supplier"), doc.supplier_name)
    qty = f"{doc.qty} {doc.unit}".strip() if doc.qty else ""
    framed(page, Box(2, 27.5, 31, 10.5), both("数量", "QTY"), qty, 5)
    framed(page, Box(34, 27.5, 36, 10.5), both("日期", "DATE"), doc.rejected_on, 5)
    who = both("登记人", "BY") if doc.is_quarantine else both("收货员", "RECEIVER")
    framed(page, Box(71, 27.5, 27, 10.5), who, doc.receiver_name, 4.5)
    page.frame(Box(2, 39, 96, 12.75), thickness=0.5)
    page.text(Box(3, 39.75, 14, 3), both("原因", "REASON"), 2.25, fit="shrink")
    page.text(Box(17.5, 39.75, 79.5, 11.25), doc.reason, 4, fit="wrap", bold=True)
    page.code128(Box(2, 52.5, 96, 15.5), doc.reject_code, max_x=0.375, align="left")
    page.text(Box(66, 64.5, 32, 3.5), paper.stamp, 2.5, "right", "shrink")
