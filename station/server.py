"""Running the production server (granian) for one station."""

from __future__ import annotations

import socket

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from station.settings import Settings


def serve(settings: Settings, *, port: int | None = None) -> None:
    """Serve until interrupted: one process, `threads` threads, a group-committing writer behind them."""
    Granian(
        "station.wsgi:create",
        factory=True,
        address=settings.host,
        port=port if port is not None else settings.port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=settings.threads,
        backlog=2048,
        log_level=LogLevels.error,
        log_access=False,
        websockets=False,
    ).serve()


def free_port() -> int:
    """A port nobody uses now, chosen by the system."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def lan_address() -> str:
    """The address of this machine on its LAN, as a handheld would reach it; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("10.255.255.255", 1))
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"
