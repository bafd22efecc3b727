"""A server that has lost one of its parts ends, so that the service manager starts it anew.

A process that lives and does not serve is the worst: nobody restarts it. Parts are the listeners, the
writer of the database and the loops; each says `ended` when it stops without being asked to, and the watch
looks by itself at what cannot say so.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable, Collection

from station.serving.doors import Doorkeeper

log = logging.getLogger(__name__)

LOST = 70
"""Exit status of a process that lost a part of itself (EX_SOFTWARE)."""

LOOK_S, KNOCK_EVERY = 1.0, 5
"""Seconds between two looks; every so many of them its own ports are knocked at."""

KNOCKS = 8
"""A port that refuses so often in a row has no listener; one that stops may refuse for half a minute."""


def ended(part: str) -> None:
    """End this process at once, with a line in the log: nobody waits behind a dead part."""
    end(f"{part} has ended; the station ends too, to be started again")


def end(why: str) -> None:
    """End this process at once; the service manager starts it again."""
    log.critical(why)
    logging.shutdown()
    os._exit(LOST)


def guarded(part: str, run: Callable[[], object], on_end: Callable[[str], None] = ended) -> threading.Thread:
    """Run a part in a thread of its own, for as long as the process lives."""

    def body() -> None:
        try:
            run()
        except BaseException:
            log.exception("%s failed", part)
        on_end(part)

    thread = threading.Thread(target=body, name=part, daemon=True)
    thread.start()
    return thread


class Watch:
    """Looks after the doors, the writer and the ports of this process."""

    def __init__(
        self,
        keeper: Doorkeeper,
        host: str,
        ports: Collection[int],
        is_writing: Callable[[], bool],
        look: Callable[[], object] = lambda: None,
        *,
        on_end: Callable[[str], None] = ended,
    ) -> None:
        self._keeper, self._host, self._is_writing, self._on_end = keeper, host, is_writing, on_end
        self._look = look
        self._refused = dict.fromkeys(ports, 0)
        self._open: set[int] = set()

    def run(self) -> None:
        """Look until the process ends."""
        pause, turn = threading.Event(), 0
        while True:
            pause.wait(LOOK_S)
            turn += 1
            try:
                self.look(knock=turn % KNOCK_EVERY == 0)
            except Exception:
                log.exception("the watch stumbled and goes on")

    def look(self, *, knock: bool) -> None:
        """One look at everything."""
        self._look()
        self._keeper.look()
        if not self._is_writing():
            self._on_end("the database's writer")
        for port in self._refused if knock else ():
            if self._knock(port):
                self._on_end(f"the listener on port {port}")

    def _knock(self, port: int) -> bool:
        """Whether a port that once was open refuses for good; one that is slow is only slow."""
        try:
            socket.create_connection((reachable(self._host), port), timeout=LOOK_S).close()
        except ConnectionRefusedError:
            self._refused[port] += port in self._open
        except OSError:
            pass
        else:
            self._open.add(port)
            self._refused[port] = 0
        return self._refused[port] >= KNOCKS

    @property
    def silent(self) -> list[int]:
        """Ports that refused the last time."""
        return [port for port, times in self._refused.items() if times]


def reachable(host: str) -> str:
    """An address at which this machine reaches what listens on `host`."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104
