"""月台标: what stands in this lane of the dock, whose it is, where it goes; its code opens the receipt."""

from printers.canvas import Box
from printers.documents import DockLabel
from printers.layouts.labels import banner, fact, framed, marked
from printers.layouts.paper import Paper


def draw(doc: DockLabel, paper: Paper) -> None:
    """Draw one label: the supplier is what one looks for from the other end of the dock."""
    page, both = paper.new_page(), paper.both
    banner(page, Box(2, 2, 96, 9), marked(both("月台标", "DOCK"), doc.marks, paper), 6.5)
    page.text(Box(2, 12, 96, 12.5), doc.supplier_name, 6, fit="wrap", bold=True)
    fact(page, Box(2, 25, 48, 4.25), paper.word("采购单", "PO"), doc.po_no)
    fact(page, Box(50.5, 25, 47.5, 4.25), paper.word("到货", "Arrived"), doc.arrived_at)
    fact(page, Box(2, 30, 48, 4.25), paper.word("车牌", "Plate"), doc.vehicle_no)
    fact(page, Box(50.5, 30, 47.5, 4.25), paper.word("送货人", "Driver"), doc.driver_name)
    cartons = str(doc.cartons) if doc.cartons else ""
    framed(page, Box(2, 35.5, 31, 14), both("箱数", "CARTONS"), cartons, 8)
    framed(page, Box(34, 35.5, 31, 14), both("月台", "DOCK"), doc.dock, 6)
    framed(page, Box(66, 35.5, 32, 14), both("存入库区", "ZONE"), doc.zone, 6)
    page.code128(Box(2, 51.5, 96, 16.5), doc.receipt_code, max_x=0.375, align="left")
    page.text(Box(66, 64.5, 32, 3.5), paper.stamp, 2.5, "right", "shrink")
