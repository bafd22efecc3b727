"""Every page of the office in both languages: no word of the other, no raw key, no instant of a machine."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import JSON, MetaData, String, select
from werkzeug.exceptions import HTTPException

from printers.worker import PrintWorker
from station import create_app
from station.people.models import User
from station.practice.demo import world
from tests.floor import Floor
from tests.station.scenarios.test_whole_job import _ready as ready

WU = "1008"
"""Administrator, supervisor and finance of the demo."""

OF_FILES = (
    "/desk/erp/templates",
    "/desk/articles/file",
    "/desk/articles/new",
    "/desk/opening/new",
    "/desk/erp/maps",
)
"""Pages that tell what stands in a file: its columns and an example are not the station's words."""

FOR_BOTH = ("/work/", "/device", "/more", "/desk/cards", "/desk/design", "/training")
"""Screens of workers, cards and sheets that hang on walls: they speak both languages at once."""

ABOUT_BOTH = {
    "有扫描还没送出, 点这里回去",
    "Intercept",
    "More",
    "拦截下架",
    "更多",
    "中文",
    "png · 203 dpi · A4 · 中文",
    "件",
}
"""What also stands on the start page for workers, and the names of the languages."""

NAMES = re.compile(
    r"aside|whole|arrival|pick|dispatch|abc|prdock|prgift|prpal|prroll|prslot|prwb|station|english|pin|erp|rest|https?|openapi|webhooks|json|xlsx?|csv|dpi|zpl|tspl|esc/?pos|pdf|png|tcp|cups|usb|"
    r"ohaus|toledo|continuous|checksum|cas|enq|bcd|stx|zebra|tsc|gprinter|epson|xprinter|tryton|odoo|folder|"
    r"products|host|toml|yto|zto|sto|yunda|good|inspect|hold|defect|boxdmg|near|locked|expired|gift|return|scrap|no",
    re.IGNORECASE,
)
"""Names of firms, formats, files and settings; the codes that the page of the office's words is about."""

CJK = re.compile(r"[\u4e00-\u9fff]+")
WORD = re.compile(r"(?<![\w/@.:?=&#-])[A-Za-z]{3,}(?![\w/@.:-])")
KEY = re.compile(r"\b[A-Z]{2,}_[A-Z_]+\b")
MASKED = re.compile(r"[\u4e00-\u9fff\d]\*")
"""A receiver's name or address whose rest is hidden."""
MACHINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:|\+00:00|\d\d:\d\d:\d\d\.\d{3}")


class _Page(HTMLParser):
    """What a page shows, beside code and what people typed; and where it leads."""

    QUIET = frozenset({"script", "style", "code", "pre", "textarea"})
    SHOWN = ("title", "placeholder", "aria-label", "alt")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.links: list[str] = []
        self._quiet = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._quiet += tag in self.QUIET
        self.links += [value for name, value in attrs if tag == "a" and name == "href" and value]
        self.texts += [value for name, value in attrs if name in self.SHOWN and value]

    def handle_endtag(self, tag: str) -> None:
        self._quiet -= tag in self.QUIET

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._quiet:
            self.texts.append(" ".join(data.split()))


def _leaves(value: object) -> Iterator[str]:
    if isinstance(value, str):
        if value[:1] in {"[", "{"}:
            with contextlib.suppress(ValueError):
                yield from _leaves(json.loads(value))
        yield " ".join(value.split())
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _leaves(part)


def _typed(floor: Floor) -> list[str]:
    """Every text in the database but codes, the longest first: names, addresses, what people wrote."""
    found: set[str] = set()
    with floor.hub.db.read() as tx:
        meta = MetaData()
        meta.reflect(tx.connection())
        for column in (column for table in meta.sorted_tables for column in table.columns):
            if isinstance(column.type, String | JSON):
                kept = select(column) if isinstance(column.type, JSON) else select(column).distinct()
                for value in tx.scalars(kept.limit(2000)):
                    found |= {text for text in _leaves(value) if 1 < len(text) < 300}
    return sorted((text for text in found if not re.fullmatch("[A-Za-z_]+", text)), key=len, reverse=True)


@pytest.fixture
def app(floor: Floor) -> Flask:
    """A station after a morning: goods in and out, papers printed, files taken and refused."""
    ready(floor)
    floor.release()
    floor.pick_next()
    floor.dispatch("ZTO", floor.pack_tote())
    worker = PrintWorker(floor.hub.db.write, floor.hub.clock.now)
    while worker.run_once():
        pass
    floor.office().push("folder")
    inbox = floor.hub.settings.data / "erp" / "inbox"
    for name in ("orders-bad.csv", "strange.csv"):
        (inbox / name).write_text("erp_no,foo\n1,2\n")
    for _ in range(3):
        floor.office().pull("folder")
    floor.hub.demo_people = world.people(0)
    return create_app(hub=floor.hub)


def _walk(app: Flask, client: FlaskClient) -> Iterator[tuple[str, _Page]]:
    """One page of each view that links lead to from the start and the desk."""
    todo, seen = ["/", "/desk", "/desk/erp"], set()
    while todo:
        url = todo.pop(0)
        parts = urlsplit(url)
        view = ""
        with contextlib.suppress(HTTPException):
            view = str(app.url_map.bind("localhost").match(parts.path)[0])
        if not view or (view, parts.query.split("=")[0]) in seen:
            continue
        seen.add((view, parts.query.split("=")[0]))
        answer = client.get(url)
        assert answer.status_code < 400, url
        if "text/html" in answer.content_type and answer.status_code == 200:
            page = _Page(answer.text)
            todo += [link for link in page.links if link.startswith("/")]
            yield url, page


def _foreign(text: str, lang: str, own: Callable[[str], str]) -> bool:
    """Whether the station itself says something here that a reader of `lang` cannot read."""
    if KEY.search(text) or MACHINE.search(text):
        return True
    if text in ABOUT_BOTH or MASKED.search(text) or not (WORD if lang == "zh" else CJK).search(text):
        return False
    rest = own(text)
    if lang == "en":
        return CJK.search(rest) is not None
    return any(not NAMES.fullmatch(word) for word in WORD.findall(rest))


@pytest.mark.parametrize(
    ("database_url", "lang"),
    [
        ("sqlite", "zh"),
        pytest.param("sqlite", "en", marks=pytest.mark.long),
        pytest.param("postgresql", "zh", marks=[pytest.mark.postgresql, pytest.mark.long]),
        pytest.param("postgresql", "en", marks=[pytest.mark.postgresql, pytest.mark.both_databases]),
    ],
    indirect=["database_url"],
)
def test_a_page_speaks_the_readers_language(floor: Floor, app: Flask, lang: str) -> None:
    client = app.test_client()
    client.set_cookie("sid", floor.sign_in(WU, device="DESK"))

    def speak(tx: object) -> None:
        for user in tx.scalars(select(User)):  # type: ignore[attr-defined]
            user.lang = lang

    floor.hub.db.write(speak)
    typed = _typed(floor)

    def own(text: str) -> str:
        for item in typed:
            text = text.replace(item, " ") if item in text else text
        return text

    found, count = [], 0
    for url, page in _walk(app, client):
        count += 1
        if not url.startswith(FOR_BOTH + OF_FILES) and not url.endswith("/edit"):
            found += [f"{url}: {text}" for text in page.texts if _foreign(text, lang, own)]
    assert count > 70
    assert found == [], "\n".join(found)
