"""A supervisor describes an aisle, sees it drawn, and makes it."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.axe import judge
from tests.browser.visitors import Visitors
from tests.floor import CHEN

WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def _keep(page: Page, name: str) -> None:
    folder = os.environ.get("SNAPS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def _fill(page: Page, row: int, **values: str) -> None:
    for key, value in values.items():
        page.fill(f'[name="rack.{row}.{key}"]', value)


def test_a_hall_is_drawn_as_it_is_typed_and_then_made(visitors: Visitors) -> None:
    page = visitors.page(CHEN, 1280, 800)
    page.goto(f"{visitors.url}/desk/hall")
    expect(page.locator(".hall-map rect.hall-PICK").first).to_be_visible()
    _keep(page, "hall")
    page.click("a[href='/desk/hall/new']")
    _fill(page, 0, zone="C", aisles="1-2", bays="1-6", levels="1-2", positions="1-2")
    page.press('[name="rack.0.positions"]', "Tab")
    expect(page.locator("#hall-drawn .hall-new title", has_text="C-02-06-2")).to_have_count(1)
    page.fill('[name="rack.0.bays"]', "6-1")
    page.press('[name="rack.0.bays"]', "Tab")
    expect(page.locator("#hall-drawn [role=alert]")).to_contain_text("是不是 1-6?")
    page.fill('[name="rack.0.bays"]', "1-6")
    page.press('[name="rack.0.bays"]', "Tab")
    expect(page.locator("#hall-drawn .band-ok")).to_contain_text("新建: 48 个库位")
    _keep(page, "hall-drawn")
    assert judge(page, "describe the hall") == []
    page.click("text=建立")
    expect(page.locator("h1")).to_have_text("库房")
    expect(page.locator(".hall-map title", has_text="C-02-06-2")).to_have_count(1)
    expect(page.locator(".hall-map .hall-new title")).to_have_count(0)
    assert judge(page, "hall") == []


def test_the_form_and_the_map_fit_a_handheld(visitors: Visitors) -> None:
    page = visitors.page(CHEN, 320, 640)
    for path in ("/desk/hall", "/desk/hall/new", "/desk/hall/labels", "/desk/slots/A-01-01-2-01"):
        page.goto(f"{visitors.url}{path}")
        _keep(page, path.strip("/").replace("/", "-") + "-320")
        assert page.evaluate(WIDE) <= 0, path
