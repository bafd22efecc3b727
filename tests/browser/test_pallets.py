"""A pallet on the smallest screen (P8): each step fits, and says what is stacked and where it goes."""

from __future__ import annotations

from playwright.sync_api import Page

from station.practice.demo import goods, world
from tests.browser.visitors import Visitors
from tests.floor import CHEN, LI, ZHOU, Floor


def _fits(page: Page, step: str) -> None:
    page.wait_for_selector(f"#screen[data-step={step}]")
    assert page.evaluate("document.documentElement.scrollHeight") <= 400
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    keys, form = page.locator(".keys").bounding_box(), page.locator("#scan-form").bounding_box()
    assert keys is not None
    assert form is not None
    assert keys["y"] + keys["height"] <= form["y"]


def _scan(page: Page, text: str) -> None:
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    page.wait_for_function("document.getElementById('scan-box').value === ''")


def test_a_pallet_is_stacked_labelled_and_stored(visitors: Visitors, floor: Floor) -> None:
    articles = goods.products(1)
    (notice,) = goods.notices(articles, {articles[0].code: 24}, "WH1", floor.hub.clock.today())
    floor.erp(*articles, notice)
    receipt = floor.arrive(notice.asn_no, 2)
    floor.count(receipt, [(goods.gtin(1), 2, 0, "20260401")])
    floor.inspect(receipt)
    answer = floor.scans(LI, "sign", receipt, world.badge(LI), world.PIN, "CM-OK", receipt)
    cartons = []
    while answer.step == "labels":
        cartons.append(answer.facts["hint"])
        answer = floor.scans(LI, "sign", cartons[-1])
    floor.scans(LI, "sign", world.badge(CHEN), world.PIN, world.badge(ZHOU), world.PIN)
    page = visitors.work(ZHOU, "pallets")
    _fits(page, "load")
    for nth, carton in enumerate(cartons, 1):
        _scan(page, carton)
        page.wait_for_selector(f"#screen[data-big='{nth}']")
        _fits(page, "load")
    page.click("[data-scan=CM-CLOSE]")
    _fits(page, "stick")
    _scan(page, page.get_attribute("#screen", "data-hint") or "")
    _fits(page, "slot")
    slot = page.get_attribute("#screen", "data-big") or ""
    _scan(page, floor.slot(slot))
    _fits(page, "confirm")
    page.click("[data-scan=CM-OK]")
    _fits(page, "load")
    assert f"{len(cartons)} 箱: {slot}" in page.inner_text("#band")
