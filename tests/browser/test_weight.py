"""What a screen costs on patchy Wi-Fi: kilobytes on the wire, requests, and what stays in the cache."""

from __future__ import annotations

import gzip
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.sync_api import Page, Response

from station.wiring.hub import Hub
from tests.browser.conftest import Served
from tests.browser.test_screens import START, delivery, scan
from tests.browser.visitors import Visitors
from tests.floor import LI, Floor

LIMIT = 60_000
"""Gzipped bytes of a step after the first load (domain §10.6). The very first load of all keeps to it too."""
SAME_STEP = 4_000
"""A scan's answer: it must also fit through a bad corner of the hall."""

FETCHED = """() => performance.getEntriesByType("resource")
  .filter((entry) => entry.transferSize > 0).map((entry) => entry.name)"""


def weigh(answers: list[Response]) -> dict[str, int]:
    """Gzipped bytes of what came over the wire, by path."""
    return {
        urlsplit(answer.url).path: len(gzip.compress(answer.body(), 6))
        for answer in answers
        if answer.status == 200
    }


def listen(page: Page) -> list[Response]:
    heard: list[Response] = []
    page.on("response", lambda answer: heard.append(answer))  # noqa: PLW0108 — playwright looks inside
    return heard


@pytest.mark.parametrize("flow", START)
def test_a_screen_is_light(visitors: Visitors, flow: str) -> None:
    page = visitors.page(START[flow])
    heard = listen(page)
    page.goto(f"{visitors.url}/work/{flow}", wait_until="networkidle")
    first = weigh(heard)
    assert sum(first.values()) < LIMIT, first
    heard.clear()
    page.goto(f"{visitors.url}/work/{flow}", wait_until="networkidle")
    assert not [url for url in page.evaluate(FETCHED) if "/static/" in url]
    page_alone = sum(size for path, size in weigh(heard).items() if not path.startswith("/static/"))
    assert page_alone < SAME_STEP


def test_a_scan_costs_a_few_kilobytes(hub: Hub, visitors: Visitors, floor: Floor) -> None:
    """The answer is the screen alone; a photo comes once."""
    notice = delivery(floor)
    folder = hub.settings.data / "photos"
    folder.mkdir(parents=True, exist_ok=True)
    Image.effect_noise((1200, 1200), 60).convert("RGB").save(folder / "S0001.jpg")
    page = visitors.work(LI, "arrive")
    heard = listen(page)
    for raw in ("nonsense", notice, "沪A12345", "张师傅"):
        heard.clear()
        scan(page, raw)
        assert max(weigh(heard).values(), default=0) < SAME_STEP
    assert not [answer for answer in heard if "/static/" in answer.url]


def test_what_may_be_kept_says_so(visitors: Visitors, served: Served) -> None:
    """Static files name their content and stay for a year; pages are never kept."""
    page = visitors.page(LI)
    heard = listen(page)
    page.goto(f"{visitors.url}/work/arrive", wait_until="networkidle")
    for answer in heard:
        rule = answer.headers.get("cache-control", "")
        assert ("max-age=31536000" in rule) == ("/static/" in answer.url), answer.url
