"""``station bench hands``: from Enter to tone in a real Chromium, with busy handhelds beside it.

The time runs in the page, from the key event of Enter to the moment the tone is handed to the sound system;
what a person feels. Beside it stands the same scan as a bare HTTP round trip of the handhelds, so that the
ratio can be compared between machines.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import statistics
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from station.ground.db import schema
from station.ground.scan.codes import internal
from station.practice.bench.driving import drive, served
from station.practice.bench.fill import fill
from station.practice.bench.run import integrity, say
from station.practice.bench.wire import token
from station.practice.demo import goods
from station.settings import Settings, load
from station.wiring.hub import build

TARGET_MS = 100
STOPS = 200
PAUSE_MS = 100
"""Between two scans of the browser: faster than any hand, so that the list lasts for the measurement."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
STOPWATCH = """() => {
  const tone = window.stationTone;
  let pressed = 0;
  window.spent = [];
  const press = (event) => { if (event.key === "Enter") pressed = performance.now(); };
  document.addEventListener("keydown", press, true);
  window.stationTone = (name) => {
    tone(name);
    window.spent.push([name, performance.now() - pressed]);
  };
}"""
SCREEN = "() => ({ ...document.getElementById('screen').dataset })"
TOLD = "(count) => window.spent.length >= count && !station.pending() && !document.body.dataset.busy"


def bench(handhelds: int, seconds: int, *, as_json: bool) -> None:
    """Measure and print."""
    browser_path = find_browser()
    with tempfile.TemporaryDirectory(prefix="station-bench-") as folder:
        environ = os.environ | {"STATION_DATA": folder, "STATION_HOST": "127.0.0.1", "STATION_WORKERS": "off"}
        environ.pop("STATION_DATABASE_URL", None)
        settings = load(environ)
        say(as_json, "filling a hall with pick work …")
        _prepare(settings, handhelds)
        with served(environ, 0) as (port, _pid):
            say(as_json, f"scanning in Chromium beside {handhelds} handhelds for {seconds} s …")
            report = _measure(browser_path, port, handhelds, seconds)
        report["integrity"] = integrity(settings)
    click.echo(json.dumps(report) if as_json else _table(report))


def find_browser() -> str:
    """The Chromium to measure in; says what is missing and how to get it."""
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        raise click.ClickException(
            "this measurement drives a browser through Playwright, a development dependency: "
            "pip install 'warehouse-station[dev]'"
        ) from None
    named = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if not named or not Path(named).exists():
        raise click.ClickException("no Chromium found: install it, or name it with CHROMIUM=/path/to/it")
    return named


def _prepare(settings: Settings, handhelds: int) -> None:
    settings.data.mkdir(parents=True, exist_ok=True)
    schema.upgrade(settings.url)
    hub = build(settings)
    try:
        fill(hub, handhelds + 1, handhelds + 1, busy_stops=STOPS, stops=STOPS)
    finally:
        hub.close()


def _measure(browser_path: str, port: int, handhelds: int, seconds: int) -> dict[str, Any]:
    """One browser and all handhelds at once; the handhelds' own figures come from their process."""
    beside: dict[str, Any] = {}
    fleet = threading.Thread(target=lambda: beside.update(drive(port, handhelds, seconds, thinks=True)))
    fleet.start()
    try:
        tones = _scan(browser_path, port, handhelds, fleet)
    finally:
        fleet.join()
    spent = sorted(ms for _tone, ms in tones)
    if not spent or not beside.get("scans"):
        raise click.ClickException("nothing was measured: the browser or the handhelds did no scan")
    median = statistics.median(spent)
    return {
        "scans": len(spent),
        "refused": sum(tone == "error" for tone, _ms in tones),
        "tone_p50_ms": round(median, 1),
        "tone_p95_ms": round(spent[int(len(spent) * 0.95)], 1),
        "bare_p50_ms": beside["p50"],
        "ratio": round(median / beside["p50"], 1) if beside["p50"] else None,
        "handhelds": handhelds,
        "handheld_errors": beside["errors"],
        "is_in_target": median <= TARGET_MS,
    }


def _scan(browser_path: str, port: int, number: int, fleet: threading.Thread) -> list[tuple[str, float]]:
    """Walk a pick list in the browser as long as the fleet is at work: (tone, milliseconds) of each scan."""
    from playwright.sync_api import sync_playwright

    url = f"http://127.0.0.1:{port}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=list(FLAGS))
        context = browser.new_context(viewport={"width": 320, "height": 400})
        context.add_cookies([{"name": "sid", "value": token(number), "url": url}])
        page = context.new_page()
        page.goto(f"{url}/work/pick")
        page.evaluate(STOPWATCH)
        done = 0
        while fleet.is_alive():
            raw = next_raw(page.evaluate(SCREEN), number)
            if not raw:
                break
            page.keyboard.insert_text(raw)
            page.keyboard.press("Enter")
            done += 1
            page.wait_for_function(TOLD, arg=done)
            page.wait_for_timeout(PAUSE_MS)
        spent: list[tuple[str, float]] = page.evaluate("() => window.spent")
        browser.close()
    return spent


def next_raw(screen: Mapping[str, str], number: int) -> str:
    """What person `number` scans at this screen; empty when the walk is over."""
    hint = screen.get("hint", "")
    if screen["step"] == "list":
        return internal("PK", f"9{number:08d}")
    if hint == "EMPTY-TOTE":
        return internal("TT", f"B{number:04d}")
    if article := re.fullmatch(r"SKU:S(\d+)", hint):
        return goods.gtin(int(article[1]))
    return hint if screen["step"] in {"slot", "product", "qty"} else ""


def _table(report: dict[str, Any]) -> str:
    verdict = "within" if report["is_in_target"] else "ABOVE"
    own = f"{report['scans']} scans, p50 {report['tone_p50_ms']} ms, p95 {report['tone_p95_ms']} ms"
    bare = (
        f"{report['handhelds']} handhelds, p50 {report['bare_p50_ms']} ms, {report['handheld_errors']} errors"
    )
    return "\n".join(
        (
            f"from Enter to tone   {own} ({verdict} the target of {TARGET_MS} ms)",
            f"bare round trip      {bare}",
            f"ratio                {report['ratio']}",
            f"refused scans {report['refused']} · books {report['integrity']}",
        )
    )
