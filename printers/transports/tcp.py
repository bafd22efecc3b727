"""Raw TCP, usually port 9100.

TCP tells only that bytes reached a buffer, so success here is never proof of paper. What is done with care:
the printer's status bytes are read all the time (left unread at ``close`` they make the kernel reset the
connection and cut the job in half), the connection is half-closed and drained before it is closed, and
bytes which the printer has not even accepted by then are reported.
"""

import selectors
import socket
import sys
import time
from urllib.parse import urlsplit

from printers.errors import BadPrinter
from printers.reach import Forbidden
from printers.transports.line import PIECE, Limits, LineBroken


def parse(address: str) -> tuple[str, int]:
    """Return host and port of ``tcp://host:port``; BadPrinter for anything else."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise BadPrinter(f"{address!r} is not an address like tcp://192.168.1.20:9100.") from error
    if parts.scheme != "tcp" or not host or not port or parts.path or parts.query:
        raise BadPrinter(f"{address!r} is not an address like tcp://192.168.1.20:9100.")
    return host, port


class TcpLine:
    """See ``printers.transports.line.Line``."""

    is_private = True

    def __init__(self, address: str, limits: Limits) -> None:
        host, port = parse(address)
        self._limits = limits
        self._heard = bytearray()
        try:
            # A name is resolved once, and what is dialled is what was judged.
            self._socket = limits.reach.connect(host, port, limits.connect_s)
        except Forbidden as error:
            raise LineBroken(f"The server does not connect there: {error}.") from error
        except (OSError, UnicodeError) as error:
            raise LineBroken(f"No connection to {host}:{port}: {error}.") from error
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            # A printer without power answers nothing; the kernel would try for a quarter of an hour.
            patience_ms = round(limits.write_s * 1000)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, patience_ms)
        self._socket.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._socket, selectors.EVENT_READ | selectors.EVENT_WRITE)

    def send(self, data: bytes) -> int:
        """Send a piece; listen meanwhile."""
        end = time.monotonic() + self._limits.write_s
        while (left := end - time.monotonic()) > 0:
            self._selector.modify(self._socket, selectors.EVENT_READ | selectors.EVENT_WRITE)
            for _key, events in self._selector.select(left):
                if events & selectors.EVENT_READ:
                    self._listen()
                if events & selectors.EVENT_WRITE:
                    return self._socket.send(data[:PIECE])
        raise LineBroken(f"the printer took nothing for {self._limits.write_s} s")

    def receive(self, patience_s: float) -> bytes:
        """Return what came."""
        self._selector.modify(self._socket, selectors.EVENT_READ)
        if not self._heard and self._selector.select(max(0, patience_s)):
            self._listen()
        heard = bytes(self._heard)
        self._heard.clear()
        return heard

    def finish(self) -> str | None:
        """Half-close, read until the printer hangs up or time is over (many never do, which is no error)."""
        self._socket.shutdown(socket.SHUT_WR)
        end = time.monotonic() + self._limits.drain_s
        self._selector.modify(self._socket, selectors.EVENT_READ)
        while (left := end - time.monotonic()) > 0:
            if self._selector.select(left) and not self._socket.recv(PIECE):
                break
        stuck = _unaccepted(self._socket)
        return f"The printer has not accepted the last {stuck} bytes; it may still print." if stuck else None

    def close(self) -> None:
        """Close the socket."""
        self._selector.close()
        self._socket.close()

    def _listen(self) -> None:
        heard = self._socket.recv(PIECE)
        if not heard:
            raise LineBroken("the printer hung up")
        self._heard += heard


def _unaccepted(connection: socket.socket) -> int:
    """Return how many bytes still wait in our own buffer, where the system can tell (Linux), else 0."""
    try:
        import fcntl
        import termios
    except ImportError:
        return 0
    try:
        answer = fcntl.ioctl(connection, termios.TIOCOUTQ, bytes(4))
    except OSError:
        return 0
    return int.from_bytes(answer, sys.byteorder)
