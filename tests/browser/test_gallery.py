"""The gallery: pictures of every screen for people to look through."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image
from playwright.sync_api import Browser

from station.cli import main
from station.practice import gallery
from station.practice.gallery import album
from station.practice.gallery.studio import LANGUAGES, SIZES, THEMES, SeenHandheld, Studio
from station.practice.simulate.client import Tally
from station.wiring.hub import Hub
from tests.browser.conftest import Served
from tests.browser.test_screens import delivery
from tests.floor import LI, Floor


@pytest.mark.long
def test_each_new_screen_is_photographed_once(
    hub: Hub, chromium: Browser, served: Served, floor: Floor, tmp_path: Path
) -> None:
    """Answered and refused, both languages, both themes, three sizes; the work goes on as without pictures."""
    from station.practice.demo import world

    notice = delivery(floor)
    studio, tally, seen = Studio(chromium, served.url, tmp_path), Tally(), set[tuple[str, ...]]()
    device = SeenHandheld(studio, tally, seen)
    device.sign_in(world.badge(LI), world.PIN, "GALLERY")
    device.first_look("arrive")
    status, body = device.scan("arrive", notice)
    assert (status, body["screen"]["step"]) == (200, "plate")
    assert seen == {("arrive", "notice", "none"), ("arrive", "notice", "error"), ("arrive", "plate", "ok")}
    taken = len(seen) * len(LANGUAGES) * len(THEMES) * len(SIZES)
    assert len({shot.file for shot in studio.shots}) == taken == len(list(tmp_path.glob("*.png")))
    device.first_look("arrive")
    assert len(studio.shots) == taken + 12
    album.write(tmp_path, studio.shots)
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    files = re.findall(r'<img src="([^"]+)"', page)
    assert len(files) == len(studio.shots)
    assert all((tmp_path / file).exists() for file in files)
    for theme, light in (("bright", range(200, 256)), ("dark", range(60))):
        with Image.open(tmp_path / f"arrive-plate-ok-zh-{theme}-320.png") as picture:
            assert picture.size == (320, 400)
            assert picture.convert("L").getpixel((160, 300)) in light


def test_a_machine_without_a_browser_is_told_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "nothing"))
    answer = CliRunner().invoke(main, ["gallery", str(tmp_path / "album")])
    assert answer.exit_code == 1
    assert "warehouse-station[dev]" in answer.output
    assert not (tmp_path / "album").exists()


def test_the_gallery_is_no_part_of_the_server() -> None:
    """Playwright is a development dependency: importing the package must not need it."""
    source = Path(gallery.__file__).parent / "run.py"
    assert "\nfrom playwright" not in source.read_text(encoding="utf-8")
