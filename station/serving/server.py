"""Running the production server (granian) for one station."""

from __future__ import annotations

import os
import signal
import socket
import sys
from dataclasses import replace
from ipaddress import ip_address
from typing import Any

from granian import Granian
from granian.constants import Interfaces, SSLProtocols
from granian.log import LogLevels

from printers.finding import own_address
from station.ground.db import owner, schema
from station.serving import doors
from station.serving.tls import identity
from station.settings import Settings, SettingsError
from station.wiring import keys

CONNECTIONS = 4096
"""Connections that each door holds, whoever has them; `station.serving.doors` shares them out."""

KILL_S = 30
"""How long a stopping server may take to finish what is queued, in seconds."""


def serve(settings: Settings, *, port: int | None = None) -> None:
    """Serve until interrupted: one process, `threads` threads, a group-committing writer behind them.

    With a certificate granian speaks HTTPS, and the same process listens for plain HTTP beside it
    (`station.serving.wsgi.create_with_plain`): one app, one writer, two doors.
    """
    settings = replace(settings, port=settings.port if port is None else port)
    is_secure = https_files(settings) is not None
    require_startable(settings, is_secure=is_secure)
    few = doors.raise_files()
    if few:
        print(f"station: {few}", file=sys.stderr)  # noqa: T201 — for the service's log; the start goes on
    os.environ.update(STATION_HTTPS="on" if is_secure else "off", STATION_PORT=str(settings.port))
    os.register_at_fork(after_in_child=_hear_signals)
    Granian(
        "station.serving.wsgi:create_with_plain" if is_secure else "station.serving.wsgi:create",
        factory=True,
        address=settings.host,
        port=settings.https_port if is_secure else settings.port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=settings.threads,
        backlog=CONNECTIONS,
        backpressure=CONNECTIONS,
        log_level=LogLevels.error,
        log_access=False,
        websockets=False,
        workers_kill_timeout=KILL_S,
        **_tls(settings, is_secure=is_secure),
    ).serve()


def require_startable(settings: Settings, *, is_secure: bool) -> None:
    """Say in one sentence what would stop this station, before anything of it runs.

    The ownership is only tried here: the process that opens the database holds it (`station.serving.wsgi`).
    """
    with owned(settings, "station serve"):
        schema.require_current(settings.url)
        keys.require(settings)
    for wanted in (settings.port, settings.https_port) if is_secure else (settings.port,):
        _require_free(settings.host, wanted)


def owned(settings: Settings, who: str) -> owner.Ownership:
    """Be the server of this database, and its loops unless another process runs them."""
    parts = (owner.SERVER, owner.LOOPS) if settings.workers else (owner.SERVER,)
    return owner.own(settings.url, who, *parts)


def _hear_signals() -> None:
    """A forked worker has the main process's handlers, which wake nobody there: a stop during its start would
    be lost. The server's own handlers take their place once it listens.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the main process too, which stops this one


def https_files(settings: Settings) -> identity.Files | None:
    """The certificate to serve HTTPS with; None without; `SettingsError` when it is wanted and unusable."""
    if settings.https == "off":
        return None
    files = identity.Files.in_folder(settings.data)
    try:
        standing = identity.read(files)
    except identity.CertError as error:
        raise SettingsError(f"{error}, or set https = 'off'") from None
    if standing is None and settings.https == "on":
        raise SettingsError(f"https is on and there is no certificate in {files.folder}: run `station cert`")
    if standing is None:
        return None
    if settings.https_port == settings.port:
        raise SettingsError(f"https_port and port are both {settings.port}; each needs its own")
    return files


def _tls(settings: Settings, *, is_secure: bool) -> dict[str, Any]:
    if not is_secure:
        return {}
    path = identity.Files.in_folder(settings.data).server
    # Handhelds keep the browser they were sold with; some know no TLS 1.3.
    return {"ssl_cert": path, "ssl_key": path, "ssl_protocol_min": SSLProtocols.tls12}


def _require_free(host: str, port: int) -> None:
    """Say it before: the server would share the port with whoever has it (SO_REUSEPORT), and two listeners
    in two places would fail with half a station running.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise SettingsError(f"cannot listen on {host}, port {port}: {error.strerror}") from None


def free_port() -> int:
    """A port nobody uses now, chosen by the system."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def lan_address() -> str:
    """The address of this machine on its LAN, as a handheld would reach it; nothing is sent."""
    return own_address()


def handheld_host(settings: Settings) -> str:
    """The host at which other devices find this station; "" when it listens on this machine only."""
    try:
        address = ip_address(settings.host)
    except ValueError:
        return "" if settings.host == "localhost" else settings.host
    if address.is_loopback:
        return ""
    if address.is_unspecified:
        return lan_address()
    return f"[{address}]" if address.version == 6 else str(address)  # noqa: PLR2004
