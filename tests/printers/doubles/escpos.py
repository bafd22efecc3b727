"""A receipt printer that speaks ESC/POS, byte for byte.

It prints what it does not know as text or swallows it, as real ones do, and remembers that as a violation.
"""

import re
from collections.abc import Callable

from PIL import Image

from tests.printers.doubles.base import Command, Printer
from tests.printers.doubles.wires import Wire

ESC, GS, DLE, LF = 0x1B, 0x1D, 0x10, 0x0A
REALTIME = re.compile(rb"\x10[\x04\x05\x14]")
LINE_DOTS = 30
_TEXT_START = 0x20

# How long each command is: a number, or a function of the bytes so far (None: more bytes are needed).
Length = int | Callable[[bytearray], int | None]


def _cut_length(buffer: bytearray) -> int | None:
    if len(buffer) < 3:
        return None
    return 3 if buffer[2] in b"\x00\x01\x30\x31" else 4


def _block_length(buffer: bytearray) -> int | None:
    return None if len(buffer) < 5 else 5 + int.from_bytes(buffer[3:5], "little")


def _raster_length(buffer: bytearray) -> int | None:
    if len(buffer) < 8:
        return None
    return 8 + int.from_bytes(buffer[4:6], "little") * int.from_bytes(buffer[6:8], "little")


def _status_length(buffer: bytearray) -> int | None:
    if len(buffer) < 3:
        return None
    return 3 if 1 <= buffer[2] <= 4 else 4


def _pulse_length(buffer: bytearray) -> int | None:
    if len(buffer) < 3:
        return None
    return {1: 5, 2: 5, 8: 10}.get(buffer[2], 3)


COMMANDS: dict[bytes, tuple[str, Length]] = {
    b"\x1b@": ("init", 2),
    b"\x1b!": ("style", 3),
    b"\x1bJ": ("feed", 3),
    b"\x1bd": ("lines", 3),
    b"\x1bp": ("drawer", 5),
    b"\x1dv": ("raster", _raster_length),
    b"\x1dV": ("cut", _cut_length),
    b"\x1dr": ("fence", 3),
    b"\x1da": ("push", 3),
    b"\x1dI": ("name", 3),
    b"\x1d(": ("block", _block_length),
    b"\x10\x04": ("status", _status_length),
    b"\x10\x05": ("enquiry", 3),
    b"\x10\x14": ("pulse", _pulse_length),
}
INSTANT = {"status", "enquiry", "pulse"}


