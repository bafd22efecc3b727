"""Setting up and running the demo."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import click
import segno

from station.clock import Clock, SystemClock
from station.exchange import documents as erp
from station.ground.db import Database, owner, schema
from station.practice.demo import files, world
from station.serving import server
from station.serving.tls import authority as cert
from station.serving.tls import identity
from station.serving.tls import names as cert_names
from station.settings import Settings, load
from station.wiring.hub import Hub, build

MARK = ".station-demo"
TLS = "tls"
HELPERS = 4
"""All-round people of the demo, for `station simulate --url`."""


PREPARE = "station.practice.demo.run:bring_people"


def bring_people(hub: Hub) -> None:
    """A served demo knows its people, so that the training bench can act for them."""
    hub.demo_people = world.people(int(os.environ["STATION_IS_DEMO"]))


def prepare(
    settings: Settings, orders: int, seed: int, *, extra: int, benches: int = 2, skus: int = 12
) -> None:
    """A migrated database with the demo hall, and the ERP's files of this morning in the inbox."""
    hall = {"slots": max(40, 2 * skus), "totes": 24 + 4 * extra, "extra": extra, "benches": benches}
    _prepared(
        settings,
        lambda clock: files.write_morning(settings, clock, orders=orders, seed=seed, skus=skus),
        **hall,
    )


def prepare_with(
    settings: Settings,
    articles: Sequence[erp.Product],
    notices: Sequence[erp.NoticeDocument],
    **hall: int,
) -> None:
    """Likewise, with these documents in the inbox; `hall` is what `world.lay_out` takes."""
    _prepared(settings, lambda _clock: files.write_documents(settings, articles, notices, ()), **hall)


def _prepared(settings: Settings, write: Callable[[Clock], None], **hall: int) -> None:
    settings.data.mkdir(parents=True, exist_ok=True)
    schema.upgrade(settings.url)
    hub = build(settings, db=Database(settings.url, journal=settings.journal))
    try:
        hub.db.write(lambda tx: world.lay_out(tx, hub.pins, hub.clock.now(), **hall))
        marker = settings.data / MARK
        if not marker.exists():
            write(hub.clock)
            marker.write_text("this folder belongs to `station demo`\n", encoding="utf-8")
    finally:
        hub.close()


def demo(data: Path, host: str, port: int, orders: int, *, fresh: bool, https: bool = False) -> None:
    """Prepare (once) and serve the demo; prints where to point a browser and a handheld."""
    os.environ.update(
        STATION_DATA=str(data),
        STATION_HOST=host,
        STATION_PORT=str(port),
        STATION_IS_DEMO=str(HELPERS),
        STATION_PREPARE=PREPARE,
    )
    # A virtual ERP or an emulated printer on this machine may be tried out with the demo.
    os.environ.setdefault("STATION_ALLOW_ADDRESSES", "127.0.0.1,localhost")
    # Every article of the demo is here for the first time; nobody looks at each piece to see how it is done.
    os.environ.setdefault("STATION_RULES_FIRST_DELIVERY_FULL", "off")
    settings = load()
    with owner.own(settings.url, "station demo", alone=True):
        if fresh and data.exists():
            clear(data)
            settings = load()
        prepare(settings, orders, seed=1, extra=HELPERS)
    if https:
        cert.make(identity.Files.in_folder(data), cert_names.here(), SystemClock(settings.zone).now())
    local = f"http://127.0.0.1:{port}/"
    lan = f"http://{server.lan_address()}:{port}/"
    click.echo(f"station demo: {local}training  (desk and handheld)\n")
    if sys.stdout.isatty():
        segno.make(lan, error="m").terminal(compact=True)
    click.echo(f"handheld: {lan}\nbadges 1001–1008, PIN {world.PIN}; data in {data}; stop with Ctrl+C")
    if server.https_files(settings):
        secure = f"https://{server.lan_address()}:{settings.https_port}/"
        click.echo(f"HTTPS: {secure} after three steps at {lan}trust")
    server.serve(settings, port=port)


def clear(data: Path) -> None:
    """Throw a demo's data away, but not the certificates: devices that trust them need not be asked again.

    A folder that holds nothing else is as good as thrown away; any other that no demo marked as its own is
    refused. The mark goes last, so that a clearing cut short can be repeated.
    """
    mark = data / MARK
    old = [path for path in data.iterdir() if path.name != TLS and path != mark and path.suffix != ".lock"]
    if old and not mark.exists():
        raise click.ClickException(f"{data} is not a demo's folder; it was left alone")
    for path in old:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    mark.unlink(missing_ok=True)


def wait_for_signal() -> None:
    """Sleep until SIGINT or SIGTERM."""
    done = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_args: done.set())
    done.wait()
