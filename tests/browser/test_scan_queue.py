"""The scan queue in a real browser: slow servers, dead spots, reloads (T90, T95)."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from station.ground.scan.models import Scan
from station.practice.demo import goods, world
from station.wiring.hub import Hub
from tests.browser.conftest import Served
from tests.browser.visitors import Visitors
from tests.floor import LI, Floor
from tests.patience import PATIENCE_S

BARE = """
delete Crypto.prototype.randomUUID;
delete Navigator.prototype.vibrate;
delete Navigator.prototype.serviceWorker;
delete Navigator.prototype.wakeLock;
"""
"""What a browser lacks on plain http in a LAN (domain §10.2)."""


class Wire:
    """WSGI middleware: the Wi-Fi between the handheld and the station."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.open = threading.Event()
        self.open.set()
        self.asked = threading.Event()
        self.mishaps: list[str] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if not environ["PATH_INFO"].startswith("/scan/"):
            return self.app(environ, start_response)  # type: ignore[no-any-return]
        self.asked.set()
        self.open.wait(PATIENCE_S)
        mishap = self.mishaps.pop(0) if self.mishaps else ""
        if mishap == "500":
            start_response("500 Internal Server Error", [("Content-Type", "text/plain")])
            return [b"oops"]
        answer = self.app(environ, start_response)
        if mishap == "answer lost":
            b"".join(answer)
            raise ConnectionResetError("the handheld left the cell")
        return answer  # type: ignore[no-any-return]


@pytest.fixture
def wire(served: Served) -> Iterator[Wire]:
    found = Wire(served.app.wsgi_app)
    served.app.wsgi_app = found  # type: ignore[method-assign]
    yield found
    found.open.set()


@pytest.fixture
def truck(floor: Floor) -> tuple[str, ...]:
    """What Li scans for two trucks: notice, plate, driver, cartons, and the next notice."""
    articles = goods.products(12)
    first, second = goods.notices(articles, {}, "WH1", floor.hub.clock.today())
    floor.erp(*articles, first, second)
    return (first.asn_no, "沪A12345", "Zhang", "6", second.asn_no)


def type_in(page: Page, raw: str) -> None:
    """As a wedge does: the text, then a key event for Enter."""
    page.keyboard.insert_text(raw)
    page.keyboard.press("Enter")


def settled(page: Page) -> None:
    page.wait_for_function("() => !station.pending() && !document.body.dataset.busy")


def sent(page: Page) -> list[tuple[str, str]]:
    """Fills up with (scan_id, raw) of every request."""
    seen: list[tuple[str, str]] = []

    def note(request: Any) -> None:
        if "/scan/" in request.url:
            fields = parse_qs(request.post_data or "")
            seen.append((fields["scan_id"][0], fields["raw"][0]))

    page.on("request", note)
    return seen


def stored(hub: Hub) -> list[tuple[str, int]]:
    with hub.db.read() as tx:
        return [(row.raw, row.status) for row in tx.scalars(select(Scan).order_by(Scan.id))]


def test_five_quick_scans_arrive_in_order(
    hub: Hub, visitors: Visitors, wire: Wire, truck: tuple[str, ...]
) -> None:
    """T90: all five are typed before the first one is answered."""
    page = visitors.work(LI, "arrive")
    requests = sent(page)
    wire.open.clear()
    for raw in truck:
        type_in(page, raw)
    assert page.evaluate("station.pending()") == len(truck)
    assert page.inner_text("#net-band")
    wire.open.set()
    settled(page)
    assert stored(hub) == [(raw, 200) for raw in truck]
    assert list(dict.fromkeys(requests)) == [
        (scan_id, raw) for (scan_id, _), raw in zip(requests, truck, strict=False)
    ]
    assert len(page.evaluate("window.stationTones")) == len(truck)
    assert page.inner_text("#net-band") == ""


