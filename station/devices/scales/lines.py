"""A scale's cable: opening a port with one setting of the line, reading, asking (pyserial)."""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path
from typing import Any

LINES = (
    "9600-8N1",
    "9600-7E1",
    "4800-8N1",
    "2400-7E1",
    "2400-8N1",
    "1200-8N1",
    "19200-8N1",
    "38400-8N1",
    "57600-8N1",
    "115200-8N1",
    "4800-7E1",
    "1200-7E1",
)
"""Settings in which scales leave their factories, the commonest first."""

PORT = re.compile(r"/dev/serial/by-(id|path)/[\w.:+@-]+|/dev/tty(USB|ACM|S|AMA)\d+|COM\d+")
"""Where scales are found; `serial_ports` in the settings names others."""
_LINE = re.compile(r"(\d+)-([78])([NEO])([12])")
_MOST = 512
PATIENCE_S = 0.1
_GATHER_S = 0.02


class CableBroken(Exception):
    """The port cannot be opened, or went away."""


def is_line(text: str) -> bool:
    """Whether this is one of the settings that are known."""
    return text in LINES


def ports() -> list[str]:
    """The serial ports of this machine, those with a lasting name first."""
    lasting = sorted(str(path) for path in Path("/dev/serial/by-id").glob("*"))
    from serial.tools import list_ports

    found = sorted(port.device for port in list_ports.comports())
    return [port for port in (*lasting, *found) if PORT.fullmatch(port)]


class Cable:
    """An open line; for us alone."""

    def __init__(self, port: str, line: str, patience_s: float = PATIENCE_S) -> None:
        """CableBroken when there is no such port, it is in use, or it does not know this setting.

        A read waits `patience_s` for the first byte: set once, as each change sets the whole port anew.
        """
        import serial

        found = _LINE.fullmatch(line)
        if found is None:
            raise CableBroken(f"{line!r} is no setting of a line")
        baud, bits, parity, stops = found.groups()
        try:
            self._port: Any = serial.Serial(
                port,
                int(baud),
                bytesize=int(bits),
                parity=parity,
                stopbits=int(stops),
                timeout=patience_s,
                write_timeout=1,
                exclusive=True,
            )
            self._port.reset_input_buffer()
        except _troubles() as error:
            raise CableBroken(str(error)) from error

    def read(self) -> bytes:
        """What came; empty when nothing did for as long as its patience lasts."""
        try:
            data: bytes = self._port.read(1)
            if data:
                time.sleep(_GATHER_S)
                data += self._port.read(min(self._port.in_waiting, _MOST))
        except _troubles() as error:
            raise CableBroken(str(error)) from error
        return data

    def ask(self, command: bytes) -> None:
        """Send a command."""
        try:
            self._port.write(command)
        except _troubles() as error:
            raise CableBroken(str(error)) from error

    def drop(self) -> None:
        """Forget what came meanwhile."""
        try:
            self._port.reset_input_buffer()
        except _troubles() as error:
            raise CableBroken(str(error)) from error

    def close(self) -> None:
        """Let go of the port."""
        try:
            self._port.close()
        except _troubles():
            return


def _troubles() -> tuple[type[Exception], ...]:
    """What pyserial raises; on Linux the terminal's own error gets through it."""
    import serial

    others: tuple[type[Exception], ...] = (ValueError, TypeError)
    if sys.platform == "win32":
        return (serial.SerialException, OSError, *others)
    import termios

    return (serial.SerialException, OSError, termios.error, *others)
