"""赠品标签: not for sale, which gift, which number. Too small for bars by the rules, so a DataMatrix."""

from printers.canvas import Box
from printers.documents import GiftLabel
from printers.layouts.labels import banner
from printers.layouts.paper import Paper


def draw(doc: GiftLabel, paper: Paper) -> None:
    """Draw one label of the counted roll."""
    page = paper.new_page()
    banner(page, Box(1, 1, 38, 5.5), paper.word("赠品 非卖品", "GIFT NOT FOR SALE"), 4.25)
    page.datamatrix(Box(0.5, 7, 15.5, 15.5), doc.gift_code)
    page.text(Box(16.5, 7, 22.5, 8), doc.product_name, 3, fit="wrap", bold=True)
    expires = f"{paper.word('到期', 'Exp.')} {doc.expires_on}" if doc.expires_on else ""
    page.text(Box(16.5, 15.25, 22.5, 3.5), expires, 2.75, fit="shrink", bold=True)
    number = f"{paper.word('流水号', 'No.')} {doc.serial_no}" if doc.serial_no else ""
    page.text(Box(16.5, 19, 22.5, 3.5), number, 2.75, fit="shrink")
    page.text(Box(1, 23, 38, 3.75), doc.gift_code, 3, fit="shrink", bold=True)
    page.text(Box(1, 26.75, 38, 3), paper.stamp, 2.25, fit="shrink")