def test_enter_twice_sends_once(hub: Hub, visitors: Visitors, truck: tuple[str, ...]) -> None:
    page = visitors.work(LI, "arrive")
    requests = sent(page)
    type_in(page, truck[0])
    page.keyboard.press("Enter")
    settled(page)
    assert [raw for _, raw in requests] == [truck[0]]
    assert stored(hub) == [(truck[0], 200)]


def test_a_dead_spot_costs_nothing(hub: Hub, visitors: Visitors, truck: tuple[str, ...]) -> None:
    page = visitors.work(LI, "arrive")
    requests = sent(page)
    page.context.set_offline(True)
    type_in(page, truck[0])
    page.wait_for_selector("body:is([data-net=sending],[data-net=lost])")
    assert stored(hub) == []
    page.context.set_offline(False)
    settled(page)
    assert len(requests) > 1
    assert len(set(requests)) == 1
    assert stored(hub) == [(truck[0], 200)]


@pytest.mark.parametrize("mishap", ["500", "answer lost"])
def test_the_same_id_settles_what_nobody_knows(
    hub: Hub, visitors: Visitors, wire: Wire, truck: tuple[str, ...], mishap: str
) -> None:
    """A failed server, and an answer lost after the books were written: counted once, told once."""
    page = visitors.work(LI, "arrive")
    requests = sent(page)
    wire.mishaps.append(mishap)
    type_in(page, truck[0])
    settled(page)
    assert len(requests) == 2
    assert len(set(requests)) == 1
    assert stored(hub) == [(truck[0], 200)]
    assert page.evaluate("window.stationTones") == ["ok"]


def test_a_reload_sends_what_was_not_answered(
    hub: Hub, visitors: Visitors, wire: Wire, truck: tuple[str, ...]
) -> None:
    """The browser crashed in the middle: both waiting scans arrive, each once."""
    page = visitors.work(LI, "arrive")
    requests = sent(page)
    wire.open.clear()
    type_in(page, truck[0])
    type_in(page, truck[1])
    assert wire.asked.wait(PATIENCE_S)
    page.reload()
    wire.open.set()
    settled(page)
    assert list(dict.fromkeys(requests)) == [requests[0], requests[-1]]
    assert stored(hub) == [(raw, 200) for raw in truck[:2]]


def test_a_pin_is_never_written_down(visitors: Visitors, wire: Wire, floor: Floor) -> None:
    """A PIN that waits for an answer is not in the browser's storage; other scans are."""
    articles = goods.products(1)
    (notice,) = goods.notices(articles, {}, "WH1", floor.hub.clock.today())
    floor.erp(*articles, notice)
    receipt = floor.arrive(notice.asn_no, 1)
    floor.count(receipt, [(goods.gtin(1), 1, 0, "20260401")])
    floor.inspect(receipt)
    page = visitors.work(LI, "sign")
    for raw, kept in ((receipt, 1), (world.badge(LI), 1), (world.PIN, 0)):
        wire.open.clear()
        type_in(page, raw)
        assert (
            page.evaluate(
                "Object.keys(localStorage).filter((key) => key.startsWith('station.unsent')).length"
            )
            == kept
        )
        wire.open.set()
        settled(page)
    assert page.get_attribute("#screen", "data-step") == "driver"


def test_plain_http_in_the_lan_is_enough(hub: Hub, visitors: Visitors, truck: tuple[str, ...]) -> None:
    """T95: no secure context, so no randomUUID, vibrate, service worker or wake lock."""
    page = visitors.work(LI, "arrive", script=BARE)
    assert page.evaluate("[typeof crypto.randomUUID, typeof navigator.vibrate]") == ["undefined"] * 2
    for raw in (*truck[:4], "6900000000000"):
        type_in(page, raw)
        settled(page)
    assert [status for _, status in stored(hub)] == [200, 200, 200, 200, 422]
    assert page.evaluate("window.stationTones.at(-1)") == "error"
