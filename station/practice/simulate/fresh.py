"""Stations of a simulation's own: in a temporary folder, served by the production server, gone afterwards."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator

from station.practice.demo import run as demo
from station.practice.simulate import shop
from station.practice.simulate.trucks.plan import Day
from station.serving import server
from station.settings import Settings, load

SLOTS, SLOTS_A_TRUCK = 60, 8
"""Slots of a hall for trucks: every carton of a lot may want one of its own."""


@contextlib.contextmanager
def fresh_station(orders: int, workers: int, seed: int, setup: str = "") -> Iterator[str]:
    """A station of its own, the demo's or by a set-up file's text; its address."""

    def prepare(settings: Settings) -> None:
        if setup:
            shop.prepare(settings, setup, orders=orders, seed=seed, workers=workers)
            return
        demo.prepare(
            settings,
            orders,
            seed,
            extra=workers,
            benches=max(2, workers // 2),
            skus=min(48, 12 + orders // 10),
        )

    with _served(workers, shop.PREPARE if setup else demo.PREPARE, prepare) as url:
        yield url


@contextlib.contextmanager
def fresh_trucks(day: Day, workers: int) -> Iterator[str]:
    """A demo station whose office announces the trucks of this day; its address."""

    def prepare(settings: Settings) -> None:
        slots = SLOTS + SLOTS_A_TRUCK * len(day.trucks)
        demo.prepare_with(settings, day.articles, day.notices, slots=slots, extra=workers)

    with _served(workers, demo.PREPARE, prepare) as url:
        yield url


@contextlib.contextmanager
def _served(workers: int, hook: str, prepare: Callable[[Settings], None]) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="station-sim-") as folder:
        port = server.free_port()
        usual = {"STATION_RULES_FIRST_DELIVERY_FULL": "off"}  # all its articles are here for the first time
        own = {
            "STATION_DATA": folder,
            "STATION_PORT": str(port),
            "STATION_HOST": "127.0.0.1",
            "STATION_IS_DEMO": str(workers),
            "STATION_PREPARE": hook,
        }
        environ = usual | os.environ | own
        prepare(load(environ))
        process = subprocess.Popen(
            [sys.executable, "-m", "station.cli", "serve"], env=environ, stdout=sys.stderr
        )
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=30)
