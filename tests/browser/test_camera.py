"""A phone's camera scans: a film of our own labels in front of a real Chromium, into the same queue and tones."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from PIL import Image, ImageOps
from playwright.sync_api import Browser
from sqlalchemy import func, select

from printers import layouts
from printers.canvas import Box, Page
from printers.documents import ThingLabel
from station.ground.scan.codes import internal
from station.ground.scan.models import Scan
from station.ground.web.camera import DECODER
from station.wiring.hub import Hub
from tests.browser.conftest import FLAGS, Served
from tests.browser.screens import MEASURE
from tests.browser.visitors import Visitors
from tests.floor import LI, Floor

SIZE = (640, 480)
FILM_FLAGS = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
BLANK, LABEL = 15, 15
"""Pictures of one and of the other, ten a second: the label is out of sight longer than it is remembered."""


def picture(text: str) -> Image.Image:
    """What the camera sees of a bench's label: printed by our own layout, on a grey table, a little turned."""
    label = layouts.render(ThingLabel(text, "PACK-1", "打包台"), "label_100x70", dpi=203)[0].convert("L")
    label.thumbnail((600, 440))
    table = Image.new("L", SIZE, 150)
    turned = ImageOps.expand(label, 4, 255).rotate(
        2, expand=True, fillcolor=150, resample=Image.Resampling.BICUBIC
    )
    table.paste(turned, ((SIZE[0] - turned.width) // 2, (SIZE[1] - turned.height) // 2))
    return table


def qr(text: str) -> Image.Image:
    """A QR code of our own canvas."""
    page = Page(50, 50, 203)
    page.qr(Box(5, 5, 40, 40), text)
    table = Image.new("L", SIZE, 150)
    table.paste(page.image.convert("L"), (120, 40))
    return table


def film(path: Path, pictures: Sequence[Image.Image]) -> None:
    """A Y4M as Chromium plays it in a loop: grey, ten pictures a second."""
    colours = bytes([128]) * (SIZE[0] * SIZE[1] // 2)
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{SIZE[0]} H{SIZE[1]} F10:1 Ip A1:1 C420jpeg\n".encode())
        for one in pictures:
            file.write(b"FRAME\n" + one.tobytes() + colours)


@pytest.fixture
def phone(chromium: Browser, tmp_path: Path) -> Iterator[Browser]:
    """A browser whose camera sees the label of PACK-1 come and go."""
    blank, label, square = (
        Image.new("L", SIZE, 150),
        picture(internal("WS", "PACK1")),
        qr(internal("WS", "PACK2")),
    )
    film(tmp_path / "film.y4m", [blank] * BLANK + [label] * LABEL + [blank] * BLANK + [square] * LABEL)
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
    flags = [*FLAGS, *FILM_FLAGS, f"--use-file-for-fake-video-capture={tmp_path / 'film.y4m'}"]
    browser = chromium.browser_type.launch(executable_path=path, args=flags)
    yield browser
    browser.close()


def test_the_camera_scans_into_the_same_queue(phone: Browser, served: Served, floor: Floor, hub: Hub) -> None:
    visitors = Visitors(phone, served.url, floor)
    page = visitors.work(LI, "place", 360, 640)
    page.wait_for_selector("[data-camera]:not([hidden])")
    assert page.evaluate(MEASURE) == []
    page.click("[data-camera]")
    page.wait_for_selector(".datum:has-text('PACK-1')")
    page.wait_for_selector(".datum:has-text('PACK-2')")
    assert page.evaluate("() => window.stationTones.filter((tone) => tone !== 'tick').length") >= 1
    assert page.locator("#camera").is_visible()

    def scans() -> int:
        with hub.db.read() as tx:
            return tx.scalar(select(func.count()).select_from(Scan)) or 0

    page.wait_for_selector(".datum:has-text('PACK-1')")  # the film begins anew
    turns = page.evaluate("() => document.querySelector('#camera video').currentTime") // 3
    assert 3 <= scans() <= turns + 2, "a label that stays in the picture counts once"
    page.click("[data-camera-close]")
    page.wait_for_selector("#camera", state="hidden")
    assert page.evaluate("() => document.querySelector('#camera video').srcObject") is None
    visitors.close()
    assert visitors.complaints == []


@pytest.mark.parametrize(
    "lacks",
    [
        "",
        "Object.defineProperty(window, 'isSecureContext', { value: false });",
        "delete window.WebAssembly; delete window.BarcodeDetector;",
    ],
)
def test_no_button_where_nothing_could_scan(visitors: Visitors, lacks: str) -> None:
    """No camera, plain HTTP, or no decoder."""
    camera = (
        "navigator.mediaDevices.enumerateDevices = async () => [{ kind: 'videoinput' }];" if lacks else ""
    )
    page = visitors.page(LI, script=f"window.asked = 0; {camera} {lacks}")
    page.goto(f"{visitors.url}/work/place")
    page.wait_for_selector("#scan-box")
    page.wait_for_selector("[data-camera][data-asked]", state="attached")
    assert page.locator("[data-camera]").is_hidden()


def test_only_the_decoder_may_compile_and_it_is_the_one_the_readme_names(served: Served) -> None:
    client = served.app.test_client()
    answer = client.get("/camera-worker.js")
    assert "'wasm-unsafe-eval'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in client.get("/login").headers["Content-Security-Policy"]
    assert DECODER in answer.text
    root = Path(__file__).parents[2]
    assert {path.name for path in (root / "static" / DECODER).iterdir()} == {"reader.js", "zxing_reader.wasm"}
    version = DECODER.rpartition("-")[2]
    assert f"zxing-wasm {version}" in (root / "README.md").read_text(encoding="utf-8")
    assert f"zxing-wasm {version}" in (root / "static/vendor/zxing-wasm-LICENSE.txt").read_text(
        encoding="utf-8"
    )
