"""A served station on a small disk that fills up, and has room again: nothing that was accepted is lost."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from station.practice.demo import world
from station.practice.simulate.client import Handheld, Tally
from tests.commands import Station
from tests.floor import SUN
from tests.patience import PATIENCE_S, until

pytestmark = pytest.mark.long


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 MB in memory."""
    folder = tmp_path / "disk"
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("a disk of its own needs the right to mount one")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def station(disk: Path, sqlite_hall: Path, pepper: Path) -> Iterator[Station]:
    shutil.copy(sqlite_hall, disk / "station.sqlite3")
    shutil.copy(pepper, disk)
    made = Station(disk)
    yield made
    made.close()


def test_a_full_disk_refuses_and_recovers(station: Station) -> None:
    _, port = station.serve(STATION_RESERVE_MB="8")
    url = f"http://127.0.0.1:{port}"
    handheld = Handheld(url, Tally())
    handheld.sign_in(world.badge(SUN), world.PIN, "HH-1")

    def health() -> int:
        return requests.get(f"{url}/health", timeout=PATIENCE_S).status_code

    def scan(scan_id: str) -> tuple[int, str]:
        handheld.look("pick")
        status, body = handheld.scan("pick", "CM-OK", scan_id)
        return status, body["code"]

    kept = [scan(f"before-{number}") for number in range(5)]
    stone = station.data / "stone"
    with stone.open("wb") as file:
        file.write(bytes(shutil.disk_usage(station.data).free - 6_000_000))
    until(lambda: health() == 503)
    assert [scan(f"full-disk-{number}") for number in range(20)] == [(422, "E-SYS-12")] * 20
    assert [scan(f"before-{number}") for number in range(5)] == kept
    stone.unlink()
    until(lambda: health() == 200)
    assert all(code != "E-SYS-12" for _, code in (scan(f"full-disk-{number}") for number in range(20)))
    handheld.close()
    for process in station.started:
        process.kill()
        process.wait()
    assert station.run("check")[0] == 0
