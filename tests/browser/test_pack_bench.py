"""The packing bench's large screen: no mouse from the first scan to the label stuck (domain §10.7)."""

from __future__ import annotations

from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from printers.worker import PrintWorker
from station.ground.scan.codes import internal
from station.wiring.hub import Hub
from tests.browser.screens import BENCH, MEASURE, resize, snap
from tests.browser.visitors import Visitors
from tests.floor import ZHAO, Floor
from tests.station.scenarios.test_whole_job import _ready as ready

NO_MOUSE = """for (const name of ["mousedown", "pointerdown", "click", "touchstart"])
  document.addEventListener(name, () => { document.documentElement.dataset.touched = name; }, true);"""

PAST = """(token) => !document.body.dataset.busy && !station.pending()
  && document.getElementById("screen").dataset.stepToken !== token"""


def type_in(page: Page, raw: str) -> None:
    """A scanner is a keyboard: the code, then Enter; wait for the next screen."""
    token = page.get_attribute("#screen", "data-step-token")
    page.keyboard.insert_text(raw)
    page.keyboard.press("Enter")
    page.wait_for_function(PAST, arg=token)


def photograph(hub: Hub, code: str) -> None:
    """Somebody put a photo of the article into the folder."""
    folder = hub.settings.data / "photos"
    folder.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (900, 600), "#c8102e").save(folder / f"{code}.jpg")


def to_the_bench(floor: Floor) -> None:
    """Every order is picked and stands at the bench in a tote."""
    ready(floor)
    floor.release()
    floor.pick_next()


def pack_one(page: Page, floor: Floor, worker: PrintWorker) -> str:
    """One parcel with the keyboard alone, from its first product to the label stuck; the waybill."""
    while page.get_attribute("#screen", "data-step") in {"item", "verify"}:
        hint = page.get_attribute("#screen", "data-hint") or ""
        big = page.get_attribute("#screen", "data-big") or ""
        type_in(page, floor.item_in_tote(big) if hint == "TOTE-ITEM" else floor.barcode(hint))
    type_in(page, internal("BX", "03"))
    page.wait_for_selector(".beside-carrier b:has-text('中通快递')")
    while worker.run_once():
        pass
    page.wait_for_selector(".beside-label img")
    page.wait_for_function("() => document.querySelector('.beside-label img').naturalWidth > 0")
    waybill = page.get_attribute("#screen", "data-hint") or ""
    assert waybill in (page.get_attribute(".beside-label img", "alt") or "")
    assert page.get_attribute(".carrier-colour rect", "fill") == "#0057b8"
    assert page.evaluate(MEASURE) == []
    snap(page, "pack-bench-label")
    type_in(page, waybill)
    return waybill


def test_a_parcel_is_packed_without_a_mouse(hub: Hub, visitors: Visitors, floor: Floor) -> None:
    """Bench, tote, every unit, box, label, scale: the order with photos left, weight and label right."""
    to_the_bench(floor)
    for number in range(1, 5):
        photograph(hub, f"S000{number}")
    worker = PrintWorker(hub.db.write, hub.clock.now)
    page = visitors.work(ZHAO, "pack", *BENCH, NO_MOUSE)
    type_in(page, internal("WS", "PACK1"))
    type_in(page, internal("TT", "T001"))
    pack_one(page, floor, worker)
    assert page.get_attribute("#screen", "data-step") == "weigh"
    assert page.locator(".mini-photos tr.is-done img.photo").count() == 1
    assert page.locator(".mini-photos tr.is-done").inner_text().endswith("✔")
    expected = page.inner_text(".beside-weight div:last-child dd")
    floor.hub.db.write(lambda tx: place(tx, hub, int(expected.split()[0]) * 10))
    page.wait_for_selector(f".beside-weight div:first-child dd:has-text('{expected}')")
    assert page.evaluate("() => document.activeElement.id") == "scan-box"
    type_in(page, "CM-OK")
    assert "LANE-ZTO" in page.inner_text("#band")
    assert page.evaluate("() => document.documentElement.dataset.touched || ''") == ""


def place(tx: object, hub: Hub, dg: int) -> None:
    from station.devices import scales

    scales.place(tx, "PACK-1", dg, hub.clock.now())  # type: ignore[arg-type]


def test_a_handheld_packs_without_the_right_hand_side(visitors: Visitors, floor: Floor) -> None:
    """On a small screen neither photos nor the preview are even fetched."""
    to_the_bench(floor)
    page = visitors.page(ZHAO)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{visitors.url}/work/pack")
    for raw in (internal("WS", "PACK1"), internal("TT", "T001")):
        type_in(page, raw)
    assert [url for url in asked if "/photos/" in url or "/work/pack/beside" in url] == []
    resize(page, BENCH)
    page.wait_for_selector(".beside-weight")


def test_nobody_leafs_through_labels(hub: Hub, visitors: Visitors, floor: Floor, tmp_path: Path) -> None:
    """The preview shows the label of the parcel in hand and no other."""
    to_the_bench(floor)
    worker = PrintWorker(hub.db.write, hub.clock.now)
    page = visitors.work(ZHAO, "pack", *BENCH)
    type_in(page, internal("WS", "PACK1"))
    type_in(page, internal("TT", "T001"))
    pack_one(page, floor, worker)
    address = page.get_attribute(".beside-label img", "src") or ""
    assert page.request.get(visitors.url + address).status == 200
    number = int(address.rsplit("/", 1)[1].removesuffix(".png"))
    for other in (number - 1, number + 1, 2147483647):
        assert page.request.get(f"{visitors.url}/work/pack/label/{other}.png").status == 404
