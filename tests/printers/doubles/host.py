"""A host that says what a test tells it, and listens."""

import contextlib
import socket
from collections.abc import Iterator

from PIL import Image

from tests.patience import PATIENCE_S
from tests.printers.doubles.base import Printer


class Host:
    def __init__(self, printer: Printer) -> None:
        self.socket = socket.create_connection(("127.0.0.1", printer.port), timeout=PATIENCE_S)

    def say(self, data: bytes) -> None:
        self.socket.sendall(data)

    def hears(self, count: int) -> bytes:
        """Return so many bytes, fewer only when the printer hung up."""
        heard = b""
        while len(heard) < count and (piece := self.socket.recv(count - len(heard))):
            heard += piece
        return heard

    def hears_nothing(self) -> bool:
        """Whether nothing is there now: to be asked after something was seen that comes later."""
        self.socket.setblocking(False)
        try:
            return not self.socket.recv(1)
        except BlockingIOError:
            return True
        finally:
            self.socket.settimeout(10)


@contextlib.contextmanager
def host(printer: Printer) -> Iterator[Host]:
    one = Host(printer)
    try:
        yield one
    finally:
        one.socket.close()


def ask(printer: Printer, question: bytes, count: int) -> bytes:
    """Return the first ``count`` bytes of the answer, on a connection of its own."""
    with host(printer) as one:
        one.say(question)
        return one.hears(count)


def printed(printer: Printer, job: bytes) -> list[Image.Image]:
    """Return the papers that came out for this job, which must be one the printer understands throughout."""
    before, complaints = len(printer.papers), len(printer.violations)
    with host(printer) as one:
        one.say(job)
        one.socket.shutdown(socket.SHUT_WR)
        while one.hears(1000):
            pass
    told = printer.violations[complaints:]
    assert not told, told
    assert not printer.drawer_kicks
    return printer.papers[before:]
