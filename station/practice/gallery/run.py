"""`station gallery`: a day in a fresh demo hall, photographed screen by screen."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from station.clock import SystemClock
from station.settings import Settings

MISSING = (
    "the gallery needs Playwright and Chromium, which only the development extra brings: "
    "pip install 'warehouse-station[dev]', and a Chromium "
    "(Debian: apt install chromium; elsewhere name it in CHROMIUM)"
)
ORDERS, SEED, ROUNDS = 6, 7, 200
VIEWPORT_FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")


def gallery(folder: Path, say: Callable[[str], None]) -> int:
    """Write the album into `folder`; how many pictures."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise click.ClickException(MISSING) from None
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium or not Path(chromium).exists():
        raise click.ClickException(MISSING)
    from station.practice.gallery import album
    from station.practice.gallery.studio import Studio
    from station.practice.simulate.fresh import fresh_station

    folder.mkdir(parents=True, exist_ok=True)
    with fresh_station(ORDERS, 1, SEED) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(VIEWPORT_FLAGS))
        try:
            studio = Studio(browser, url, folder)
            _Day(studio, say).run()
        finally:
            browser.close()
    album.write(folder, studio.shots)
    return len(studio.shots)


class _Day:
    """One truck, its orders, and every page of the office afterwards."""

    def __init__(self, studio: Any, say: Callable[[str], None]) -> None:
        from station.practice.simulate.client import Handheld, Tally
        from station.practice.simulate.hall import Hall
        from station.practice.simulate.run import floor_of

        self.studio, self.say, self.tally = studio, say, Tally()
        self.office = Handheld(studio.url, self.tally)
        self.things = floor_of(self.office)
        self.hall = Hall(self.things)
        self.seen: set[tuple[str, ...]] = set()

    def person(self, role: str, *, last: bool = False) -> list[str]:
        """(badge, PIN, name, roles) of somebody with the role; `last`: an all-round helper."""
        rows = [row for row in self.things["people"] if role in row[3].split(",")]
        return list(rows[-1 if last else 0])

    def device(self, row: list[str]) -> Any:
        """The person's handheld."""
        from station.practice.gallery.studio import SeenHandheld

        made = SeenHandheld(self.studio, self.tally, self.seen)
        made.sign_in(row[0], row[1], "GALLERY")
        return made

    def run(self) -> None:
        """In the order goods flow."""
        self.say("sign-in and start")
        self._sign_in()
        self._first_screens()
        self.say("a truck is received")
        self._receive()
        self.say("orders are picked, packed, handed over")
        self._ship()
        self.say("the office")
        self._office()

    def _sign_in(self) -> None:
        from station.practice.gallery.studio import LANGUAGES

        page = self.studio.page()
        page.goto(f"{self.studio.url}/login")
        self.studio.shoot(page, "start", "sign in", LANGUAGES[0])
        page.fill("#badge", self.person("RECEIVER")[0])
        page.fill("#pin", "9999")
        page.press("#pin", "Enter")
        page.wait_for_selector(".band-error")
        self.studio.shoot(page, "start", "sign in refused", LANGUAGES[0])
        for role in ("RECEIVER", "PACKER", "ADMIN"):
            mine = self.device(self.person(role))
            self.studio.in_both_languages(mine.page, "/", "start", role.lower(), whole=False)

    def _first_screens(self) -> None:
        for row in self.things["people"][:8]:
            mine = self.device(row)
            status, page = mine.request("GET", "/")
            if status == 200:  # noqa: PLR2004
                for flow in self.flows(str(page, "utf-8")):
                    mine.first_look(flow)

    def flows(self, start: str) -> list[str]:
        """The processes that a start page leads to."""
        return [part.split('"')[0] for part in start.split('href="/work/')[1:]]

    def _receive(self) -> None:
        from station.practice.simulate.crew import AllRounder
        from station.practice.simulate.dock import DockCrew
        from station.practice.simulate.worker import Worker

        receiver, inspector = (
            Worker(self.device(self.person(role)), self.hall, SEED) for role in ("RECEIVER", "INSPECTOR")
        )
        signers = {
            name: (row[0], row[1])
            for name, row in (
                (name, self.person(name.upper())) for name in ("receiver", "supervisor", "keeper")
            )
        }
        for asn_no in self.hall.trucks:
            DockCrew(receiver, inspector, signers).receive(asn_no, SystemClock(Settings().zone).today())
        keeper = AllRounder(self.device(self.person("KEEPER", last=True)), self.hall, SEED)
        while keeper.put_away():
            pass

    def _ship(self) -> None:
        from station.practice.simulate.crew import AllRounder, Dispatcher

        lead = self.device(self.person("SUPERVISOR"))
        helper = AllRounder(self.device(self.person("PICKER", last=True)), self.hall, SEED)
        for _round in range(ROUNDS):
            lead.request("POST", "/desk/waves/release", {})
            if helper.pack() or helper.pick():
                continue
            if not self._moving():
                break
            time.sleep(0.1)
        row, boss = self.person("DISPATCHER"), self.person("SUPERVISOR")
        dispatcher = Dispatcher(self.device(row), self.hall, SEED, (boss[0], boss[1]))
        staged = {item["carrier"] for item in self._orders() if item["state"] == "STAGED"}
        for carrier in sorted(staged):
            dispatcher.hand_over(carrier, row[0], row[1])

    def _orders(self) -> list[dict[str, str]]:
        return list(self.office.request("GET", "/demo/orders.json")[1])

    def _moving(self) -> bool:
        """Whether the planner still has something to do; it works beside us."""
        return any(item["state"] in {"NEW", "AUDITED", "ALLOCATED", "WAVED"} for item in self._orders())

    def _office(self) -> None:
        """Every page that links lead to: one of each kind."""
        page = self.device(self.person("ADMIN")).page
        todo, seen = (
            ["/desk", "/training", "/desk/erp", "/device", "/trust", "/offline", "/no/such/page"],
            set(),
        )
        while todo:
            address = todo.pop(0)
            kind = _kind(address)
            if kind in seen or not _is_page(address):
                continue
            seen.add(kind)
            answer = page.request.get(f"{self.studio.url}{address}")
            if "text/html" in answer.headers.get("content-type", ""):
                self.studio.in_both_languages(page, address, "office", kind, whole=True)
                page.goto(f"{self.studio.url}{address}")
                links = page.evaluate(
                    "() => Array.from(document.querySelectorAll('a[href]'), (link) => link.href)"
                )
                todo += [urlsplit(link).path for link in links if link.startswith(self.studio.url)]


def _kind(address: str) -> str:
    """An address without its numbers: one picture for all orders."""
    parts = [part for part in address.strip("/").split("/") if part]
    return " ".join("one" if any(char.isdigit() for char in part) else part for part in parts) or "start"


def _is_page(address: str) -> bool:
    return not address.startswith(("/work/", "/static/")) and address != "/"
