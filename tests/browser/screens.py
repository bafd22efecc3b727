"""The floor's work through a real browser; every new screen is measured at three sizes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from playwright.sync_api import Page
from sqlalchemy import select

from station.ground.scan.models import Scan
from station.wiring.hub import Hub
from tests.browser.visitors import Visitors
from tests.floor import Answer, Floor

HANDHELD, BENCH = (320, 400), (1280, 800)
SIZES = (HANDHELD, (360, 640), BENCH)
"""CSS pixels: the smallest handheld with its browser bars, a common one, a packing bench."""

ALBUM = os.environ.get("STATION_ALBUM", "")
"""A folder for pictures of every screen, for people to look at."""

SHOWN = """(token) => !document.body.dataset.busy && !station.pending()
  && document.getElementById("screen").dataset.stepToken === token"""

MEASURE = """() => {
  const found = [], view = { w: innerWidth, h: innerHeight };
  const screen = document.getElementById("screen"), box = document.getElementById("scan-box");
  if (document.documentElement.scrollHeight > view.h) found.push("the page scrolls");
  if (screen.scrollHeight > screen.clientHeight + 1)
    found.push(`the screen is ${screen.scrollHeight - screen.clientHeight} px too long`);
  const floor = document.getElementById("scan-form").getBoundingClientRect().top;
  for (const part of screen.querySelectorAll("h1,p,dl,table,button,summary,progress")) {
    const at = part.getBoundingClientRect(), name = part.className || part.tagName;
    if (!at.width) continue;
    if (at.bottom > floor + 1 || at.top < 0 || at.left < 0 || at.right > view.w + 1)
      found.push(`${name} is cut off`);
    if (part.matches(".datum") && part.scrollWidth > part.clientWidth) found.push(`${name} does not show all`);
    if (part.matches("button,summary")) {
      const hit = document.elementFromPoint(at.left + at.width / 2, at.top + at.height / 2);
      if (!part.contains(hit)) found.push(`${name} is covered`);
      const least = part.matches(".key:not(.key-quiet), [data-key]") ? 64 : 56; // gloves (domain §10.4)
      const wide = part.matches("[data-key]") ? 56 : least;
      if (at.height < least - 0.1 || at.width < wide - 0.1)
        found.push(`${name} is ${at.width}x${at.height}, too small`);
    }
  }
  const shown = Array.from(screen.querySelectorAll("button,summary")).filter((key) => key.getClientRects().length);
  const keys = shown.map((key) => [key, key.getBoundingClientRect()]);
  keys.forEach(([key, a], index) => keys.slice(index + 1).forEach(([other, b]) => {
    const apart = Math.max(b.left - a.right, a.left - b.right, b.top - a.bottom, a.top - b.bottom);
    const least = view.w < 360 && key.closest(".pad") ? 8 : 12; // five columns leave no more of 320 px
    if (apart < least - 0.1) found.push(`${key.textContent.trim()} and ${other.textContent.trim()} are ${apart} px apart`);
  }));
  for (const part of document.querySelectorAll("body, body *")) {
    const says = Array.from(part.childNodes).some((node) => node.nodeType === 3 && node.data.trim());
    const size = parseFloat(getComputedStyle(part).fontSize);
    if (says && part.getClientRects().length && size < 16) found.push(`${part.tagName} ${part.textContent.trim()}: ${size} px`);
  }
  const parts = Array.from(screen.children).filter((part) => part.getClientRects().length);
  parts.forEach((one, index) => parts.slice(index + 1).forEach((two) => {
    const a = one.getBoundingClientRect(), b = two.getBoundingClientRect();
    if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1)
      found.push(`${one.className || one.tagName} lies on ${two.className || two.tagName}`);
  }));
  if (document.activeElement !== box) found.push("the scan box has no focus");
  return found;
}"""


def resize(page: Page, size: tuple[int, int]) -> None:
    """Another window, laid out and painted."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.wait_for_function("([w, h]) => innerWidth === w && innerHeight === h", arg=list(size))
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


