"""Dead spots, restarts and cut cables: every page says so, and nothing is lost, doubled or piled up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import CDPSession, Page

from station import create_app
from station.ground.words.messages import say
from station.wiring.hub import Hub
from tests.browser.conftest import Served
from tests.browser.screens import SIZES, resize, snap
from tests.browser.test_scan_queue import sent, settled, stored, type_in
from tests.browser.test_scan_safety import notes
from tests.browser.test_screens import speak
from tests.browser.visitors import Visitors
from tests.floor import SUN, Floor
from tests.patience import until

OWNER = "1008"
CODES = [f"NOTE-{number:04d}" for number in range(20)]
LOST = "() => document.getElementById('net-lost').textContent !== ''"
BACK = "() => document.getElementById('net-lost').textContent === ''"


@pytest.fixture
def server(hub: Hub) -> Iterator[Served]:
    """A station with one process that takes any text."""
    hub.door.workflows = hub.door.workflows = {**hub.workflows, "notes": notes}
    found = Served(create_app(hub=hub))
    yield found
    found.close()


@pytest.fixture
def page(visitors: Visitors, server: Served, floor: Floor) -> Page:
    visitors.url = server.url
    return visitors.work(SUN, "notes")


def throttle(page: Page, latency_ms: int) -> CDPSession:
    """A slow network; the session that can cut it."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    emulate(session, latency_ms, offline=False)
    return session


def emulate(session: CDPSession, latency_ms: int, *, offline: bool) -> None:
    session.send(
        "Network.emulateNetworkConditions",
        {"offline": offline, "latency": latency_ms, "downloadThroughput": 50_000, "uploadThroughput": 20_000},
    )


@pytest.mark.parametrize("path", ["/", "/desk", "/desk/orders", "/work/pick", "/login", "/no/such/page"])
def test_every_page_says_that_the_network_is_gone(visitors: Visitors, server: Served, path: str) -> None:
    visitors.url = server.url
    page = visitors.page("" if path == "/login" else SUN if path == "/work/pick" else OWNER)
    page.goto(server.url + path)
    assert page.inner_text("#net-lost") == ""
    page.context.set_offline(True)
    page.wait_for_function(LOST)
    for code in ("E-SYS-01", "L-NET-STOP"):
        assert say(code)["zh"] in page.inner_text("#net-lost")
    page.context.set_offline(False)
    page.wait_for_function(BACK)


@pytest.mark.parametrize("path", ["/desk", "/work/pick"])
def test_a_stopped_server_is_noticed_though_the_cable_is_in(
    visitors: Visitors, server: Served, path: str
) -> None:
    """The browser believes it is online; a failed request or the heartbeat says otherwise."""
    visitors.url = server.url
    page = visitors.page(OWNER if path == "/desk" else SUN)
    page.goto(server.url + path)
    server.stop()
    page.evaluate("document.body.dispatchEvent(new CustomEvent('htmx:sendError', { bubbles: true }))")
    page.wait_for_function(LOST)
    server.start()
    page.wait_for_function(BACK)


def test_a_station_that_is_not_well_is_not_out_of_reach(hub: Hub, page: Page) -> None:
    """Its disk is full, a loop hangs: it answers 503 and says why, and no handheld tells of a network."""
    hub.vitals.refusing = lambda: [9]
    for _ in range(3):  # two misses tell; the third question waits for the second's answer
        with page.expect_response("**/health") as asked:
            page.evaluate("window.dispatchEvent(new Event('online'))")
        assert asked.value.status == 503
    assert page.inner_text("#net-lost") == ""


def without_a_network(visitors: Visitors, server: Served) -> Page:
    """The page the worker shows, in the place of the one that was wanted."""
    visitors.url = server.url
    page = visitors.page(SUN)
    page.clock.install()
    shown = page.request.get(f"{server.url}/offline").text()
    page.route("**/work/notes", lambda route: route.fulfill(body=shown, content_type="text/html"), times=1)
    page.goto(f"{server.url}/work/notes")
    assert say("E-SYS-01")["zh"] in page.inner_text("main.offline")
    return page


def asks(page: Page) -> int:
    """The page without a network asks whether the station is there; the status it gets."""
    with page.expect_response("**/health") as asked:
        page.clock.run_for(2000)
    return asked.value.status


def test_without_a_network_the_wanted_page_comes_back_when_the_station_is_there_but_not_well(
    hub: Hub, visitors: Visitors, server: Served
) -> None:
    hub.vitals.refusing = lambda: [9]
    page = without_a_network(visitors, server)
    assert asks(page) == 503
    page.wait_for_selector("#screen")
    assert page.inner_text("#net-lost") == ""


def test_without_a_network_a_proxys_error_brings_nothing_back(visitors: Visitors, server: Served) -> None:
    page = without_a_network(visitors, server)
    page.route("**/health", lambda route: route.fulfill(status=503, body="<h1>Bad gateway</h1>"))
    assert [asks(page), asks(page)] == [503, 503]  # it would not ask again had it gone
    assert say("E-SYS-01")["zh"] in page.inner_text("main.offline")
    page.unroute("**/health")
    assert asks(page) == 200
    page.wait_for_selector("#screen")