class EscposPrinter(Printer):
    """``cuts``, ``feeds`` (dots between the last row and each cut), ``bands`` (heights), ``ignored`` blocks."""

    queries = tuple(bytes((DLE, 4, n)) for n in (1, 2, 3, 4))

    def __init__(self, *, dots: int = 0, **more: object) -> None:
        super().__init__(**more)  # type: ignore[arg-type]
        self.cuts = 0
        self.feeds: list[int] = []
        self.bands: list[int] = []
        self.ignored: list[bytes] = []
        self._dots = dots
        self._pushes = False
        self._blank = 0
        self._rows: list[Image.Image] = []

    # --- splitting ---------------------------------------------------------------------------------

    def _split(self, buffer: bytearray) -> Command | None:
        if not buffer:
            return None
        first = buffer[0]
        if first == LF:
            return _taken(buffer, 1, "lf")
        if first not in (ESC, GS, DLE):
            end = next((at for at, byte in enumerate(buffer) if byte in (ESC, GS, DLE, LF)), len(buffer))
            return _taken(buffer, end, "text")
        if len(buffer) < 2:
            return None
        name, length = COMMANDS.get(bytes(buffer[:2]), ("unknown", 2))
        size = length if isinstance(length, int) else length(buffer)
        return None if size is None or len(buffer) < size else _taken(buffer, size, name)

    # --- doing -------------------------------------------------------------------------------------

    def _do(self, wire: Wire, command: Command) -> None:
        getattr(self, f"_do_{command.name}")(wire, command.data)

    def _do_init(self, _wire: Wire, _data: bytes) -> None:
        pass

    _do_style = _do_init

    def _do_lf(self, _wire: Wire, _data: bytes) -> None:
        self._blank += LINE_DOTS

    def _do_feed(self, _wire: Wire, data: bytes) -> None:
        self._blank += data[2]

    def _do_lines(self, _wire: Wire, data: bytes) -> None:
        self._blank += data[2] * LINE_DOTS

    def _do_text(self, _wire: Wire, data: bytes) -> None:
        self._violation(f"printed as text: {data[:40]!r}")

    def _do_unknown(self, _wire: Wire, data: bytes) -> None:
        self._violation(f"unknown command {data!r}")

    def _do_drawer(self, _wire: Wire, _data: bytes) -> None:
        self.drawer_kicks += 1

    def _do_enquiry(self, _wire: Wire, data: bytes) -> None:
        self._violation(f"real-time request {data!r}")

    def _do_pulse(self, _wire: Wire, data: bytes) -> None:
        if data[2] == 1:
            self.drawer_kicks += 1
        self._violation(f"real-time request {data!r}")

    def _do_raster(self, _wire: Wire, data: bytes) -> None:
        if data[2] != 0x30 or data[3] not in b"\x00\x01\x02\x030123":
            self._violation(f"unknown raster {data[:8]!r}")
            return
        per_row, height = int.from_bytes(data[4:6], "little"), int.from_bytes(data[6:8], "little")
        if not per_row or not height:
            self._violation(f"raster of {per_row} bytes x {height} rows")
            return
        if REALTIME.search(data, 8):
            self._violation("real-time command inside pixels")
        white = bytes(255 - byte for byte in data[8:])
        band = Image.frombytes("1", (per_row * 8, height), white)
        scale = (1 + (data[3] & 1), 1 + (data[3] >> 1 & 1))
        if scale != (1, 1):
            band = band.resize((band.width * scale[0], band.height * scale[1]))
        if self._dots and band.width > self._dots:
            self._violation(f"{band.width} dots on a head of {self._dots}")
        if self._blank and self._rows:
            self._rows.append(Image.new("1", (8, self._blank), 1))
        self._blank = 0
        self.bands.append(height)
        self._rows.append(band)

    def _do_cut(self, _wire: Wire, data: bytes) -> None:
        mode = data[2]
        if mode not in b"\x00\x01\x30\x31ABabgh":
            self._violation(f"unknown cut {data!r}")
            return
        if mode in b"AB":
            self._blank += data[3]
        self.cuts += 1
        self.feeds.append(self._blank)
        paper = self._torn_off()
        if paper is None:
            self._violation("cut of an empty paper")
        else:
            self._out(paper)

    def _torn_off(self) -> Image.Image | None:
        rows, self._rows, self._blank = self._rows, [], 0
        if not rows:
            return None
        paper = Image.new("1", (max(band.width for band in rows), sum(band.height for band in rows)), 1)
        top = 0
        for band in rows:
            paper.paste(band, (0, top))
            top += band.height
        return paper

    def tear_off(self) -> Image.Image | None:
        """Take what hangs out of the printer without a cut; None when nothing does."""
        with self._changed:
            return self._torn_off()

    # --- answering ---------------------------------------------------------------------------------

    def _do_status(self, wire: Wire, data: bytes) -> None:
        faults, byte = self.faults, 0x12
        flags = {
            1: ((bool(faults), 0x08),),
            2: (
                ("cover" in faults, 0x04),
                ("paper" in faults, 0x20),
                (bool(faults & {"error", "jam"}), 0x40),
            ),
            3: (("jam" in faults, 0x08), ("error" in faults, 0x20)),
            4: ((self.is_low or "paper" in faults, 0x0C), ("paper" in faults, 0x60)),
        }
        if data[2] not in flags:
            self._violation(f"unknown status question {data!r}")
            return
        for is_on, bit in flags[data[2]]:
            byte |= bit if is_on else 0
        self._answer(wire, bytes((byte,)), "status")

    def _do_fence(self, wire: Wire, data: bytes) -> None:
        if data[2] in b"\x01\x31":
            self._answer(wire, b"\x03" if self.is_low else b"\x00", "fence")
        elif data[2] in b"\x02\x32":
            self._answer(wire, b"\x01", "fence")
        else:
            self._violation(f"unknown question {data!r}")

    def _do_block(self, wire: Wire, data: bytes) -> None:
        if data[2:3] == b"H" and data[3:7] == b"\x06\x00\x30\x30":
            if any(not 0x20 <= byte <= 0x7E for byte in data[7:11]):
                self._violation(f"id of a job is not text: {data!r}")
            self._answer(wire, b"\x37\x22" + data[7:11] + b"\x00", "echo")
        else:
            self.ignored.append(data)

    def _do_name(self, wire: Wire, data: bytes) -> None:
        self._answer(wire, b"_DOUBLE-80\x00" if data[2] == 0x43 else b"\x00", "status")

    def _do_push(self, wire: Wire, data: bytes) -> None:
        self._pushes = bool(data[2])
        if self._pushes:
            self._answer(wire, self._asb(), "push")

    def push_asb(self) -> None:
        """Push the four status bytes to everybody, asked for or not."""
        with self._changed:
            for wire in self._wires:
                self._answer(wire, self._asb(), "push")

    def _asb(self) -> bytes:
        first = 0x10 | (0x08 if self.faults else 0) | (0x20 if "cover" in self.faults else 0)
        second = (0x08 if "jam" in self.faults else 0) | (0x20 if "error" in self.faults else 0)
        third = 0x0F if "paper" in self.faults else 0x03 if self.is_low else 0
        return bytes((first, second, third, 0))

    def _state_changed(self) -> None:
        if self._pushes:
            self.push_asb()
        super()._state_changed()

    def _forget_settings(self) -> None:
        self._pushes = False


def _taken(buffer: bytearray, size: int, name: str) -> Command:
    data = bytes(buffer[:size])
    del buffer[:size]
    return Command(name, data, name in INSTANT)