OPENED = """() => {
  const found = [], rest = document.querySelectorAll(".keys-rest button");
  if (!rest.length) found.push("no key behind the dots");
  for (const key of rest) {
    const at = key.getBoundingClientRect(), name = key.textContent.trim();
    if (at.height < 56 || at.width < 64) found.push(`${name} is ${at.width}x${at.height}, too small`);
    if (at.top < 0 || at.left < 0 || at.right > innerWidth || at.bottom > innerHeight) found.push(`${name} is cut off`);
    const hit = document.elementFromPoint(at.left + at.width / 2, at.top + at.height / 2);
    if (!key.contains(hit)) found.push(`${name} is covered`);
  }
  return found;
}"""
"""What is wrong with the keys behind the dots, once they are open."""
FOCUSED = "() => document.activeElement === document.getElementById('scan-box')"
"""A tap on the dots takes the focus for a moment; it comes back by itself."""


def snap(page: Page, name: str) -> None:
    """A picture for the album, when one is wanted."""
    if ALBUM:
        page.screenshot(path=Path(ALBUM) / f"{name}.png")


def measure(page: Page, name: str, sizes: Sequence[tuple[int, int]] = SIZES) -> list[str]:
    """What is wrong with a screen at each size."""
    found = []
    for size in sizes:
        resize(page, size)
        snap(page, f"{name.replace(' ', '-')}-{size[0]}")
        texts = page.evaluate(MEASURE)
        if page.locator(".keys-more").count():
            page.click(".keys-more > summary")
            snap(page, f"{name.replace(' ', '-')}-{size[0]}-more")
            texts += page.evaluate(OPENED)
            page.click(".keys-more > summary")
            page.wait_for_function(FOCUSED)
        found += [f"{name} {size[0]}x{size[1]}: {text}" for text in texts]
    resize(page, sizes[0])
    return found


class BrowserFloor(Floor):
    """Scans go through the page; the answer is read back from the database."""

    def __init__(self, hub: Hub, visitors: Visitors, measured: Sequence[tuple[int, int]] = SIZES) -> None:
        super().__init__(hub)
        self.visitors = visitors
        self.measured = measured
        visitors.floor = self
        self.pages: dict[str, Page] = {}
        self.flows: dict[str, str] = {}
        self.sizes: dict[str, tuple[int, int]] = {}
        self.seen: set[tuple[str, ...]] = set()
        self.problems: list[str] = []

    def open(self, number: str, flow: str) -> Page:
        """The person's handheld, at the process."""
        if number not in self.pages:
            self.pages[number] = self.visitors.page(number)
            self.sizes[number] = HANDHELD
        page = self.pages[number]
        if self.flows.get(number) != flow:
            page.goto(f"{self.visitors.url}/work/{flow}")
            self.flows[number] = flow
            self.look_at(page)
        return page

    def scan(self, number: str, flow: str, raw: str, **_options: Any) -> Answer:
        page = self.open(number, flow)
        if (wanted := BENCH if flow == "pack" else HANDHELD) != self.sizes[number]:
            resize(page, wanted)
            self.sizes[number] = wanted
        with page.expect_response(lambda answer: "/scan/" in answer.url) as caught:
            self._enter(page, raw)
        (scan_id,) = parse_qs(caught.value.request.post_data or "")["scan_id"]
        with self.hub.db.read() as tx:
            row = tx.scalars(select(Scan).where(Scan.scan_id == scan_id)).one()
            answer = Answer(row.status, row.reply)
        page.wait_for_function(SHOWN, arg=answer.body["step_token"])
        self.look_at(page, answer)
        return answer

    def _enter(self, page: Page, raw: str) -> None:
        """A key that does it is tapped, digits are tapped on the pad, all else is scanned."""
        key = page.locator(f'#screen button[data-scan="{raw}"]')
        pad = page.locator(".pad")
        if key.count():
            if not key.is_visible():
                page.click(".keys-more > summary")
            key.click()
        elif pad.count() and raw.isdigit() and len(raw) < 9:
            for digit in raw:
                pad.locator(f'[data-key="{digit}"]').click()
            pad.locator('[data-key="enter"]').click()
        else:
            page.keyboard.insert_text(raw)
            page.keyboard.press("Enter")

    def look_at(self, page: Page, answer: Answer | None = None) -> None:
        """Measure a screen that was not seen before."""
        flow, step = page.evaluate("() => [screenOf().flow, screenOf().step]".replace("screenOf()", _DATA))
        key = (flow, step, answer.body["tone"] if answer else "none")
        if key in self.seen:
            return
        self.seen.add(key)
        self.problems += measure(page, "-".join(key), self.measured)
        resize(page, BENCH if flow == "pack" else HANDHELD)


_DATA = 'document.getElementById("screen").dataset'
