"""What a starting server says in its window: where it is, and how a new station gets its owner."""

from __future__ import annotations

import sys

import click
import segno

from station.people.first import FirstStart, nobody_is_there
from station.serving import server
from station.settings import Settings
from station.wiring.hub import Hub

ONLY_HERE = (
    'only this machine reaches it. For handhelds: host = "0.0.0.0" in station.toml, or STATION_HOST=0.0.0.0'
)


def tell(settings: Settings, hub: Hub) -> None:
    """The addresses, a QR code of them where somebody looks, and the start code while nobody can sign in.

    The code is for whoever sits at this machine; a service's log, which it also reaches, is theirs.
    """
    for line in lines(settings, hub):
        click.echo(line)
    if sys.stdout.isatty():
        segno.make(address(settings), error="m").terminal(compact=True)
    sys.stdout.flush()


def lines(settings: Settings, hub: Hub) -> list[str]:
    """The same as text."""
    said = [f"station: {address(settings)}"]
    host = server.handheld_host(settings)
    if not host:
        said.append("station: " + ONLY_HERE)
    if server.https_files(settings):
        secure = f"https://{host or 'localhost'}:{settings.https_port}/"
        said.append(f"station: {secure} after three steps at {address(settings)}trust")
    with hub.db.read() as tx:
        is_new = nobody_is_there(tx)
    if is_new:
        code = hub.part(FirstStart).shown
        said.append(
            f"station: nobody can sign in yet. Open {address(settings)} and enter the start code {code}"
        )
    return said


def address(settings: Settings) -> str:
    """Where a browser finds the station without a certificate; a handheld too, if others reach it."""
    return f"http://{server.handheld_host(settings) or '127.0.0.1'}:{settings.port}/"
