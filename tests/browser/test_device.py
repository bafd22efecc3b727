"""The device check in a real browser: codes are typed as scanners type them, under a clock that the test moves.

The check judges by time (gaps between characters, a key that follows soon, round trips), so the page's clock
stands still here unless a test moves it: what is judged is the scanner, never the speed of the machine.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from playwright.sync_api import Page

from station.devices.testcodes import CODES, GS
from tests.browser.screens import BENCH, HANDHELD
from tests.browser.visitors import Visitors
from tests.floor import LI

ALBUM = os.environ.get("STATION_ALBUM", "")
SILENCE_MS = 1000
"""Long enough for the page to know that nothing more comes."""

FITS = """() => {
  const floor = document.getElementById("device-form").getBoundingClientRect().top || innerHeight;
  return Array.from(document.querySelectorAll("#check > *"))
    .filter((part) => part.getClientRects().length)
    .filter((part) => part.getBoundingClientRect().bottom > floor + 1 || part.getBoundingClientRect().right > innerWidth)
    .map((part) => part.className || part.tagName);
}"""


@pytest.fixture
def page(visitors: Visitors) -> Page:
    page = visitors.page(LI, *HANDHELD)
    page.clock.install()
    page.goto(f"{visitors.url}/")
    page.get_by_role("link", name="设备自检").click()
    page.wait_for_function("() => document.activeElement.id === 'device-box'")
    page.clock.pause_at(datetime.now(tz=UTC) + timedelta(seconds=30))
    return page


def snap(page: Page, name: str) -> None:
    if ALBUM:
        page.screenshot(path=Path(ALBUM) / f"{name}.png", full_page=True)


def resize(page: Page, size: tuple[int, int]) -> None:
    """Another window. Nothing waits for a frame: the page's clock, which frames follow, stands still."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.wait_for_function("([w, h]) => innerWidth === w && innerHeight === h", arg=list(size))


def scan(page: Page, text: str, *keys: str, gap_ms: int = 0) -> None:
    """One scan, and its judgement on the screen; GS is typed as `|`, as a scanner should.

    With `gap_ms`, it comes character by character, that far apart."""
    with page.expect_response(lambda answer: answer.url.endswith("/device")) as caught:
        if gap_ms:
            for character in text:
                page.keyboard.type(character)
                page.clock.run_for(gap_ms)
        else:
            page.keyboard.insert_text(text.replace(GS, "|"))
        for key in keys:
            page.keyboard.press(key)
        page.clock.run_for(SILENCE_MS)
    sent = len(json.loads(caught.value.request.post_data or "{}")["scans"])
    page.wait_for_function(
        "(sent) => document.getElementById('check').dataset.scans === String(sent)", arg=sent
    )


def band(page: Page) -> str:
    return page.locator("#check .band").inner_text()


def test_a_well_set_up_scanner_passes(page: Page) -> None:
    for number, code in enumerate(CODES, 1):
        assert page.locator(".check-number").inner_text() == str(number)
        for size in (HANDHELD, (360, 640)):
            resize(page, size)
            assert page.evaluate(FITS) == []
        scan(page, code.text, "Enter")
    resize(page, HANDHELD)
    assert page.evaluate(FITS) == []
    snap(page, "device-hear")
    page.locator("[data-play]").click()
    assert page.evaluate("() => window.stationTones.at(-1)") == "error"
    page.locator("[data-sound=both]").click()
    page.wait_for_selector("[data-done=yes]")
    assert "这台设备可以用" in band(page)
    assert page.locator("td code").count() == 6
    assert "320×400" in page.locator("dl.lines").inner_text()
    snap(page, "device-good")


