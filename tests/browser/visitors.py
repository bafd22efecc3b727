"""Pages of signed-in people, listened to: whatever the browser complains about is a failure."""

from __future__ import annotations

from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.floor import Floor
from tests.patience import PATIENCE_S

WATCH = """document.addEventListener("securitypolicyviolation", (event) =>
  console.error("CSP " + event.violatedDirective + " " + event.blockedURI));"""

REFUSALS = "Failed to load resource"
"""Chromium reports every answer that is not 2xx, and every lost connection; tests cause those."""


class Visitors:
    """Opens pages and keeps every complaint of the browser."""

    def __init__(self, browser: Browser, url: str, floor: Floor) -> None:
        self.browser, self.url, self.floor = browser, url, floor
        self.complaints: list[str] = []
        self._pages: list[Page] = []

    def page(self, number: str = "", width: int = 320, height: int = 400, script: str = "") -> Page:
        """A fresh browser profile, signed in as `number` when given; `script` runs before any page's."""
        context = self.browser.new_context(viewport={"width": width, "height": height})
        if number:
            token = self.floor.sign_in(number)
            context.add_cookies([{"name": "sid", "value": token, "url": self.url}])
        context.add_init_script(WATCH + script)
        context.set_default_timeout(PATIENCE_S * 1000)
        page = context.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(f"pageerror {error}"))
        self._pages.append(page)
        return page

    def work(self, number: str, flow: str, width: int = 320, height: int = 400, script: str = "") -> Page:
        """The person's screen of a process."""
        page = self.page(number, width, height, script)
        page.goto(f"{self.url}/work/{flow}")
        return page

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(REFUSALS):
            self.complaints.append(message.text)

    def close(self) -> None:
        """Close every profile."""
        for page in self._pages:
            page.context.close()
