"""Printers on the loopback that behave well, badly or not at all."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.patience import PATIENCE_S


class Sink:
    """Listens on a free port and treats each connection with ``behave``; ``got`` is what arrived."""

    def __init__(self, behave: Callable[["Sink", socket.socket], None]) -> None:
        self.got = bytearray()
        self.jobs: list[bytes] = []
        self.release = threading.Event()
        self._behave = behave
        self._socket = socket.create_server(("127.0.0.1", 0))
        # Small like a printer's, inherited by the connections.
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
        self.address = f"tcp://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(PATIENCE_S)
                self._behave(self, connection)

    def close(self) -> None:
        self.release.set()
        # Waking accept(): closing alone does not on every system.
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(PATIENCE_S)


def good(sink: Sink, connection: socket.socket) -> None:
    """Reads to the end, then hangs up."""
    job = bytearray()
    while piece := connection.recv(65536):
        job += piece
    sink.got += job
    sink.jobs.append(bytes(job))


def chatty(sink: Sink, connection: socket.socket) -> None:
    """Pushes status bytes before, during and after the job, as printers with automatic status do."""
    connection.sendall(b"\x10\x00\x00\x00" * 100)
    while piece := connection.recv(4096):
        sink.got += piece
        connection.sendall(b"\x14\x00\x00\x0f")
    connection.sendall(b"\x10\x00\x00\x00" * 100)


def resetting(sink: Sink, connection: socket.socket) -> None:
    """Takes a little and resets: a power cut in mid job."""
    sink.got += connection.recv(1000)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def hanging_up(sink: Sink, connection: socket.socket) -> None:
    """Says goodbye in mid job, politely, and reads no more."""
    sink.got += connection.recv(1000)
    connection.shutdown(socket.SHUT_WR)
    sink.release.wait(PATIENCE_S)


def silent(sink: Sink, _connection: socket.socket) -> None:
    """Accepts and never reads, answers or hangs up: paper out."""
    sink.release.wait(PATIENCE_S)


def mute(sink: Sink, connection: socket.socket) -> None:
    """Reads everything but never hangs up."""
    while piece := connection.recv(65536):
        sink.got += piece
    sink.release.wait(PATIENCE_S)


@contextmanager
def sink(behave: Callable[[Sink, socket.socket], None]) -> Iterator[Sink]:
    """A listening sink, closed at the end."""
    listener = Sink(behave)
    try:
        yield listener
    finally:
        listener.close()


def refusing_address() -> str:
    """An address nobody listens at: a port that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"tcp://127.0.0.1:{listener.getsockname()[1]}"
