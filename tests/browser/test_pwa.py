"""HTTPS in a Chromium that trusts the CA: the app, its worker, the page without a network, the screen that stays on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from PIL import Image, ImageChops
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from station import create_app
from station.practice.demo import world
from station.serving.tls import identity
from station.wiring.hub import Hub
from tests.browser.conftest import FLAGS
from tests.browser.visitors import WATCH
from tests.conftest import missing
from tests.https import Https, certify, serve
from tests.patience import PATIENCE_S
from tests.tools import draw_icons

ROOT = Path(__file__).parents[2]
KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname);
  return found;
}"""
WITHIN = """(work) => Promise.race([
  work, new Promise((_done, fail) => setTimeout(() => fail(new Error("not within 60 s")), 60000)),
])"""
READY = f"""async () => {{
  await ({WITHIN})(navigator.serviceWorker.ready);
  return navigator.serviceWorker.controller !== null;
}}"""
FRESH = """async (old) => {
  for (let tries = 0; tries < 3000; tries++) {
    const all = await caches.keys();
    if (all.length === 1 && !old.includes(all[0])) return all[0];
    await new Promise((go) => setTimeout(go, 20));
  }
  throw new Error("the old version's files are still there");
}"""
POST = """(path) => fetch(path, { method: "POST", body: new URLSearchParams({ raw: "x" }) })
  .then((answer) => answer.status, (error) => error.name)"""
AWAKE = """
  window.asked = [];
  const request = navigator.wakeLock && navigator.wakeLock.request.bind(navigator.wakeLock);
  if (request) navigator.wakeLock.request = async (kind) => {
    const lock = await request(kind);
    window.asked.push(lock);
    return lock;
  };"""


@dataclass
class Site:
    """A station over HTTPS that can go away and come back, and a browser that trusts it."""

    browser: Browser
    station: Https
    template: Path

    def page(self, script: str = "") -> Page:
        context = self.browser.new_context(viewport={"width": 320, "height": 400})
        context.add_init_script(WATCH + script)
        context.set_default_timeout(PATIENCE_S * 1000)
        return context.new_page()

    def worker(self, script: str = "", flow: str = "pick") -> Page:
        """A picker's handheld at work, the service worker in charge."""
        page = self.page(script)
        page.goto(f"{self.station.secure}/login?next=/work/{flow}")
        page.fill("#badge", world.badge("1005"))
        page.fill("#pin", world.PIN)
        page.locator("button[type=submit]").click()
        page.wait_for_selector("#scan-box")
        take_charge(page)
        return page

    def cut(self) -> None:
        self.station.stop()

    def restore(self) -> None:
        ports = (self.station.port, self.station.https_port)
        self.station = serve(self.station.data, self.template, ports=ports)


def take_charge(page: Page) -> None:
    """Wait for the service worker; a page that was on its way when it started is its own from the next load on."""
    if not page.evaluate(READY):
        page.reload()
    assert page.evaluate(READY)


def trusting(chromium: Browser, home: Path, ca: Path) -> Browser:
    """Another Chromium, at home where `ca` is trusted; no certificate error is ignored."""
    home.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "tests.browser.trusting", str(home), str(ca)]
    made = subprocess.run(command, check=False, capture_output=True, text=True)
    if "libnss3" in made.stderr:
        missing("libnss3")
    assert made.returncode == 0, made.stderr
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
    return chromium.browser_type.launch(
        executable_path=path, args=FLAGS, env={**os.environ, "HOME": str(home)}
    )


@pytest.fixture(scope="module")
def trusted(
    launched: Browser, tmp_path_factory: pytest.TempPathFactory, sqlite_hall: Path, pepper: Path
) -> Iterator[Site]:
    """One station and one browser that trusts it; starting both takes longer than a test."""
    folder = tmp_path_factory.mktemp("site")
    data = folder / "data"
    data.mkdir()
    shutil.copy(pepper, data)
    certify(data)
    browser = trusting(launched, folder / "home", identity.Files.in_folder(data).ca)
    site = Site(browser, serve(data, sqlite_hall), sqlite_hall)
    yield site
    browser.close()
    site.station.stop()


@pytest.fixture
def site(trusted: Site) -> Iterator[Site]:
    """It answers, and nobody's profile is left over: caches and workers live in profiles."""
    if trusted.station.process.poll() is not None:
        trusted.restore()
    yield trusted
    for context in trusted.browser.contexts:
        context.close()


def test_a_person_signs_in_and_the_worker_keeps_static_files_and_nothing_else(site: Site) -> None:
    page = site.worker()
    assert page.evaluate("() => isSecureContext")
    cookies = {item["name"]: item for item in page.context.cookies()}
    assert cookies["__Host-sid"]["secure"]
    page.reload()
    page.goto(f"{site.station.secure}/")
    kept = page.evaluate(KEPT)
    assert "/offline" in kept
    assert "/static/scan.js" in kept
    assert [path for path in kept if not path.startswith("/static/") and path != "/offline"] == []


