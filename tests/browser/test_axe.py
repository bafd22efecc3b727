"""Every page, judged by axe-core: no serious and no critical violation, in both themes."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page
from werkzeug.exceptions import HTTPException

from printers.worker import PrintWorker
from station.practice.demo import world
from station.wiring.hub import Hub
from tests.browser.axe import judge, need_axe
from tests.browser.conftest import Served
from tests.browser.screens import BENCH, HANDHELD, BrowserFloor, resize
from tests.browser.test_screens import OWNER, START, delivery, scan
from tests.browser.test_whole_job import refuse_on_every_first_screen
from tests.browser.visitors import Visitors
from tests.floor import LI, ZHAO, Answer, Floor
from tests.station.scenarios.test_whole_job import _ready as ready

LINKS = """() => Array.from(document.querySelectorAll("a[href]"), (link) => link.href)"""


@pytest.fixture(autouse=True)
def _axe() -> None:
    need_axe()


class JudgedFloor(BrowserFloor):
    """The floor's work through pages; each new screen is judged."""

    def look_at(self, page: Page, answer: Answer | None = None) -> None:
        flow, step = (page.get_attribute("#screen", f"data-{name}") or "" for name in ("flow", "step"))
        key = (flow, step, answer.body["tone"] if answer else "none")
        if key not in self.seen:
            self.seen.add(key)
            self.problems += judge(page, " ".join(key))


@pytest.mark.long
def test_every_screen_of_the_job_is_accessible(hub: Hub, visitors: Visitors) -> None:
    floor = JudgedFloor(hub, visitors)
    refuse_on_every_first_screen(floor)
    ready(floor)
    floor.release()
    floor.pick_next()
    bills = floor.pack_tote()
    floor.dispatch("ZTO", bills)
    assert len(floor.seen) > 40
    assert not floor.problems, "\n".join(sorted(set(floor.problems)))


@pytest.mark.parametrize("flow", START)
def test_every_first_screen_is_accessible(visitors: Visitors, flow: str) -> None:
    page = visitors.work(START[flow], flow)
    problems = judge(page, flow)
    scan(page, "no such thing")
    assert not problems + judge(page, f"{flow} refused")


def endpoint(served: Served, url: str) -> str:
    """Which view answers; links that lead elsewhere have none."""
    parts = urlsplit(url)
    try:
        found, _values = served.app.url_map.bind(parts.netloc).match(parts.path)
    except HTTPException:
        return ""
    return str(found)


@pytest.mark.long
def test_every_page_of_the_office_is_accessible(
    hub: Hub, served: Served, visitors: Visitors, floor: Floor
) -> None:
    """All that can be reached by links from the start, the desk and the training bench: one page a view."""
    ready(floor)
    floor.release()
    floor.pick_next()
    floor.pack_tote()
    worker = PrintWorker(hub.db.write, hub.clock.now)
    while worker.run_once():
        pass
    page = visitors.page(OWNER, *BENCH)
    todo = [served.url + path for path in ("/", "/desk", "/training", "/desk/erp", "/no/such/page")]
    seen: set[str] = set()
    problems: list[str] = []
    while todo:
        url = todo.pop(0)
        name = endpoint(served, url) or urlsplit(url).path
        if not url.startswith(served.url) or name in seen:
            continue
        seen.add(name)
        answer = page.request.get(url)
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        page.goto(url)
        problems += judge(page, urlsplit(url).path)
        todo += page.evaluate(LINKS)
    assert {"office.order", "office.receipt", "office.wave", "office.job", "office.printer"} <= seen
    assert {"office.design", "office.cards", "office.erp", "office.print_routes", "office.training"} <= seen
    assert not problems, "\n".join(problems)


def test_every_step_of_the_device_check_is_accessible(visitors: Visitors) -> None:
    page = visitors.page(LI, *HANDHELD)
    page.goto(f"{visitors.url}/device")
    problems = judge(page, "device")
    for number in range(1, 7):
        with page.expect_response(lambda answer: answer.url.endswith("/device")):
            page.locator("[data-unread]").click()
        page.wait_for_selector(f"#check[data-scans='{number}']")
        problems += judge(page, f"device after {number}")
    page.locator("[data-sound=none]").click()
    page.wait_for_selector("[data-done=yes]")
    assert not problems + judge(page, "device result")


def test_sign_in_is_accessible(visitors: Visitors) -> None:
    page = visitors.page()
    page.goto(visitors.url)
    problems = judge(page, "login")
    page.fill("#badge", world.badge(LI))
    page.fill("#pin", "9999")
    page.keyboard.press("Enter")
    page.wait_for_selector(".band-error")
    assert not problems + judge(page, "login refused")


def test_the_desk_can_be_used_with_the_keyboard_alone(visitors: Visitors, floor: Floor) -> None:
    """Tab reaches every link, field and button in the order of the page, and shows where it is."""
    delivery(floor)
    page = visitors.page(OWNER, *BENCH)
    for path in ("/desk/orders", "/desk/printers/new", "/desk/routes", "/"):
        page.goto(visitors.url + path)
        wanted = page.evaluate(
            """() => Array.from(document.querySelectorAll("a[href],button,input:not([type=hidden]),select,summary"))
              .filter((part) => part.checkVisibility() && !part.disabled && part.tabIndex >= 0).length"""
        )
        reached: set[int] = set()
        for _ in range(wanted + 3):
            page.keyboard.press("Tab")
            number, outline = page.evaluate(
                """() => [Array.from(document.querySelectorAll("*")).indexOf(document.activeElement),
                  getComputedStyle(document.activeElement).outlineStyle]"""
            )
            if page.evaluate("() => document.activeElement !== document.body"):
                reached.add(number)
                assert outline != "none"
        assert len(reached) == wanted, path


def test_what_a_scan_did_is_announced_and_the_focus_stays(visitors: Visitors, floor: Floor) -> None:
    """The live region is there before the scan and only its text changes, or screen readers keep silent."""
    notice = delivery(floor)
    page = visitors.work(LI, "arrive")
    page.evaluate(
        """() => {
          window.spoken = [];
          const live = document.querySelector("[aria-live=assertive]");
          live.dataset.same = "yes";
          new MutationObserver(() => window.spoken.push(live.textContent.trim())).observe(
            live, { childList: true, subtree: true, characterData: true });
        }"""
    )
    for raw in ("no such thing", notice):
        scan(page, raw)
        assert page.evaluate("() => document.activeElement.id") == "scan-box"
    heard = page.evaluate("window.spoken")
    assert any("此采购单不属于本仓" in text for text in heard)
    assert any(notice in text for text in heard)
    assert page.locator("[aria-live=assertive][data-same=yes]").count() == 1


def test_sizes_do_not_change_who_is_heard(visitors: Visitors) -> None:
    """The bench's polled side is not a live region: it would talk over the answers."""
    page = visitors.work(ZHAO, "pack", *HANDHELD)
    resize(page, BENCH)
    page.wait_for_selector(".beside-weight")
    assert page.locator(".beside [aria-live], .beside [role=status], .beside[aria-live]").count() == 0
