"""What comes out of scanners and input methods, in a real Chromium: every form of a scan is one scan."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page
from sqlalchemy import select

from station.ground.scan.codes import internal
from station.ground.scan.models import Scan
from station.practice.demo import goods, world
from station.wiring.hub import Hub
from tests.browser.test_scan_queue import sent, settled, stored, type_in
from tests.browser.test_scan_safety import notes
from tests.browser.visitors import Visitors
from tests.floor import LI, SUN, ZHAO, Floor

FULL = {ord(char): ord(char) + 0xFEE0 for char in map(chr, range(0x21, 0x7F))}
LOT = "2026A|372"

GLOVE = """() => Array.from(document.querySelectorAll("[data-key]")).filter((key) => /[0-9]/.test(key.dataset.key))
  .map((key) => {
    const at = key.getBoundingClientRect(), x = at.left + at.width / 2, y = at.top + at.height / 2;
    const reach = (dx, dy) => {
      let far = 0;
      while (far < 60 && key.contains(document.elementFromPoint(x + dx * (far + 1), y + dy * (far + 1)))) far++;
      return far;
    };
    return [1 + reach(-1, 0) + reach(1, 0), 1 + reach(0, -1) + reach(0, 1)];
  })"""
"""Width and height, in pixels, of what answers to a touch."""


@pytest.fixture
def stage(hub: Hub, floor: Floor) -> str:
    """A receipt whose cartons are to be counted: its step takes products of every dress."""
    article = goods.products(1)[0]
    (notice,) = goods.notices([article], {}, "WH1", hub.clock.today())
    floor.erp(article, notice)
    return floor.arrive(notice.asn_no, 2)


@pytest.fixture
def box(visitors: Visitors, stage: str) -> Page:
    """Li's stage 1 at the step that wants a product."""
    page = visitors.work(LI, "stage1")
    type_in(page, stage)
    settled(page)
    assert page.get_attribute("#screen", "data-step") == "product"
    return page


def arrived(page: Page) -> None:
    """The product was taken: the pad for cartons is open, with one tone."""
    page.wait_for_selector("#screen[data-step=cartons]")
    settled(page)
    assert page.evaluate("window.stationTones.slice(1)") == ["ok"]
    assert page.input_value("#scan-box") == ""


def cdp(page: Page) -> CDPSession:
    return page.context.new_cdp_session(page)


def compose(session: CDPSession, text: str) -> None:
    """An input method shows `text`, not yet its own last word."""
    session.send(
        "Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)}
    )


def process_key(session: CDPSession, code: str) -> None:
    """A key the input method takes for itself: the page sees keydown 229."""
    event: dict[str, Any] = {"code": code, "key": "Process", "windowsVirtualKeyCode": 229}
    session.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **event})
    session.send("Input.dispatchKeyEvent", {"type": "keyUp", **event})


@pytest.mark.parametrize(
    "dress",
    [
        "{}",
        "]E0{}",
        "]C101{:0>14}10" + LOT,
        "01{:0>14}11260401|10A7",
        "]d2\x1d01{:0>14}10A7{{GS}}11260401",
        "01{:0>14}10A7<GS>11260401",
        "(01){:0>14}(10)A7",
        "\u200b{}\ufeff",
    ],
)
@pytest.mark.parametrize("full_width", [False, True])
def test_every_dress_of_a_barcode_is_the_product(box: Page, dress: str, full_width: bool) -> None:
    """AIM ids, GS as itself or as a stand-in, brackets, full-width letters of an input method."""
    raw = dress.format(goods.gtin(1))
    type_in(box, raw.translate(FULL) if full_width else raw)
    arrived(box)


HAND_MS = 50
"""A wider gap between two characters is a hand's (`static/keys.js`)."""


def burst(page: Page, text: str) -> None:
    """Real keys as fast as a scanner's; begun anew when a busy machine let them trickle in like a hand's."""
    for _ in range(20):
        page.evaluate(
            """() => {
              window.typedAt = [];
              document.getElementById("scan-box").oninput = () => window.typedAt.push(performance.now());
            }"""
        )
        page.keyboard.type(text)
        gap = page.evaluate(
            "() => Math.max(...window.typedAt.slice(1).map((at, i) => at - window.typedAt[i]))"
        )
        if gap < HAND_MS:
            return
        page.keyboard.press("Escape")
    raise AssertionError("this machine is too busy to type like a scanner")


