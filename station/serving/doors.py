"""Who stands at the station's doors: silence of one device never takes the place of the others.

granian and waitress limit how many connections there are, not who holds them, and a device that opens a
thousand and says nothing would be served as well as a shift of handhelds. The system knows of every
connection how long it has been silent (TCP_INFO, on Linux), on a clock that nobody can set: the doorkeeper
shows out what an address holds beyond its share, those first that never said a word, and what has been
silent for minutes. Once a second it counts open files, which is all that a calm second costs. Elsewhere
than on Linux only the servers' own limits hold.
"""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import stat
import struct
import time
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

log = logging.getLogger(__name__)

SILENT_S = 300
"""A connection on which neither side said anything for this long is closed, in seconds."""

LOOK_ALL_S = 15
"""Between two looks at every connection while few have come."""

NEWCOMERS = 50
"""So many more open files are no reason for a look before its time, even beside an address at its limit."""

FILES = 8192
"""Open files the station wants to be allowed: a connection is one."""

_FDS = Path("/proc/self/fd")
_ESTABLISHED = 1
_INFO = struct.Struct("<B43xI4xI72xQ")
"""Of Linux's tcp_info: state, last_data_sent (ms), last_data_recv (ms), bytes_received."""


class Guest(NamedTuple):
    """A connection from another machine; `quiet_ms` is how long neither side said anything."""

    door: socket.socket
    address: str
    has_spoken: bool
    quiet_ms: int


class Doorkeeper:
    """Shows out who holds more than `most` connections to these ports (0: as many as they like)."""

    def __init__(self, ports: Collection[int], most: int) -> None:
        self._ports, self._most = frozenset(ports), most
        self._looked = float("-inf")
        self._calm = 0

    def look(self) -> int:
        """Close what is too much or silent; how many.

        Nobody can hold too much before so many files more are open than that address lacked which held
        most. Only then, and every quarter of a minute, each connection is looked at, which takes some
        twenty microseconds for each.
        """
        if not _FDS.is_dir():
            return 0
        now, files = time.monotonic(), _files()
        if now - self._looked < LOOK_ALL_S and not (self._most and files > self._calm):
            return 0
        self._looked = now
        with contextlib.ExitStack() as copies:
            guests = [guest for guest in _guests(self._ports) if copies.enter_context(guest.door)]
            leaving, most_held = self._too_many(guests)
            for guest in leaving:
                with contextlib.suppress(OSError):  # it has left by itself
                    guest.door.shutdown(socket.SHUT_RDWR)
        self._calm = files - len(leaving) + max(self._most - most_held, NEWCOMERS)
        return len(leaving)

    def _too_many(self, guests: list[Guest]) -> tuple[list[Guest], int]:
        """Who must leave, and how many connections the address holds then that holds most of them."""
        leaving = [guest for guest in guests if guest.quiet_ms > SILENT_S * 1000]
        staying: dict[str, list[Guest]] = {}
        for guest in guests:
            if guest.quiet_ms <= SILENT_S * 1000 and self._most and not _is_here(guest.address):
                staying.setdefault(guest.address, []).append(guest)
        for address, held in staying.items():
            over = len(held) - self._most
            if over > 0:
                log.warning("%s holds %s connections; %s of them are closed", address, len(held), over)
                held.sort(key=lambda guest: (guest.has_spoken, -guest.quiet_ms))
                leaving += held[:over]
        return leaving, min(self._most, max(map(len, staying.values()), default=0))


def _is_here(address: str) -> bool:
    """Whether it is this machine itself: a proxy in front, which counts for all behind it, or a bench."""
    return address in {"127.0.0.1", "::1", "::ffff:127.0.0.1"}


def _guests(ports: frozenset[int]) -> Iterator[Guest]:
    """Every connection to these ports, each on a copy of its file: closing the copy leaves the server's."""
    seen: set[int] = set()  # a copy may get a number that was listed
    for file in _open_files():
        with contextlib.suppress(OSError):
            status = os.fstat(file)
            if stat.S_ISSOCK(status.st_mode) and status.st_ino not in seen:
                seen.add(status.st_ino)
                door = socket.socket(fileno=os.dup(file))
                try:
                    guest = _guest(door, ports)
                except OSError:
                    guest = None
                if guest is None:
                    door.close()
                else:
                    yield guest


def _files() -> int:
    """How many files this process has open; Linux tells it as the folder's size since 6.2."""
    return _FDS.stat().st_size or len(_open_files())


def _open_files() -> list[int]:
    return [int(name) for name in os.listdir(_FDS)]  # noqa: PTH208 — names alone


def _guest(door: socket.socket, ports: frozenset[int]) -> Guest | None:
    if door.family not in {socket.AF_INET, socket.AF_INET6} or door.getsockname()[1] not in ports:
        return None
    told = door.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _INFO.size)
    state, sent_ms, got_ms, received = _INFO.unpack(told.ljust(_INFO.size, b"\1"))
    if state != _ESTABLISHED:
        return None
    return Guest(door, door.getpeername()[0], received > 0, min(sent_ms, got_ms))


def raise_files(wanted: int = FILES) -> str:
    """Let this process and those it starts open as many files as the system allows; a sentence when few."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return ""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = resource.RLIM_INFINITY
    target = max(soft, wanted * 8) if hard == unlimited else hard
    if soft not in (unlimited, target):
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (target, hard))
    allowed = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if allowed == unlimited or allowed >= wanted:
        return ""
    return (
        f"only {allowed} open files are allowed, and every connection is one: let the service have {wanted} "
        f"(LimitNOFILE={wanted} in its systemd unit, or `ulimit -n`)"
    )
