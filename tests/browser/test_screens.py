"""Screens one by one: they fit in both languages, keys suit gloves, text stays text."""

from __future__ import annotations

import dataclasses

import pytest
from playwright.sync_api import Page
from sqlalchemy import update

from station.people.models import User
from station.practice.demo import goods, world
from station.wiring.hub import Hub
from tests.browser.screens import SIZES, measure, resize, snap
from tests.browser.visitors import Visitors
from tests.floor import CHEN, LI, QIAN, SUN, WANG, ZHAO, ZHOU, Floor

OWNER = "1008"
START = {
    "arrive": LI,
    "stage1": LI,
    "stage2": WANG,
    "sign": LI,
    "gift_in": ZHOU,
    "gift_out": ZHOU,
    "quarantine": ZHOU,
    "opening": ZHOU,
    "putaway": ZHOU,
    "pallets": ZHOU,
    "move": ZHOU,
    "count": ZHOU,
    "adjust": ZHOU,
    "lookup": SUN,
    "pick": SUN,
    "sort": SUN,
    "pack": ZHAO,
    "dispatch": QIAN,
    "intercept": CHEN,
    "place": ZHAO,
}
DESK = ("", "/orders", "/receipts", "/waves", "/printers", "/routes", "/jobs", "/erp", "/refusals", "/people")
HOSTILE = "<img src=x onerror=\"document.body.dataset.hacked='1'\">'\"&amp;<b>שלום مرحبا"
LONG = "Freeze-dried organic strawberry and raspberry crisps with honey, family pack"

KEYS = """() => Array.from(document.querySelectorAll("[data-key],#screen [data-scan]")).filter((key) => key.offsetParent).map((key) => {
  const at = key.getBoundingClientRect();
  return { name: key.dataset.key || key.dataset.scan, digit: /^[0-9]$/.test(key.dataset.key || ""),
           width: at.width, height: at.height, text: parseFloat(getComputedStyle(key).fontSize) };
})"""
FIT = """() => {
  const found = [], keys = Array.from(document.querySelectorAll("a.tile, .foot .key, .chip, .login .key, input:not([type=hidden])"));
  for (const box of [document.documentElement, document.body, ...document.querySelectorAll(".tiles, .tile, .screen, .key")])
    if (box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1)
      found.push(`${box.className || box.tagName} scrolls: ${box.textContent.trim().slice(0, 12)}`);
  for (const key of keys) {
    const at = key.getBoundingClientRect(), least = key.matches(".tile, .login .key") ? 64 : key.matches("input") ? 36 : 56;
    if (at.height < least || at.width < 56) found.push(`${key.textContent.trim()} is ${at.width}x${at.height}`);
    if (at.bottom > innerHeight || at.right > innerWidth) found.push(`${key.textContent.trim()} is cut off`);
  }
  return found;
}"""
INJECTED = """() => document.body.dataset.hacked || document.querySelector("img[src=x]")
  || document.querySelector("#screen b b, td b") || null"""


def speak(hub: Hub, lang: str) -> None:
    hub.db.write(lambda tx: tx.execute(update(User).values(lang=lang)))


def scan(page: Page, raw: str) -> None:
    page.keyboard.insert_text(raw)
    page.keyboard.press("Enter")
    page.wait_for_function("() => !station.pending() && !document.body.dataset.busy")


def delivery(floor: Floor, name: str = "", supplier: str = "") -> str:
    """A notice for one dated article; its number."""
    (article,) = goods.products(1)
    article = dataclasses.replace(article, name_zh=name or article.name_zh, spec=name[:60] or article.spec)
    (notice,) = goods.notices([article], {}, "WH1", floor.hub.clock.today())
    notice = dataclasses.replace(notice, supplier_name=supplier or notice.supplier_name)
    floor.erp(article, notice)
    return notice.asn_no


@pytest.mark.parametrize("lang", ["zh", pytest.param("en", marks=pytest.mark.long)])
def test_every_first_screen_fits(hub: Hub, visitors: Visitors, lang: str) -> None:
    assert set(START) == set(hub.workflows)
    speak(hub, lang)
    problems = []
    for flow, number in START.items():
        page = visitors.work(number, flow)
        problems += measure(page, f"{flow} {lang}")
        scan(page, "no such thing")
        problems += measure(page, f"{flow} {lang} refused", SIZES[:1])
        page.context.close()
    assert not problems, "\n".join(problems)


def test_answers_keep_the_language(hub: Hub, visitors: Visitors) -> None:
    speak(hub, "en")
    page = visitors.work(LI, "arrive")
    before = page.inner_text("#screen .ask")
    scan(page, "no such thing")
    assert page.inner_text("#screen .ask") == before


