"""Reading aloud: for people who want it, where the device has a voice; beside the tones, never instead."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from station.ground.scan.codes import internal
from station.practice.demo import goods
from station.wiring.hub import Hub
from tests.browser.screens import SIZES, resize, snap
from tests.browser.test_scan_queue import settled, type_in
from tests.browser.test_screens import speak
from tests.browser.visitors import Visitors
from tests.floor import SUN, Floor

VOICES = """
window.said = [];
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
speechSynthesis.getVoices = () => %s.map((lang) => ({ lang, localService: true }));
speechSynthesis.speak = (words) => said.push([words.lang, words.text, stationTones.length]);
"""
"""Voices of a device; Debian's Chromium has none."""


@pytest.fixture
def slot(floor: Floor) -> str:
    """A slot with goods that an order waits for."""
    articles = goods.products(4)
    wanted = goods.orders(articles, 4, 3, floor.hub.clock.now(), ["ZTO"])
    (notice,) = goods.notices(articles, goods.demand(wanted), "WH1", floor.hub.clock.today())
    floor.erp(*articles, notice, *wanted)
    dated = {item.code: "20260401" if item.is_shelf_life else "" for item in articles}
    lines = [
        (goods.gtin(int(line.sku_code[1:])), line.qty_each // 12, 0, dated[line.sku_code])
        for line in notice.lines
    ]
    floor.receive(notice.asn_no, lines)
    floor.release()
    floor.scans(SUN, "pick", "CM-OK")
    return internal("TT", "T001")


def switch(page: Page, url: str) -> None:
    """The key on the start page."""
    page.goto(url)
    page.click("form[action='/speech'] button")
    page.wait_for_selector("form[action='/speech'] button[aria-pressed=true]")


@pytest.mark.parametrize(("lang", "voice"), [("zh", "zh-CN"), ("en", "en-GB")])
def test_the_slot_is_read_after_its_tone(
    hub: Hub, visitors: Visitors, slot: str, lang: str, voice: str
) -> None:
    speak(hub, lang)
    page = visitors.page(SUN, script=VOICES % '["de-DE", "zh-CN", "en-GB"]')
    switch(page, visitors.url)
    page.goto(f"{visitors.url}/work/pick")
    type_in(page, slot)
    page.wait_for_function("() => said.length === 1")
    heard = page.evaluate("said[0]")
    assert heard[0] == voice
    assert heard[1] == page.get_attribute("#screen", "data-speak")
    assert heard[1].startswith("A, " if page.inner_text(".datum")[0] == "A" else page.inner_text(".datum")[0])
    assert heard[2] == 1  # the tone was first
    type_in(page, "6901234567893")
    settled(page)
    page.wait_for_timeout(600)  # longer than the pause after a tone: the same screen is not read twice
    assert page.evaluate("said.length") == 1
    assert page.evaluate("stationTones.length") == 2


@pytest.mark.parametrize("script", ["", VOICES % "['de-DE']", "delete window.speechSynthesis;"])
def test_without_a_voice_there_is_silence(visitors: Visitors, slot: str, script: str) -> None:
    """No voice at all, none for the language, or a browser that cannot speak: work as always."""
    page = visitors.page(SUN, script=script)
    switch(page, visitors.url)
    page.goto(f"{visitors.url}/work/pick")
    type_in(page, slot)
    page.wait_for_selector("#screen[data-step=slot]")
    settled(page)
    page.wait_for_timeout(600)
    assert page.evaluate("stationTones") == ["ok"]
    assert page.evaluate("window.said || []") == []


def test_nobody_is_read_to_unasked(visitors: Visitors, slot: str) -> None:
    page = visitors.work(SUN, "pick", script=VOICES % '["zh-CN"]')
    type_in(page, slot)
    page.wait_for_selector("#screen[data-step=slot]")
    assert page.get_attribute("#screen", "data-speak") == ""


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_switch_fits(hub: Hub, visitors: Visitors, lang: str) -> None:
    speak(hub, lang)
    page = visitors.page(SUN)
    page.goto(visitors.url)
    for size in SIZES:
        resize(page, size)
        snap(page, f"start-{lang}-{size[0]}")
        assert (
            page.evaluate(
                "() => Array.from(document.querySelectorAll('.foot .key'), (key) => key.scrollWidth - key.clientWidth)"
            )
            == [0] * 4
        )
