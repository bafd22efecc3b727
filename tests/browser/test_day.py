"""A day that is typed (P2): three large fields, and no key that leads to a day which no calendar has."""

from __future__ import annotations

from playwright.sync_api import Page

from station.practice.demo import goods
from tests.browser.visitors import Visitors
from tests.floor import LI, Floor


def _keys(page: Page, figures: str) -> None:
    for figure in figures:
        page.click(f".pad-key[data-key='{figure}']")


def _shown(page: Page) -> list[str]:
    return page.locator(".day-part b").all_inner_texts()


def _dead(page: Page) -> str:
    """The figures that cannot come next."""
    return "".join(page.locator(".pad-key:disabled").all_inner_texts())


def test_a_day_fills_its_fields_and_impossible_keys_are_dead(visitors: Visitors, floor: Floor) -> None:
    """On the smallest screen: February has 28 days, a leap year's 29, day 00 is a month; backwards, too."""
    articles = goods.products(1)
    (notice,) = goods.notices(articles, {}, "WH1", floor.hub.clock.today())
    floor.erp(*articles, notice)
    receipt = floor.arrive(notice.asn_no, 1)
    floor.scans(LI, "stage1", receipt, goods.gtin(1), "1", "CM-FULL")
    page = visitors.work(LI, "stage1")
    assert page.evaluate("document.documentElement.scrollHeight") <= 400
    assert _shown(page) == ["–", "–", "–"]
    _keys(page, "26")
    assert (_shown(page), sorted(_dead(page))) == (["2026", "–", "–"], list("23456789"))
    _keys(page, "02")
    assert sorted(_dead(page)) == list("3456789")
    _keys(page, "2")
    assert _dead(page) == "9"
    for _ in range(5):
        page.click(".pad-key[data-key=back]")
    _keys(page, "28022")
    assert (_shown(page), _dead(page)) == (["2028", "02", "2"], "")
    for _ in range(5):
        page.click(".pad-key[data-key=back]")
    _keys(page, "2026")
    assert _shown(page) == ["2026", "–", "–"]
    _keys(page, "0400")
    assert _shown(page) == ["2026", "04", "00"]
    page.click(".pad-key[data-key=enter]")
    page.wait_for_selector("#screen[data-step=expires]")
    assert _shown(page) == ["2027", "03", "27"]
    pad, form = page.locator(".pad").bounding_box(), page.locator("#scan-form").bounding_box()
    assert pad is not None
    assert form is not None
    assert pad["y"] + pad["height"] <= form["y"], "every key is whole, also below a band"
    page.click("[data-scan=CM-OK]")
    page.wait_for_selector("#screen[data-step=product]")
