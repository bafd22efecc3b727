"""The photos of a truck outlive the server, and a lost machine (P1, P5)."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from station import create_app
from station.clock import MovableClock
from station.copies import backup, restore
from station.ground.db import Database
from station.ground.web.kit import csrf_token
from station.settings import Settings
from station.wiring import hub as hubs
from tests.floor import LI, Floor
from tests.station.inbound.dock import MUG, PO, Dock


@contextmanager
def serving(settings: Settings, clock: MovableClock) -> Iterator[Floor]:
    """The station runs, until it is stopped."""
    hub = hubs.build(settings, db=Database(settings.url), clock=clock)
    try:
        yield Floor(hub)
    finally:
        hub.close()


def seen(floor: Floor) -> list[bytes]:
    """The photos that the receiver's last truck has, as a handheld gets them; empty where one is lost."""
    client = create_app(hub=floor.hub).test_client()
    client.set_cookie("sid", floor.sign_in(LI))
    page = client.get("/work/photos/arrived", follow_redirects=True).text
    pictures = []
    for address in re.findall(r'src="(/work/photos/[^"]+)"', page):
        with client.get(address) as answer:
            pictures.append(answer.data if answer.status_code == 200 else b"")
    return pictures


def test_photos_survive_a_restart_a_backup_and_a_restore(
    settings: Settings, clock: MovableClock, tmp_path: Path
) -> None:
    """Taken at the arrival, on the page that the camera key there opens."""
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(made, "JPEG")
    picture = made.getvalue()
    with serving(settings, clock) as floor:
        Dock(floor).expects((MUG, 24))
        client, token = create_app(hub=floor.hub).test_client(), floor.sign_in(LI)
        client.set_cookie("sid", token)
        assert 'href="/work/photos/arrived"' in client.get("/work/arrive").text
        assert client.get("/work/photos/arrived").location == "/work/arrive", "no truck yet"
        receipt = floor.arrive(PO, 2)
        sent = {"csrf": csrf_token(token), "file": (io.BytesIO(picture), "truck.jpg")}
        client.post(f"/work/photos/{receipt}", data=sent, content_type="multipart/form-data")
        assert seen(floor) == [picture]
    with serving(settings, clock) as floor:
        assert seen(floor) == [picture], "after a restart"
    copy = backup.make(settings, clock, tmp_path / "copy.zip")
    shutil.rmtree(settings.data / "photos")
    restore.restore(settings, clock, copy.path)
    with serving(settings, clock) as floor:
        assert seen(floor) == [picture], "after a restore"
