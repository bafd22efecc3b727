"""The field for the driver's signature (S-11), with a pointer as large as a glove's finger."""

from __future__ import annotations

from playwright.sync_api import Page

from station.practice.demo import goods, world
from tests.browser.visitors import Visitors
from tests.floor import LI, Floor


def _line(page: Page, *points: tuple[float, float]) -> None:
    """Draw along shares of the field's width and height."""
    box = page.locator("#pen").bounding_box()
    assert box is not None
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=4)
    page.mouse.up()


def test_a_finger_signs_and_the_sheet_says_so(visitors: Visitors, floor: Floor) -> None:
    """By ✍ from the sheet in hand, on the smallest screen: begun anew, kept, and shown as it was drawn."""
    articles = goods.products(1)
    (notice,) = goods.notices(articles, {}, "WH1", floor.hub.clock.today())
    floor.erp(*articles, notice)
    receipt = floor.arrive(notice.asn_no, 1)
    floor.count(receipt, [(goods.gtin(1), 1, 0, "20260401")])
    floor.inspect(receipt)
    floor.scans(LI, "sign", receipt, world.badge(LI), world.PIN)
    page = visitors.work(LI, "sign")
    page.click("a[href='/work/pen']")
    page.wait_for_selector("#pen")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    _line(page, (0.9, 0.9), (0.1, 0.1))
    page.click("[data-pen-clear]")
    _line(page, (0.1, 0.2), (0.5, 0.8), (0.9, 0.2))
    _line(page, (0.2, 1.6), (0.8, 1.6))  # beside the field: no stroke
    page.click("button[type=submit]")
    page.wait_for_selector("#screen[data-step=driver]")
    assert "✔" in page.inner_text(".lines")
    page.goto(f"{visitors.url}/work/pen/{receipt}")
    drawn = page.get_attribute("polyline", "points") or ""
    assert page.locator("polyline").count() == 1
    assert drawn.startswith("100,80 ")
    assert drawn.endswith(" 900,80")