@pytest.mark.parametrize("lang", ["zh", pytest.param("en", marks=pytest.mark.long)])
def test_every_pad_fits_and_suits_gloves(hub: Hub, visitors: Visitors, floor: Floor, lang: str) -> None:
    """Numbers, dates, choices and PINs, with a long name, after a scan that was refused."""
    speak(hub, lang)
    notice = delivery(floor, LONG)
    problems: list[str] = []
    seen: list[str] = []

    def look(page: Page) -> None:
        """Measure the screen and its keys."""
        step = f"{page.get_attribute('#screen', 'data-flow')} {page.get_attribute('#screen', 'data-step')} {lang}"
        seen.append(step)
        refused = page.locator("#band.band-error").count() > 0
        problems.extend(measure(page, step + " refused" * refused, SIZES[:1] if refused else SIZES))
        for key in page.evaluate(KEYS):
            least = 64 if key["digit"] else 56
            if key["height"] < least or key["width"] < 56 or key["text"] < 14:
                problems.append(f"{step}: key {key}")

    page = visitors.work(LI, "arrive")
    for raw in (notice, "沪A12345", "Maximilian Featherstonehaugh"):
        scan(page, raw)
    look(page)
    scan(page, "99999999")
    look(page)
    scan(page, "1")
    receipt = page.inner_text("#band").split("RC")[1].split()[0]
    page = visitors.work(LI, "stage1")
    steps = ("RC" + receipt, goods.gtin(1), "1", "CM-OK", "0", "20260401", "CM-OK", "1")
    for raw in steps:
        scan(page, raw)
        look(page)
        scan(page, "CM-HELP-ME")
        look(page)
    assert {f"stage1 {step} {lang}" for step in ("cartons", "produced", "expires", "outer")} <= set(seen)
    scan(page, "CM-CLOSE")
    floor.inspect("RC" + receipt)
    page = visitors.work(LI, "sign")
    scan(page, "RC" + receipt)
    scan(page, world.badge(LI))
    look(page)
    scan(page, "0000")
    look(page)
    assert not problems, "\n".join(dict.fromkeys(problems))


def test_a_refusal_stays_until_the_next_scan(visitors: Visitors, floor: Floor) -> None:
    notice = delivery(floor)
    page = visitors.work(LI, "arrive")
    scan(page, "6900000000000")
    page.wait_for_selector("#band.band-error")
    page.mouse.click(100, 200)
    page.keyboard.press("Enter")
    page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    assert page.get_attribute("#band", "class") == "band band-error"
    assert "✘" in page.inner_text("#band")
    assert page.evaluate("window.stationTones") == ["error"]
    scan(page, notice)
    assert page.get_attribute("#band", "class") == "band band-ok"
    assert page.evaluate("window.stationTones") == ["error", "ok"]


def test_hostile_text_is_only_text(visitors: Visitors, floor: Floor) -> None:
    """Names, suppliers, plates and scans that look like markup: on handhelds and in the office."""
    notice = delivery(floor, HOSTILE, HOSTILE)
    page = visitors.work(LI, "arrive")
    for raw in (HOSTILE, notice, HOSTILE, HOSTILE[:40], HOSTILE, "<b>driver", "1"):
        scan(page, raw)
        assert page.evaluate(INJECTED) is None
    page = visitors.work(LI, "stage1")
    scan(page, HOSTILE)
    assert page.evaluate(INJECTED) is None
    page = visitors.page(OWNER, 1280, 800)
    for path in (*(f"/desk{part}" for part in DESK), f"/desk/orders?q={HOSTILE}", "/training", "/"):
        page.goto(visitors.url + path)
        assert page.evaluate(INJECTED) is None, path


@pytest.mark.parametrize("lang", [pytest.param("zh", marks=pytest.mark.long), "en"])  # the longer words
def test_the_office_and_the_bench_use_the_width(
    hub: Hub, visitors: Visitors, floor: Floor, lang: str
) -> None:
    """Desk pages, the training bench, start and sign-in pages never scroll sideways."""
    speak(hub, lang)
    delivery(floor)
    page = visitors.page(OWNER, 1280, 800)
    for path in (*(f"/desk{part}" for part in DESK), "/training", "/"):
        page.goto(visitors.url + path)
        snap(page, f"office{path.replace('/', '-')}-{lang}-1280")
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), path
    page = visitors.page("", *SIZES[0])
    for number in ("", LI, OWNER):
        if number:
            page = visitors.page(number, *SIZES[0])
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            page.goto(visitors.url + "/")
            snap(page, f"start{number}-{lang}-{width}")
            assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("lang", [pytest.param("zh", marks=pytest.mark.long), "en"])  # the longer words
def test_start_and_sign_in_fit(hub: Hub, visitors: Visitors, floor: Floor, lang: str) -> None:
    """All tiles of the owner, who may do everything, without scrolling; large enough for gloves."""
    speak(hub, lang)
    delivery(floor)
    problems = []
    for number in ("", LI, OWNER):
        page = visitors.page(number, *SIZES[0])
        page.goto(visitors.url + "/")
        for size in SIZES:
            resize(page, size)
            problems += [f"{number or 'login'} {size}: {text}" for text in page.evaluate(FIT)]
    assert not problems, "\n".join(problems)


def test_the_theme_follows_the_person(hub: Hub, visitors: Visitors) -> None:
    """Dark in the aisle on one handheld, dark on the next; nobody else's screen changes."""
    page = visitors.page(LI)
    page.goto(visitors.url + "/")
    ground = "() => getComputedStyle(document.documentElement).backgroundColor"
    bright = page.evaluate(ground)
    page.get_by_role("button", name="深色").click()
    page.wait_for_selector("html[data-theme=dark]")
    other = visitors.work(LI, "arrive")
    assert other.evaluate(ground) == page.evaluate(ground) != bright
    assert visitors.work(WANG, "stage2").evaluate(ground) == bright


def test_a_person_signs_in_and_out(visitors: Visitors) -> None:
    """Badge, PIN, work, and the session ends."""
    page = visitors.page()
    page.goto(visitors.url + "/work/arrive")
    page.wait_for_function("document.activeElement.id === 'badge'")
    page.keyboard.insert_text(world.badge(LI))
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.id === 'pin'")
    page.keyboard.insert_text(world.PIN)
    page.keyboard.press("Enter")
    page.wait_for_selector("#screen[data-flow=arrive]")
    assert page.evaluate("document.activeElement.id") == "scan-box"
    page.click(".bar-home")
    page.click(".foot form:last-child button")
    page.wait_for_selector("#badge")
