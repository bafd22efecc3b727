"""A photo of a truck, from the handheld's file input to the station: made small on the way (P1)."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from station.wiring.hub import Hub
from tests.browser.visitors import Visitors
from tests.floor import LI, Floor
from tests.station.inbound.dock import MUG, PO, Dock


def test_a_large_photo_is_sent_small(hub: Hub, visitors: Visitors, floor: Floor, tmp_path: Path) -> None:
    """1800 × 1200 noisy pixels of some megabytes arrive as 1600 × 1067, a fraction of that."""
    Dock(floor).expects((MUG, 24))
    receipt = floor.arrive(PO, 2)
    taken = tmp_path / "truck.png"
    Image.effect_noise((1800, 1200), 90).convert("RGB").save(taken)
    page = visitors.work(LI, "arrive")
    page.locator(".bar a[href='/work/photos/arrived']").click()
    page.wait_for_url(f"**/work/photos/{receipt}")
    page.set_input_files("input[type=file]", taken)
    page.wait_for_function("() => document.querySelector('input[type=file]').files[0].name === 'photo.jpg'")
    page.get_by_role("button", name="保存照片").click()
    page.locator("img.paper").wait_for()
    (kept,) = (hub.settings.data / "photos" / "receipts").glob(f"{receipt}-*")
    with Image.open(kept) as picture:
        assert (picture.format, picture.size) == ("JPEG", (1600, 1067))
    assert kept.stat().st_size * 5 < taken.stat().st_size
    assert visitors.complaints == []
