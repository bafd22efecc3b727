"""scan.js when things go wrong in between: a scan is judged on its own screen, for its own person."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route
from sqlalchemy import select

from station import create_app
from station.ground.documents import epoch
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.models import Scan
from station.ground.scan.workflow import Context, Facts, Outcome, Workflow
from station.ground.words.actor import Role
from station.ground.words.messages import say
from station.wiring.hub import Hub
from tests.browser.conftest import Served
from tests.floor import SUN, ZHAO, Floor

notes = Workflow("notes", title="L-PICK", roles={Role.PICKER, Role.PACKER}, start="note")


@notes.screen("note", prompt="P-OVR-REASON")
def ask_note(ctx: Context) -> Facts:
    return Facts(big=str(len(ctx.data.get("notes", []))))


@notes.on("note", Kind.TEXT, to="note")
def take_note(ctx: Context, code: Code) -> Outcome:
    ctx.data["notes"] = [*ctx.data.get("notes", []), code.text]
    return ctx.go("note", "S-OK")


@dataclass
class Trouble:
    """A WSGI layer that fails some times."""

    app: Any
    failures: int = 0

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "POST":
            return self.app(environ, start)  # type: ignore[no-any-return]
        if self.failures:
            self.failures -= 1
            start("503 SERVICE UNAVAILABLE", [])
            return [b""]
        return self.app(environ, start)  # type: ignore[no-any-return]


@pytest.fixture
def trouble(hub: Hub) -> Trouble:
    hub.door.workflows = hub.door.workflows = {"notes": notes}
    app = create_app(hub=hub)
    layer = Trouble(app.wsgi_app)
    app.wsgi_app = layer  # type: ignore[method-assign, assignment]
    layer.server = Served(app)  # type: ignore[attr-defined]
    return layer


@pytest.fixture
def server(trouble: Trouble) -> Iterator[Served]:
    found: Served = trouble.server  # type: ignore[attr-defined]
    yield found
    found.close()


def handheld(chromium: Browser, hub: Hub, server: Served, number: str = SUN) -> Page:
    context = chromium.new_context(viewport={"width": 320, "height": 400})
    context.add_cookies([{"name": "sid", "value": Floor(hub).sign_in(number), "url": server.url}])
    page = context.new_page()
    page.goto(f"{server.url}/work/notes")
    return page


def type_scans(page: Page, *texts: str) -> None:
    """A wedge scanner: characters and Enter, one after another, without waiting; then until all are taken over.

    Text put in at once looks like an input method's, whose Enter the page takes over a moment later: an empty
    queue right after the typing may only mean that the scan is not in it yet.
    """
    for text in texts:
        page.keyboard.insert_text(text)
        page.keyboard.press("Enter")
    page.wait_for_function("() => !document.getElementById('scan-box')?.value")


def settled(page: Page, timeout_s: float = 20) -> None:
    page.wait_for_function("() => window.station.pending() === 0", timeout=timeout_s * 1000)


def taken(hub: Hub) -> list[tuple[str, int]]:
    with hub.db.read() as tx:
        return [(row.raw, row.status) for row in tx.execute(select(Scan.raw, Scan.status).order_by(Scan.id))]


def test_a_server_that_restarts_gets_the_same_scan(
    chromium: Browser, hub: Hub, trouble: Trouble, server: Served
) -> None:
    page = handheld(chromium, hub, server)
    sent: list[str] = []
    page.on(
        "request", lambda request: sent.append(request.post_data or "") if request.method == "POST" else None
    )
    server.stop()
    type_scans(page, "while it was down")
    page.wait_for_function("() => /sending|lost|unknown/.test(document.body.dataset.net)")
    server.start()
    settled(page)
    assert taken(hub) == [("while it was down", 200)]
    assert len(set(sent)) == 1
    assert len(sent) > 1


def test_an_old_scan_is_never_judged_on_a_later_screen(
    chromium: Browser, hub: Hub, trouble: Trouble, server: Served
) -> None:
    """Unsent on one handheld while the person went on with another: the screen was stale."""
    page = handheld(chromium, hub, server)
    trouble.failures = 1
    type_scans(page, "left behind")
    page.wait_for_function("() => /sending|lost|unknown/.test(document.body.dataset.net)")
    page.goto("about:blank")
    other = Floor(hub).scan(SUN, "notes", "on the other handheld", scan_id="other-1", device="HH-2")
    assert other.status == 200
    page.goto(f"{server.url}/work/notes")
    settled(page)
    assert taken(hub) == [("on the other handheld", 200), ("left behind", 409)]


def test_after_a_restore_no_waiting_scan_is_judged_on_a_screen_of_the_restored_books(
    chromium: Browser, hub: Hub, trouble: Trouble, server: Served
) -> None:
    """Three scans wait while the station is restored: all were made on a screen of the lost time."""
    page = handheld(chromium, hub, server)
    type_scans(page, "before")
    settled(page)
    server.stop()
    type_scans(page, "one", "two", "three")
    page.wait_for_function("() => /sending|lost|unknown/.test(document.body.dataset.net)")
    now = hub.clock.now()
    hub.db.write(lambda tx: epoch.begin(tx, after=0, copy_of="x.zip", copied_at=now, now=now))
    hub.door._since = None  # a restored station is another process
    server.start()
    settled(page)
    assert taken(hub) == [("before", 200), ("one", 409), ("two", 409), ("three", 409)]
    assert "备份" in page.inner_text("#band")
    type_scans(page, "after")
    settled(page)
    assert taken(hub)[-1] == ("after", 200)


def test_another_persons_scans_are_not_sent(
    chromium: Browser, hub: Hub, trouble: Trouble, server: Served
) -> None:
    page = handheld(chromium, hub, server)
    trouble.failures = 1
    type_scans(page, "of the picker")
    page.wait_for_function("() => /sending|lost|unknown/.test(document.body.dataset.net)")
    page.goto("about:blank")
    token = Floor(hub).sign_in(ZHAO)
    page.context.add_cookies([{"name": "sid", "value": token, "url": server.url}])
    page.goto(f"{server.url}/work/notes")
    page.wait_for_timeout(300)
    assert taken(hub) == []


def test_an_answer_that_is_nobodys_is_asked_until_it_is_known(
    chromium: Browser, hub: Hub, trouble: Trouble, server: Served
) -> None:
    """An error that is not the station's own "nothing was changed" may hide a scan that counts."""
    trouble.failures = 5
    page = handheld(chromium, hub, server)
    type_scans(page, "bad luck")
    page.wait_for_function("() => document.body.dataset.net === 'unknown'")
    assert say("E-SYS-08")["zh"] in page.inner_text("#net-band")
    settled(page, 40)
    type_scans(page, "good luck")
    settled(page)
    assert taken(hub) == [("bad luck", 200), ("good luck", 200)]
    assert page.evaluate("() => window.stationTones") == ["error", "ok", "ok"]


