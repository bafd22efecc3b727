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
from dataclasses import dataclass
from urllib.parse import urlsplit

from printers.errors import BadPrinter
from printers.transports.delivery import Delivery

_PIECE = 16 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Timeouts in seconds: to connect, without progress while writing, for the printer's goodbye."""

    connect_s: float = 3
    write_s: float = 10
    drain_s: float = 2


DEFAULT = Limits()


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


def deliver(address: str, payload: bytes, limits: Limits = DEFAULT) -> Delivery:
    """Write ``payload`` and say what is known; network trouble is an answer, not an exception."""
    host, port = parse(address)
    try:
        connection = socket.create_connection((host, port), timeout=limits.connect_s)
    except (OSError, UnicodeError) as error:
        return Delivery(0, error=f"No connection to {host}:{port}: {error}.")
    with connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        connection.setblocking(False)
        return _send(connection, payload, limits)


def _send(connection: socket.socket, payload: bytes, limits: Limits) -> Delivery:
    written = 0
    try:
        with selectors.DefaultSelector() as selector:
            selector.register(connection, selectors.EVENT_READ | selectors.EVENT_WRITE)
            while written < len(payload):
                written += _write_some(
                    connection, selector, payload[written : written + _PIECE], limits.write_s
                )
            connection.shutdown(socket.SHUT_WR)
            selector.modify(connection, selectors.EVENT_READ)
            _drain(connection, selector, limits.drain_s)
        stuck = _unaccepted(connection)
    except OSError as error:
        return Delivery(
            written, error=f"The connection broke after {written} of {len(payload)} bytes: {error}."
        )
    if stuck:
        return Delivery(
            written, error=f"The printer has not accepted the last {stuck} bytes; it may still print."
        )
    return Delivery(written)


def _write_some(
    connection: socket.socket, selector: selectors.BaseSelector, piece: bytes, patience_s: float
) -> int:
    """Wait until the printer takes or says something; return how many bytes it took."""
    ready = selector.select(patience_s)
    if not ready:
        raise TimeoutError(f"the printer took nothing for {patience_s} s")
    events = ready[0][1]
    if events & selectors.EVENT_READ and not connection.recv(_PIECE):
        raise ConnectionAbortedError("the printer hung up")
    return connection.send(piece) if events & selectors.EVENT_WRITE else 0


def _drain(connection: socket.socket, selector: selectors.BaseSelector, patience_s: float) -> None:
    """Read until the printer hangs up or time is over; many printers never do, which is no error."""
    end = time.monotonic() + patience_s
    while (left := end - time.monotonic()) > 0:
        if selector.select(left) and not connection.recv(_PIECE):
            return


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
