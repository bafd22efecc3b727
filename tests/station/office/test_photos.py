"""Photos of articles: optional files, served small, never anything else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image

from station import create_app
from station.catalog.photos import EDGE, Photos
from tests.floor import SUN, Floor


@pytest.fixture
def photos(tmp_path: Path) -> Photos:
    (tmp_path / "photos").mkdir()
    return Photos(tmp_path / "photos")


@pytest.mark.parametrize("ending", ["jpg", "jpeg", "png", "webp"])
def test_a_photo_becomes_small_once(photos: Photos, ending: str) -> None:
    Image.new("RGB", (1600, 800), "red").save(photos.folder / f"A-1.{ending}")
    small = photos.thumbnail("A-1")
    assert small is not None
    with Image.open(small) as picture:
        assert picture.size == (EDGE, EDGE // 2)
        assert picture.format == "WEBP"
    assert small.stat().st_size < 8_000
    made = small.stat().st_mtime_ns
    assert photos.thumbnail("A-1") == small
    assert small.stat().st_mtime_ns == made


def test_a_new_photo_gets_a_new_name_and_the_old_one_goes(photos: Photos) -> None:
    source = photos.folder / "A-1.png"
    Image.new("RGB", (300, 300), "red").save(source)
    old, first = photos.thumbnail("A-1"), photos.version("A-1")
    Image.new("RGB", (301, 300), "blue").save(source)
    os.utime(source, ns=(1, 1))
    new = photos.thumbnail("A-1")
    assert photos.version("A-1") != first
    assert old is not None
    assert new is not None
    assert new.exists()
    assert not old.exists()


def test_a_phone_held_sideways_is_turned(photos: Photos) -> None:
    picture = Image.new("RGB", (400, 200), "red")
    exif = picture.getexif()
    exif[0x0112] = 6
    picture.save(photos.folder / "A-1.jpg", exif=exif)
    small = photos.thumbnail("A-1")
    assert small is not None
    with Image.open(small) as turned:
        assert turned.width < turned.height


@pytest.mark.parametrize(
    "content", [b"", b"GIF89a", b"<svg onload='alert(1)'/>", b"\x89PNG\r\n\x1a\n" + b"0" * 40]
)
def test_what_is_no_picture_is_not_shown(photos: Photos, content: bytes) -> None:
    (photos.folder / "A-1.png").write_bytes(content)
    assert photos.thumbnail("A-1") is None
    assert list(photos.folder.glob(".small/*")) == []


def test_a_picture_that_would_eat_the_memory_is_not_opened(photos: Photos) -> None:
    Image.new("1", (10_000, 6_000)).save(photos.folder / "A-1.png")
    assert photos.thumbnail("A-1") is None


@pytest.mark.parametrize(
    "code",
    ["../secret", "..\\secret", "/etc/passwd", ".small", "", "a\x00b", "C:secret", "x" * 300, "没有照片"],
)
def test_no_code_leads_out_of_the_folder(photos: Photos, code: str) -> None:
    Image.new("RGB", (9, 9)).save(photos.folder.parent / "secret.png")
    assert photos.version(code) == ""
    assert photos.thumbnail(code) is None


def test_the_address_carries_the_version(floor: Floor) -> None:
    """Kept for good under its version, unknown under another; only for people who are signed in."""
    folder = floor.hub.settings.data / "photos"
    folder.mkdir(parents=True)
    Image.new("RGB", (300, 300), "red").save(folder / "茶 1.png")
    app = create_app(hub=floor.hub)
    client: FlaskClient = app.test_client()
    version = Photos(folder).version("茶 1")
    assert client.get(f"/photos/{version}/茶 1.webp").status_code == 302
    client.set_cookie("sid", floor.sign_in(SUN))
    answer = client.get(f"/photos/{version}/茶 1.webp")
    assert answer.mimetype == "image/webp"
    assert "immutable" in answer.headers["Cache-Control"]
    answer.close()
    assert client.get("/photos/0000000000/茶 1.webp").status_code == 404
    assert client.get(f"/photos/{version}/%2e%2e%2fstation.webp").status_code == 404