def test_a_lost_commit_counts_once_however_the_station_answers_then(
    chromium: Browser, hub: Hub, trouble: Trouble, server: Served
) -> None:
    """The scan is kept, its answer lost; then the database is away, longer than ten seconds: no E-SYS-02 is
    taken for "not counted", and the worker is not led to scan anew.
    """
    page = handheld(chromium, hub, server)
    kept = threading.Event()

    def lose(route: Route) -> None:
        if not kept.is_set():
            route.fetch()
            kept.set()
            route.fulfill(
                status=503, headers={"HX-Trigger": '{"scanRefused": {"tone": "error", "code": "E-SYS-08"}}'}
            )
        else:
            route.fulfill(
                status=500, headers={"HX-Trigger": '{"scanRefused": {"tone": "error", "code": "E-SYS-02"}}'}
            )

    page.route("**/scan/notes", lose)
    type_scans(page, "once")
    page.wait_for_function("() => (window.stationTones || []).length === 1", timeout=30_000)
    assert page.evaluate("() => window.station.pending()") == 1
    page.unroute("**/scan/notes")
    settled(page)
    assert taken(hub) == [("once", 200)]


def test_what_the_station_itself_refuses_for_long_is_told_once_and_forgotten(
    chromium: Browser, hub: Hub, trouble: Trouble, server: Served
) -> None:
    """Its own E-SYS-02 and nothing else: nothing was changed, and the next scan goes through."""
    page = handheld(chromium, hub, server)
    page.route(
        "**/scan/notes",
        lambda route: route.fulfill(
            status=500, headers={"HX-Trigger": '{"scanRefused": {"tone": "error", "code": "E-SYS-02"}}'}
        ),
    )
    type_scans(page, "bad luck")
    settled(page, 40)
    page.unroute("**/scan/notes")
    type_scans(page, "good luck")
    settled(page)
    assert taken(hub) == [("good luck", 200)]


def test_the_box_keeps_the_focus(chromium: Browser, hub: Hub, trouble: Trouble, server: Served) -> None:
    page = handheld(chromium, hub, server)
    page.mouse.click(100, 100)
    page.click("[data-manual-toggle]")
    page.wait_for_timeout(120)
    assert page.evaluate("() => document.activeElement.id") == "scan-box"
    page.keyboard.type("by hand", delay=70)
    page.keyboard.press("Enter")
    settled(page)
    with hub.db.read() as tx:
        assert tx.scalars(select(Scan.is_manual)).one()


def test_an_ended_session_leads_to_sign_in_and_back(
    chromium: Browser, hub: Hub, trouble: Trouble, server: Served
) -> None:
    page = handheld(chromium, hub, server)
    hub.gate.sign_out(Floor(hub).sign_in(SUN, device="HH-2"), hub.clock.now())
    page.context.clear_cookies()
    type_scans(page, "too late")
    page.wait_for_url("**/login?next=%2Fwork%2Fnotes")
