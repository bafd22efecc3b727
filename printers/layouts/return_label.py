"""退货标签: which goods came back from which order, how they were graded and where they go."""

from printers.canvas import Box
from printers.documents import ReturnLabel
from printers.layouts.labels import banner, fact
from printers.layouts.paper import Paper


def draw(doc: ReturnLabel, paper: Paper) -> None:
    """Draw one label; the grade is what hands look for."""
    page, both = paper.new_page(), paper.both
    banner(page, Box(1.5, 1, 43.5, 5), both("退货", "RETURN"), 3.75)
    page.text(Box(46, 1.25, 12.5, 9), doc.grade, 7.5, "center", "shrink", bold=True, is_centred=True)
    page.frame(Box(46, 1, 12.5, 9.5), thickness=0.5)
    qty = f"×{doc.qty}" if doc.qty else ""
    page.text(Box(1.5, 6.25, 34, 4.5), doc.sku_code, 3.5, fit="shrink", bold=True)
    page.text(Box(36, 6.25, 9, 4.5), qty, 3.5, "right", "shrink", bold=True)
    page.text(Box(1.5, 11, 57, 3.75), doc.product_name, 2.75, fit="shrink")
    order = " ".join(text for text in (doc.do_no, doc.waybill_no) if text)
    page.text(Box(1.5, 14.75, 57, 3.5), order, 2.5, fit="shrink")
    fact(page, Box(1.5, 18.25, 29, 4.5), paper.word("去向", "To"), doc.destination, 3.25)
    inspector = f"{doc.inspector_name} {doc.graded_on}".strip()
    fact(page, Box(31, 18.25, 27.5, 4.5), paper.word("质检", "QC"), inspector, 2.25)
    page.code128(Box(0, 23, 60, 13.75), doc.return_code, max_x=0.375)
    page.text(Box(1.5, 37, 57, 2.75), paper.stamp, 2.25, "right", "shrink")