def test_without_a_suffix_the_scan_is_sent_by_itself(hub: Hub, box: Page) -> None:
    """No Enter, or an Enter typed as text that the box drops."""
    burst(box, goods.gtin(1))
    arrived(box)
    box.keyboard.insert_text("6900000000000\n")
    settled(box)
    box.wait_for_selector("#band.band-error")
    assert stored(hub)[-1] == ("6900000000000", 422)


def test_what_a_hand_types_is_never_cut_short(hub: Hub, box: Page) -> None:
    """A slow hand with pauses, a corrected typing error, a pasted code: only Enter sends them."""
    requests = sent(box)
    first, rest = goods.gtin(1)[:7], goods.gtin(1)[7:]
    box.keyboard.type(first + "0", delay=70)
    box.keyboard.press("Backspace")
    box.wait_for_timeout(700)  # longer than any wait for a suffix
    assert requests == []
    box.keyboard.type(rest, delay=70)
    box.keyboard.press("Enter")
    arrived(box)
    assert [raw for _, raw in requests] == [goods.gtin(1)]


def test_a_name_typed_fast_waits_for_enter(hub: Hub, visitors: Visitors, floor: Floor) -> None:
    """Free text is never a burst: an input method commits whole words at once."""
    article = goods.products(1)[0]
    (notice,) = goods.notices([article], {}, "WH1", hub.clock.today())
    floor.erp(article, notice)
    page = visitors.work(LI, "arrive")
    type_in(page, notice.asn_no)
    settled(page)
    page.keyboard.insert_text("沪A12345678")
    page.wait_for_timeout(700)  # longer than any wait for a suffix
    assert page.input_value("#scan-box") == "沪A12345678"
    page.keyboard.press("Enter")
    settled(page)
    assert stored(hub)[-1] == ("沪A12345678", 200)


@pytest.mark.parametrize("after", [("Enter", "Tab"), ("Tab",), ("Enter", "Enter"), ("Tab", "Enter")])
def test_any_suffix_is_one_scan_and_keeps_the_focus(hub: Hub, box: Page, after: tuple[str, ...]) -> None:
    box.keyboard.insert_text(goods.gtin(1))
    for key in after:
        box.keyboard.press(key)
    assert box.evaluate("document.activeElement.id") == "scan-box"
    arrived(box)
    type_in(box, "1")
    settled(box)
    assert stored(hub)[-2:] == [(goods.gtin(1), 200), ("1", 200)]


def test_an_input_method_may_split_a_scan(hub: Hub, box: Page) -> None:
    """Half committed, half in composition, and the Enter swallowed by the input method (keydown 229)."""
    ime, code = cdp(box), goods.gtin(1)
    compose(ime, code[:5])
    ime.send("Input.insertText", {"text": code[:5]})
    compose(ime, code[5:])
    process_key(ime, "Enter")
    ime.send("Input.insertText", {"text": code[5:]})
    arrived(box)
    assert stored(hub)[-1] == (code, 200)


def test_the_enter_that_ends_a_composition_sends_a_short_code(hub: Hub, box: Page) -> None:
    """Five characters are no burst: only the Enter that the input method swallowed says that this is all."""
    ime = cdp(box)
    compose(ime, "CM-")
    ime.send("Input.insertText", {"text": "CM-"})
    compose(ime, "OK")
    process_key(ime, "Enter")
    ime.send("Input.insertText", {"text": "OK"})
    box.wait_for_selector("#band.band-error")
    settled(box)
    assert stored(hub)[-1] == ("CM-OK", 422)


def test_an_enter_in_the_middle_of_a_composition_waits_for_its_end(hub: Hub, box: Page) -> None:
    """The key event comes through while the last characters are still being composed."""
    ime, code = cdp(box), goods.gtin(1)
    compose(ime, code)
    box.evaluate("document.getElementById('scan-form').requestSubmit()")
    ime.send("Input.insertText", {"text": code})
    arrived(box)
    assert stored(hub)[-1] == (code, 200)