def test_each_fault_is_said_at_once_and_again_at_the_end(page: Page, visitors: Visitors) -> None:
    ean, gs1, slot, qr, lower, _matrix = CODES
    scan(page, ean.text[:-1], "Enter")
    assert "校验位" in band(page)
    scan(page, gs1.text.replace(GS, ""), "Enter", "Tab")
    assert "GS" in band(page)
    assert "Tab" in band(page)
    assert page.evaluate(FITS) == []
    snap(page, "device-step-faults")
    scan(page, slot.text)
    assert "ENTER" in band(page)
    scan(page, qr.text[:40] + qr.text[45:], "Enter")
    assert "丢了 5 个" in band(page)
    scan(page, lower.text.upper(), "Tab")
    assert "大写" in band(page)
    page.locator("[data-unread]").click()
    page.locator("[data-sound=none]").click()
    page.wait_for_selector("[data-done=yes]")
    assert "9 处要改" in band(page)
    assert "Data Matrix" in page.locator(".check-bad").inner_text()
    snap(page, "device-bad")
    resize(page, BENCH)
    snap(page, "device-bad-wide")
    page.locator("[data-again]").click()
    page.wait_for_function("() => document.getElementById('check').dataset.wanted === 'ean'")


def test_another_code_does_not_count_and_is_named(page: Page) -> None:
    scan(page, CODES[3].text, "Enter")
    assert "4 号码" in band(page)
    scan(page, "LCA010203X", "Enter")
    assert "不是检查纸上的码" in band(page)
    assert page.locator("#check").get_attribute("data-wanted") == "ean"
    scan(page, CODES[0].text, "Enter")
    assert page.locator("#check").get_attribute("data-wanted") == "gs1"


def test_real_keys_and_full_width_characters(page: Page) -> None:
    scan(page, CODES[0].text, "Enter", gap_ms=4)
    assert page.locator("#check").get_attribute("data-wanted") == "gs1"
    assert "丢" not in band(page)
    wide = CODES[1].text.replace(GS, "|").translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})
    scan(page, wide, "Enter")
    assert "全角" in band(page)


def test_a_scanner_that_types_slowly_is_told_so(page: Page) -> None:
    scan(page, CODES[0].text, "Enter", gap_ms=80)
    assert "字符间隔" in band(page)


def test_a_lost_network_is_said_and_the_scan_is_made_again(page: Page) -> None:
    page.context.set_offline(True)
    page.keyboard.insert_text(CODES[0].text)
    page.keyboard.press("Enter")
    page.clock.run_for(SILENCE_MS)
    page.wait_for_function("() => (window.stationTones || []).includes('error')")
    page.context.set_offline(False)
    scan(page, CODES[0].text, "Enter")
    assert page.locator("#check").get_attribute("data-wanted") == "gs1"


def test_a_lost_network_at_the_last_question_takes_no_scan_away(page: Page) -> None:
    for code in CODES:
        scan(page, code.text, "Enter")
    page.context.set_offline(True)
    page.locator("[data-sound=both]").click()
    page.wait_for_function("() => (window.stationTones || []).at(-1) === 'error'")
    page.context.set_offline(False)
    page.locator("[data-sound=both]").click()
    page.wait_for_selector("[data-done=yes]")
    assert "这台设备可以用" in band(page)


def test_on_a_bench_the_code_stands_on_the_screen(page: Page) -> None:
    assert not page.locator(".check-picture").is_visible()
    resize(page, BENCH)
    page.locator(".check-picture").wait_for(state="visible")
    page.wait_for_function("() => document.querySelector('.check-picture').naturalWidth > 200")
    snap(page, "device-wide")


def test_the_sheet_fits_on_paper_and_shows_all_codes(visitors: Visitors) -> None:
    page = visitors.page(LI, 794, 1123)  # A4 at 96 dpi
    page.goto(f"{visitors.url}/device/sheet")
    page.wait_for_function(
        "() => Array.from(document.images).every((image) => image.complete && image.naturalWidth)"
    )
    assert page.locator("img").count() == 6
    snap(page, "device-sheet")
    page.emulate_media(media="print")
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    paper = page.pdf(prefer_css_page_size=True, print_background=True)
    if ALBUM:
        (Path(ALBUM) / "device-sheet.pdf").write_bytes(paper)
    with pdfium.PdfDocument(paper) as pages:
        assert len(pages) == 2
