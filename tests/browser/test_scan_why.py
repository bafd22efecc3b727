"""Why?, on the handheld: F1, the ? key, a tap on the refusal, the card; a scan closes it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from station.ground.words.messages import say
from station.practice.demo import goods, world
from station.wiring.hub import Hub
from tests.browser.screens import SIZES, resize, snap
from tests.browser.test_scan_queue import settled, stored, type_in
from tests.browser.test_screens import speak
from tests.browser.visitors import Visitors
from tests.floor import LI, ZHAO, Floor

WRONG = "6901234567893"

FITS = """() => {
  const sheet = document.getElementById("why"), found = [];
  const facts = sheet.querySelector(".why-facts"), at = sheet.getBoundingClientRect();
  const form = document.getElementById("scan-form").getBoundingClientRect();
  const close = sheet.querySelector("button").getBoundingClientRect();
  if (facts.scrollHeight > facts.clientHeight + 1) found.push(`${facts.scrollHeight - facts.clientHeight} px too long`);
  if (at.top < 23 || at.right > innerWidth + 1 || close.bottom > form.top + 1) found.push("outside");
  for (const part of sheet.querySelectorAll("*"))
    if (parseFloat(getComputedStyle(part).fontSize) < 14) found.push(part.tagName + " is too small");
  const hit = document.elementFromPoint(close.left + close.width / 2, close.top + close.height / 2);
  if (close.height < 56 || !hit.matches("[data-why-close]")) found.push("the key cannot be reached");
  return found;
}"""


@pytest.fixture
def page(visitors: Visitors, floor: Floor, hub: Hub) -> Page:
    """Li at the arrival, having scanned something wrong."""
    (article,) = goods.products(1)
    (notice,) = goods.notices([article], {}, "WH1", hub.clock.today())
    floor.erp(article, notice)
    found = visitors.work(LI, "arrive")
    type_in(found, WRONG)
    settled(found)
    return found


def text(page: Page) -> str:
    page.wait_for_selector("#why")
    return page.inner_text("#why")


def gone(page: Page) -> None:
    page.wait_for_selector("#why", state="detached")


def test_one_key_says_why(page: Page) -> None:
    """F1 opens, F1 or Escape closes; the refusal stays, the step is the same, nothing is sent or heard."""
    page.keyboard.press("F1")
    told = text(page)
    for part in (say("E-RCV-01"), say("P-ARR-NOTICE"), say("H-E-RCV-01")):
        assert part["zh"] in told
    assert say("L-ODD-BAD-CHECK", {"n": 13})["zh"] in told
    for key in ("F1", "Escape"):
        page.keyboard.press(key)
        gone(page)
        assert page.locator("#band.band-error").is_visible()
        assert page.evaluate("document.activeElement.id") == "scan-box"
        page.keyboard.press("F1")
        text(page)
    page.click("[data-why-close]")
    gone(page)
    assert page.get_attribute("#screen", "data-step") == "notice"
    assert page.evaluate("window.stationTones") == ["error"]


@pytest.mark.parametrize("where", ["[data-why]", "#band"])
def test_a_tap_says_why(page: Page, where: str) -> None:
    page.click(where)
    assert WRONG in text(page)


def test_the_help_card_says_why(hub: Hub, page: Page) -> None:
    """One tone, no scan of the work, in any dress; also right behind a scan that is not judged yet."""
    for card in ("CM-HELP", "cm-help", "]C1CM-HELP", "ＣＭ－ＨＥＬＰ"):
        type_in(page, card)
        assert WRONG in text(page)
        page.keyboard.press("Escape")
        gone(page)
    type_in(page, "6900000000000")
    type_in(page, "CM-HELP")
    assert "6900000000000" in text(page)
    assert [raw for raw, _ in stored(hub)] == [WRONG, "6900000000000"]
    assert page.evaluate("window.stationTones.filter((tone) => tone === 'tick').length") == 5


def test_a_scan_while_it_is_open_is_judged_as_always(page: Page, hub: Hub) -> None:
    page.keyboard.press("F1")
    text(page)
    type_in(page, world.badge(LI))
    gone(page)
    settled(page)
    assert stored(hub)[-1] == (world.badge(LI), 422)
    page.keyboard.press("F1")
    assert say("L-IS-USER", {"name": "李收货"})["zh"][:4] in text(page)


def test_the_sheet_lies_over_the_packing_bench(visitors: Visitors) -> None:
    page = visitors.work(ZHAO, "pack", *SIZES[2])
    type_in(page, WRONG)
    settled(page)
    page.keyboard.press("F1")
    assert WRONG in text(page)
    snap(page, "why-pack-1280")
    assert page.evaluate(FITS) == []


def test_without_a_refusal_it_says_what_is_wanted(visitors: Visitors) -> None:
    page = visitors.work(LI, "arrive")
    assert not page.locator("[data-why]").is_visible()
    page.keyboard.press("F1")
    assert say("P-ARR-NOTICE")["zh"] in text(page)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_sheet_fits(hub: Hub, visitors: Visitors, page: Page, lang: str) -> None:
    speak(hub, lang)
    for raw in (WRONG, goods.gtin(1), world.badge(LI)):
        type_in(page, raw)
        settled(page)
        page.keyboard.press("F1")
        text(page)
        for size in SIZES:
            resize(page, size)
            snap(page, f"why-{raw}-{lang}-{size[0]}")
            assert page.evaluate(FITS) == [], (raw, size)
        resize(page, SIZES[0])
        page.keyboard.press("Escape")
        gone(page)