def test_a_barcode_on_the_open_pad_is_a_scan(hub: Hub, box: Page) -> None:
    """T91: two keys were pressed already when the trigger went off; they are not part of the barcode."""
    type_in(box, goods.gtin(1))
    arrived(box)
    box.click("[data-key='1']")
    box.click("[data-key='2']")
    box.wait_for_timeout(300)  # a hand moves from the screen to the trigger
    type_in(box, goods.gtin(1))
    settled(box)
    assert stored(hub)[-1][0] == goods.gtin(1)
    box.keyboard.type("2", delay=80)
    box.keyboard.press("Enter")
    settled(box)
    assert stored(hub)[-1] == ("2", 200)


def test_a_glove_has_64_pixels_for_each_digit(box: Page) -> None:
    """On the smallest screen the gap between two keys belongs to them; hardware digits do as well."""
    type_in(box, goods.gtin(1))
    arrived(box)
    sizes = box.evaluate(GLOVE)
    assert len(sizes) == 10
    assert min(min(size) for size in sizes) >= 64, sizes
    box.keyboard.press("1")
    box.keyboard.press("2")
    box.keyboard.press("Backspace")
    box.click("[data-key='5']")
    assert box.input_value("#scan-box") == "15"
    box.keyboard.press("Escape")
    assert box.input_value("#scan-box") == ""


def test_a_key_reaches_the_box_from_anywhere(box: Page) -> None:
    """The focus was on the page when the wedge began to type: no character is lost."""
    box.evaluate("document.getElementById('scan-box').blur()")
    assert box.evaluate("document.activeElement.id") == ""
    box.keyboard.type(goods.gtin(1))
    box.keyboard.press("Enter")
    arrived(box)


def test_a_typed_slot_needs_leave_and_a_scanned_one_does_not(hub: Hub, visitors: Visitors) -> None:
    """The ⌨ key marks what a hand types; the scanner goes on working beside the open keyboard."""
    page = visitors.work(ZHAO, "place")
    dock = internal("LC", "DOCK-1")
    page.click("[data-manual-toggle]")
    page.keyboard.type(dock, delay=60)
    page.keyboard.press("Enter")
    settled(page)
    type_in(page, dock)
    settled(page)
    with hub.db.read() as tx:
        rows = tx.execute(select(Scan.is_manual, Scan.code).order_by(Scan.id)).all()
    assert [tuple(row) for row in rows] == [(True, "E-SCN-03"), (False, "S-PLACE")]


def test_function_keys_are_command_cards(hub: Hub, visitors: Visitors, floor: Floor) -> None:
    hub.door.workflows = hub.door.workflows = {**hub.workflows, "notes": notes}
    page = visitors.work(SUN, "notes")
    type_in(page, "F2 is short, F4 is undo")
    settled(page)
    for key, card in (("F2", "CM-SHORT"), ("F4", "CM-UNDO")):
        page.keyboard.press(key)
        settled(page)
        assert stored(hub)[-1][0] == card


def test_twenty_codes_in_two_seconds_on_a_slow_server(hub: Hub, visitors: Visitors) -> None:
    """One every 100 ms while each answer takes 250: twenty scans, in order, one tone each (issue 5)."""
    hub.door.workflows = hub.door.workflows = {**hub.workflows, "notes": notes}
    page = visitors.work(SUN, "notes")
    slow(page, 250)
    codes = [f"NOTE-{number:04d}" for number in range(20)]
    for code in codes:
        type_in(page, code)
        page.wait_for_timeout(100)
    assert page.evaluate("station.pending()") > 3
    assert page.inner_text("#net-band")
    settled(page)
    assert stored(hub) == [(code, 200) for code in codes]
    assert page.evaluate("window.stationTones") == ["ok"] * 20


def slow(page: Page, latency_ms: int) -> None:
    """The Wi-Fi as Chromium emulates it."""
    session = cdp(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": latency_ms, "downloadThroughput": 50_000, "uploadThroughput": 20_000},
    )


def test_the_labels_of_the_hall_read_in_full_width(hub: Hub, visitors: Visitors) -> None:
    """A slot, a badge and a command card typed by an input method in full-width mode."""
    page = visitors.work(SUN, "pick")
    for raw in (internal("LC", "A-01-01-1"), world.badge(LI), "cm-undo"):
        type_in(page, raw.translate(FULL))
        settled(page)
    with hub.db.read() as tx:
        assert list(tx.scalars(select(Scan.code).order_by(Scan.id))) == ["E-SCN-02", "E-SCN-02", "E-CMD-02"]
