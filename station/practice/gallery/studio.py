"""Taking a picture of a page in both themes and three sizes; a handheld whose screens are photographed."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from station.practice.simulate.client import Handheld, Tally

SIZES = ((320, 400), (360, 640), (1280, 800))
THEMES = ("bright", "dark")
LANGUAGES = ("zh", "en")
NO_SUCH_CARD = "CM-FULL"
"""A command card that no step listens to: refused everywhere, and harmless everywhere."""

_REPLAY = """async ([flow, fields]) => {
  const answer = await fetch("/scan/" + flow, { method: "POST", body: new URLSearchParams(fields),
    headers: { "HX-Request": "true", "Accept": "text/html", "X-CSRF-Token": document.body.dataset.csrf } });
  const found = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("screen");
  if (found) document.getElementById("screen").replaceWith(document.adoptNode(found));
}"""
_TURN = """async () => { await fetch("/lang", { method: "POST",
  body: new URLSearchParams({ csrf: document.body.dataset.csrf }) }); }"""
_PAINTED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
_LOADED = "() => Array.from(document.images).every((image) => image.complete || image.loading === 'lazy')"


@dataclass
class Shot:
    """One picture in the album."""

    group: str
    name: str
    lang: str
    theme: str
    width: int
    file: str


@dataclass
class Studio:
    """Where pictures are taken and kept."""

    browser: Browser
    url: str
    folder: Path
    shots: list[Shot] = field(default_factory=list)

    def page(self, cookie: str = "") -> Page:
        """A browser profile; signed in with the session `cookie`."""
        context = self.browser.new_context(viewport={"width": 320, "height": 400})
        if cookie:
            name, _sign, value = cookie.partition("=")
            context.add_cookies([{"name": name, "value": value, "url": self.url}])
        return context.new_page()

    def shoot(self, page: Page, group: str, name: str, lang: str, *, whole: bool = False) -> None:
        """The page as it is now: both themes, three sizes; `whole` means all of a page that scrolls."""
        page.wait_for_function(_LOADED)
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            for theme in THEMES:
                page.evaluate("(name) => { document.documentElement.dataset.theme = name; }", theme)
                page.evaluate(_PAINTED)
                plain = re.sub(r"[^\w-]+", "-", f"{group}-{name}").strip("-")
                file = f"{plain}-{lang}-{theme}-{width}.png"
                page.screenshot(path=self.folder / file, full_page=whole)
                self.shots.append(Shot(group, name, lang, theme, width, file))

    def in_both_languages(self, page: Page, address: str, group: str, name: str, *, whole: bool) -> None:
        """A page of a signed-in person, who reads one language after the other."""
        for lang in LANGUAGES:
            page.goto(f"{self.url}{address}")
            self.shoot(page, group, name, lang, whole=whole)
            page.evaluate(_TURN)


class SeenHandheld(Handheld):
    """A virtual worker's handheld; each screen that nobody saw before is photographed."""

    def __init__(self, studio: Studio, tally: Tally, seen: set[tuple[str, ...]]) -> None:
        super().__init__(studio.url, tally)
        self.studio, self.seen = studio, seen
        self._page: Page | None = None

    @property
    def page(self) -> Page:
        """The person's browser."""
        if self._page is None:
            self._page = self.studio.page(self._headers["Cookie"])
        return self._page

    def scan(self, workflow: str, raw: str, scan_id: str | None = None) -> tuple[int, dict[str, Any]]:
        """A scan; before it a refused one, when the step was never seen refused."""
        screen = self.look(workflow)
        if (workflow, screen["step"], "error") not in self.seen:
            self._photographed(workflow, NO_SUCH_CARD, None)
        return self._photographed(workflow, raw, scan_id)

    def first_look(self, workflow: str) -> None:
        """The screen of a process that this person has not begun."""
        key = (workflow, self.look(workflow)["step"], "none")
        if key not in self.seen:
            self.seen.add(key)
            self.studio.in_both_languages(
                self.page, f"/work/{workflow}", workflow, f"{key[1]} first", whole=False
            )

    def _photographed(self, workflow: str, raw: str, scan_id: str | None) -> tuple[int, dict[str, Any]]:
        fields = {"scan_id": scan_id or secrets.token_hex(16), "raw": raw, "step_token": ""}
        self.look(workflow)
        fields["step_token"] = self._tokens[workflow]
        status, body = super().scan(workflow, raw, fields["scan_id"])
        if "screen" in body:
            key = (workflow, body["screen"]["step"], body["tone"])
            if key not in self.seen:
                self.seen.add(key)
                self._picture(workflow, fields, f"{key[1]} {key[2]}")
        return status, body

    def _picture(self, workflow: str, fields: dict[str, str], name: str) -> None:
        """The stored answer of a scan, asked for once more: the same scan changes nothing."""
        for lang in LANGUAGES:
            self.page.goto(f"{self.studio.url}/work/{workflow}")
            self.page.evaluate(_REPLAY, [workflow, fields])
            self.studio.shoot(self.page, workflow, name, lang)
            self.page.evaluate(_TURN)
