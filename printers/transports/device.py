"""A device file such as ``device:///dev/usb/lp0`` (Linux): opened read-write, because it answers."""

import os
import selectors
import stat
from urllib.parse import urlsplit

from printers.errors import BadPrinter
from printers.transports import paths
from printers.transports.line import PIECE, Limits, LineBroken


def parse(address: str) -> str:
    """Return the path; BadPrinter when the address makes no sense."""
    parts = urlsplit(address)
    if parts.scheme != "device" or parts.netloc or parts.query or parts.fragment:
        raise BadPrinter(f"{address!r} is not an address like device:///dev/usb/lp0.")
    return paths.require(parts.path, paths.DEVICE)


class DeviceLine:
    """See ``printers.transports.line.Line``."""

    is_private = False

    def __init__(self, address: str, limits: Limits) -> None:
        path = parse(address)
        self._limits = limits
        self._heard = bytearray()
        # O_NOCTTY and O_NONBLOCK do not exist on every system, device files neither.
        flags = os.O_RDWR | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
        try:
            self._file = os.open(path, flags)
        except OSError as error:
            raise LineBroken(f"{path} cannot be opened: {error.strerror}.") from error
        if not stat.S_ISCHR(os.fstat(self._file).st_mode):
            os.close(self._file)
            raise LineBroken(f"{path} is not a device.")
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._file, selectors.EVENT_WRITE)
        self._drop_old_answers()

    def send(self, data: bytes) -> int:
        """Write a piece; listen meanwhile."""
        self._selector.modify(self._file, selectors.EVENT_READ | selectors.EVENT_WRITE)
        for _ in range(PIECE):
            ready = self._selector.select(self._limits.write_s)
            if not ready:
                break
            events = ready[0][1]
            if events & selectors.EVENT_READ:
                self._heard += self._read()
            if events & selectors.EVENT_WRITE:
                return self._write(data[:PIECE])
        raise LineBroken(f"the printer took nothing for {self._limits.write_s} s")

    def receive(self, patience_s: float) -> bytes:
        """Return what came."""
        self._selector.modify(self._file, selectors.EVENT_READ)
        if not self._heard and self._selector.select(max(0, patience_s)):
            self._heard += self._read()
        heard = bytes(self._heard)
        self._heard.clear()
        return heard

    def finish(self) -> str | None:
        """The kernel's driver keeps no buffer of its own that we could ask about."""
        return None

    def close(self) -> None:
        """Close the file."""
        self._selector.close()
        os.close(self._file)

    def _drop_old_answers(self) -> None:
        while self.receive(0):
            pass

    def _read(self) -> bytes:
        try:
            return os.read(self._file, PIECE)
        except BlockingIOError:
            return b""
        except OSError as error:
            raise LineBroken(f"the device is gone: {error.strerror}") from error

    def _write(self, piece: bytes) -> int:
        try:
            return os.write(self._file, piece)
        except BlockingIOError:
            return 0
        except OSError as error:
            raise LineBroken(f"the device is gone: {error.strerror}") from error