def test_static_files_come_from_the_worker_and_scans_do_not(site: Site) -> None:
    page = site.worker()
    page.reload()
    heard: list[str] = []
    page.on("response", lambda answer: heard.append(answer.url) if answer.from_service_worker else None)
    page.reload()
    with page.expect_response(lambda answer: "/scan/" in answer.url) as caught:
        page.keyboard.insert_text("NOTHING-KNOWN")
        page.keyboard.press("Enter")
    assert caught.value.status == 422
    assert not caught.value.from_service_worker
    assert any(url.startswith(f"{site.station.secure}/static/scan.js") for url in heard)


def test_without_a_network_a_page_says_what_not_to_do_and_goes_on_by_itself(site: Site) -> None:
    page = site.worker()
    wanted = page.url
    site.cut()
    page.goto(wanted)
    said = page.locator("main").inner_text()
    for text in ("网络断开", "Network lost", "不要再扫"):
        assert text in said
    assert page.url == wanted
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    site.restore()
    page.wait_for_selector("#scan-box")
    assert page.url == wanted


def test_a_post_without_a_network_is_answered_by_nobody(site: Site) -> None:
    page = site.worker()
    page.goto(f"{site.station.secure}/")
    site.cut()
    assert page.evaluate(POST, "/scan/pick") == "TypeError"
    assert (
        page.evaluate("() => fetch('/tiles').then((answer) => answer.status, (error) => error.name)")
        == "TypeError"
    )
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/logout")):
        page.evaluate("() => document.querySelector('form[action=\"/logout\"]').submit()")
    site.restore()
    page.goto(f"{site.station.secure}/")
    assert page.locator(".tile").count(), "nothing was sent again: the person is still signed in"


def test_the_app_can_be_installed(site: Site) -> None:
    page = site.worker()
    devtools = page.context.new_cdp_session(page)
    manifest = devtools.send("Page.getAppManifest")
    assert manifest["errors"] == []
    errors = [
        item["errorId"] for item in devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    ]
    assert [item for item in errors if item != "in-incognito"] == []


def test_the_screen_stays_on_while_a_process_is_open_and_again_after_a_look_elsewhere(site: Site) -> None:
    page = site.worker(AWAKE)
    page.wait_for_function("() => window.asked.length === 1 && !window.asked[0].released")
    page.evaluate("() => window.asked[0].release()")  # what the browser does when the page is hidden
    page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_function("() => window.asked.length === 2 && !window.asked[1].released")
    page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    page.goto(f"{site.station.secure}/")
    page.wait_for_load_state()
    assert page.evaluate("() => window.asked.length") == 0


def test_on_plain_http_everything_works_without_worker(site: Site) -> None:
    page = site.page()
    page.goto(f"{site.station.plain}/trust")
    with page.expect_download() as caught:
        page.get_by_text(".crt").first.click()
    assert caught.value.suggested_filename == "station-ca.crt"
    assert page.locator("#fingerprint").inner_text() in page.content()
    assert page.evaluate("() => document.images[0].naturalWidth") > 100
    page.goto(f"{site.station.plain}/login")
    page.wait_for_load_state()
    assert page.evaluate("() => navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0


def test_a_new_version_takes_over_and_drops_what_the_old_one_kept(
    chromium: Browser, hub: Hub, tmp_path: Path
) -> None:
    made = certify(hub.settings.data)
    assert made.is_new_ca
    files = identity.Files.in_folder(hub.settings.data)
    browser = trusting(chromium, tmp_path / "home", files.ca)
    page, port = browser.new_context().new_page(), 0
    names: list[str] = []
    try:
        for version in ("one", "two"):
            static = tmp_path / version
            shutil.copytree(ROOT / "static", static)
            with (static / "tones.js").open("a", encoding="utf-8") as file:
                file.write(f"// {version}\n")
            app = create_app(hub=hub)
            app.static_folder = str(static)
            pair = (str(files.server), str(files.server))
            server = make_server("127.0.0.1", port, app, threaded=True, ssl_context=pair)
            port = server.server_port
            threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
            page.goto(f"https://localhost:{port}/login")
            take_charge(page)
            names.append(page.evaluate(FRESH, names))
            server.shutdown()
            server.server_close()
    finally:
        browser.close()
    assert len(set(names)) == 2


def test_the_icons_are_drawn_from_the_svg() -> None:
    for name, (size, share) in draw_icons.SIZES.items():
        with Image.open(ROOT / "static/icons" / f"{name}.png") as kept:
            assert ImageChops.difference(kept.convert("RGBA"), draw_icons.draw(size, share)).getbbox() is None


def test_the_worker_is_never_kept_by_the_browser(site: Site) -> None:
    answer = requests.get(f"{site.station.secure}/sw.js", verify=site.station.ca, timeout=PATIENCE_S)
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Content-Type"].startswith("text/javascript")
    manifest = requests.get(
        f"{site.station.secure}/manifest.webmanifest", verify=site.station.ca, timeout=PATIENCE_S
    ).json()
    for icon in manifest["icons"]:
        found = requests.get(
            f"{site.station.secure}{icon['src']}", verify=site.station.ca, timeout=PATIENCE_S
        )
        assert found.headers["Content-Type"] == "image/png"
