"""The sheet of command cards as it leaves an office printer."""

from __future__ import annotations

import pypdfium2
import zxingcpp

from station.ground.scan.cards import CARDS
from tests.browser.visitors import Visitors
from tests.floor import CHEN


def test_every_card_of_the_printed_sheet_can_be_scanned(visitors: Visitors) -> None:
    """One A4 page; its bar codes are read back from what a 200 dpi printer would put on it."""
    page = visitors.page(CHEN, 1280, 800)
    page.goto(f"{visitors.url}/desk/cards")
    page.wait_for_function("() => Array.from(document.images).every((image) => image.complete)")
    document = pypdfium2.PdfDocument(page.pdf(format="A4", prefer_css_page_size=True))
    try:
        assert len(document) == 1
        picture = document[0].render(scale=203 / 72).to_pil()
    finally:
        document.close()
    found = {barcode.text: barcode.format for barcode in zxingcpp.read_barcodes(picture)}
    assert set(found) == set(CARDS)
    assert set(found.values()) == {zxingcpp.BarcodeFormat.Code128}