def test_out_of_reach_three_scans_wait_and_no_more(hub: Hub, page: Page) -> None:
    """Each is told as not done at once; the fourth is not taken; back again, each settles with its own id."""
    requests = sent(page)
    page.context.set_offline(True)
    page.wait_for_function(LOST)
    for code in CODES[:4]:
        type_in(page, code)
    assert page.evaluate("station.pending()") == 3
    page.wait_for_function("() => document.body.dataset.net === 'lost'")
    assert page.evaluate("stationTones") == ["error"] * 4
    assert stored(hub) == []
    assert say("E-SYS-01")["zh"] in page.inner_text("#net-band")
    page.context.set_offline(False)
    settled(page)
    assert stored(hub) == [(code, 200) for code in CODES[:3]]
    assert page.evaluate("stationTones.slice(4)") == ["ok"] * 3
    assert len({scan_id for scan_id, raw in requests if raw == CODES[0]}) == 1
    assert len({scan_id for scan_id, _raw in requests}) == 3
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('station.unsent'))") == []


def test_scans_are_told_the_moment_the_network_is_back(hub: Hub, page: Page) -> None:
    """Not only at the end of the four seconds between two tries: the page's own clock stands still then."""
    page.clock.install()
    page.reload()
    requests = sent(page)
    page.context.set_offline(True)
    page.wait_for_function(LOST)
    page.clock.pause_at(datetime.now(UTC) + timedelta(hours=1))
    type_in(page, CODES[0])

    def is_tried_thrice() -> bool:  # after 0, 1 and 3 s; the next would be at 7
        page.clock.run_for(100)
        return len(requests) == 3

    until(is_tried_thrice, "not tried again")
    page.wait_for_function("() => document.body.dataset.net === 'lost'")
    page.context.set_offline(False)
    page.wait_for_function("() => !station.pending()")
    assert stored(hub) == [(CODES[0], 200)]


def test_twenty_scans_survive_a_cut(hub: Hub, page: Page) -> None:
    """The network goes while most of them wait, and comes back: twenty, in order, once."""
    network = throttle(page, 100)
    for code in CODES:
        type_in(page, code)
    page.wait_for_function("() => station.pending() < 16")
    emulate(network, 100, offline=True)
    page.wait_for_function(LOST)
    assert 0 < page.evaluate("station.pending()") < 17
    emulate(network, 100, offline=False)
    settled(page)
    assert stored(hub) == [(code, 200) for code in CODES]


def test_twenty_scans_survive_a_restart_of_the_server(hub: Hub, page: Page, server: Served) -> None:
    throttle(page, 100)
    for code in CODES:
        type_in(page, code)
    page.wait_for_function("() => station.pending() < 16")
    server.stop()
    page.wait_for_function("() => /sending|lost/.test(document.body.dataset.net)")
    server.start()
    settled(page)
    assert stored(hub) == [(code, 200) for code in CODES]


def test_an_unsent_scan_is_remembered_on_the_start_page(hub: Hub, page: Page, server: Served) -> None:
    """The person left the process in a dead spot: the start page leads back, and the scan is told."""
    server.stop()
    type_in(page, CODES[0])
    page.wait_for_function("() => /sending|lost/.test(document.body.dataset.net)")
    page.goto("about:blank")
    server.start()
    page.goto(server.url)
    page.click("#net-unsent")
    page.wait_for_selector("#screen[data-flow=notes]")
    settled(page)
    assert stored(hub) == [(CODES[0], 200)]
    page.goto(server.url)
    assert not page.locator("#net-unsent").is_visible()


def test_a_proxy_that_speaks_for_the_station_is_said_to_be_broken(hub: Hub, page: Page) -> None:
    """An answer that is not ours: one tone, a word, and the next scan goes on."""
    page.route("**/scan/**", lambda route: route.fulfill(status=404, body="<h1>nginx</h1>"), times=1)
    type_in(page, CODES[0])
    settled(page)
    assert page.inner_text("#net-band") == say("E-SYS-02")["zh"]
    type_in(page, CODES[1])
    settled(page)
    assert stored(hub) == [(CODES[1], 200)]
    assert page.evaluate("stationTones") == ["error", "ok"]
    assert page.inner_text("#net-band") == ""


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_warning_leaves_the_screen_readable(
    hub: Hub, visitors: Visitors, server: Served, lang: str
) -> None:
    """It lies over the scan box, which must not be used now, not over what the step shows."""
    speak(hub, lang)
    visitors.url = server.url
    page = visitors.work(SUN, "pick")
    page.context.set_offline(True)
    page.wait_for_function(LOST)
    for size in SIZES:
        resize(page, size)
        snap(page, f"lost-{lang}-{size[0]}")
        top = page.evaluate("document.getElementById('net-lost').getBoundingClientRect().top")
        assert page.evaluate("document.querySelector('#screen h1').getBoundingClientRect().bottom") < top
