"""A serial cable, by pyserial: ``serial:///dev/serial/by-id/usb-X?baud=115200&flow=rtscts``.

The port is opened for one job and for us alone. Answers may belong to an earlier conversation, so a bare
fence heard here proves nothing (``is_private``).
"""

import sys
import time
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from printers.errors import BadPrinter
from printers.transports import paths
from printers.transports.line import Limits, LineBroken

_BAUD = {"9600", "19200", "38400", "57600", "115200", "230400"}
_FLOW = {"none", "rtscts", "dsrdtr", "xonxoff"}
_SMALL = 512


def parse(address: str) -> tuple[str, int, str]:
    """Return path, baud rate and flow control; BadPrinter when the address makes no sense."""
    parts = urlsplit(address)
    try:
        options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    except ValueError as error:
        raise BadPrinter(f"{address!r} has options that cannot be read.") from error
    baud, flow = options.pop("baud", "115200"), options.pop("flow", "none")
    if parts.scheme != "serial" or parts.fragment or options or baud not in _BAUD or flow not in _FLOW:
        raise BadPrinter(
            f"{address!r} is not like serial:///dev/ttyUSB0?baud=115200&flow=none|rtscts|xonxoff."
        )
    return paths.require(parts.netloc or parts.path, paths.SERIAL), int(baud), flow


class SerialLine:
    """See ``printers.transports.line.Line``."""

    is_private = False

    def __init__(self, address: str, limits: Limits) -> None:
        path, baud, flow = parse(address)
        self._limits = limits
        self._heard = bytearray()
        try:
            self._port = _open(path, baud, flow, limits)
            # What an earlier conversation left in the line is not for us.
            self._port.reset_input_buffer()
        except _troubles() as error:
            raise LineBroken(f"The serial line {path} cannot be opened: {error}.") from error

    def send(self, data: bytes) -> int:
        """Write a small piece whole. After a time-out nobody knows how much of it went, so all counts."""
        piece = data[:_SMALL]
        try:
            self._port.write(piece)
            self._heard += self._port.read(self._port.in_waiting)
        except _troubles() as error:
            raise LineBroken(f"the serial line broke: {error}", len(piece)) from error
        return len(piece)

    def receive(self, patience_s: float) -> bytes:
        """Return what came."""
        try:
            if not self._heard:
                self._port.timeout = max(0, patience_s)
                self._heard += self._port.read(1)
            self._heard += self._port.read(self._port.in_waiting)
        except _troubles() as error:
            raise LineBroken(f"the serial line broke: {error}") from error
        heard = bytes(self._heard)
        self._heard.clear()
        return heard

    def finish(self) -> str | None:
        """Wait until the last byte is on the cable."""
        end = time.monotonic() + self._limits.write_s
        try:
            while (waiting := self._port.out_waiting) and time.monotonic() < end:
                self.receive(0.05)
        except _troubles() as error:
            return f"The serial line broke: {error}."
        return (
            f"The printer has not accepted the last {waiting} bytes; it may still print." if waiting else None
        )

    def close(self) -> None:
        """Close the port without waiting for a printer that does not read."""
        try:
            self._port.reset_output_buffer()
        except _troubles():
            pass
        finally:
            self._port.close()


def _open(path: str, baud: int, flow: str, limits: Limits) -> Any:
    import serial

    return serial.Serial(
        path,
        baud,
        timeout=0,
        write_timeout=limits.write_s,
        exclusive=True,
        rtscts=flow == "rtscts",
        dsrdtr=flow == "dsrdtr",
        xonxoff=flow == "xonxoff",
    )


def _troubles() -> tuple[type[Exception], ...]:
    """What pyserial raises; on Linux the terminal's own error gets through it."""
    import serial

    if sys.platform == "win32":
        return (serial.SerialException, OSError)
    import termios

    return (serial.SerialException, OSError, termios.error)
