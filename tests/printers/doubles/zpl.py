"""A label printer that speaks ZPL; its labels are drawn by zplkit, which is not ours."""

import re

from PIL import Image
from zplkit import Options, render
from zplkit.rendering import Limits

from tests.printers.doubles.base import Command, Printer
from tests.printers.doubles.wires import Wire

LIMITS = Limits(graphic_bytes=4_000_000, segments=8_000_000, input_bytes=4_000_000)
COUNT = b'! U1 getvar "odometer.total_label_count"\r\n'
_QUANTITY = re.compile(rb"\^PQ(\d+)(?:,(\d+),(\d+),([YN]))?")
_WIDTH, _LENGTH = re.compile(rb"\^PW(\d+)"), re.compile(rb"\^LL(\d+)")
_HEADS = (b"^XA", b"! U1")
_START = re.compile(rb"\^XA|~|! U1")


class ZplPrinter(Printer):
    """``odometer``: labels printed in its life. ``silent_when_blocked``: as Zebra's own page warns of ~HS."""

    queries = (b"~HS", b"~HI", COUNT)

    def __init__(
        self, *, has_counter: bool = True, silent_when_blocked: bool = False, **more: object
    ) -> None:
        super().__init__(**more)  # type: ignore[arg-type]
        self.odometer = 4711
        self._has_counter = has_counter
        self._silent_when_blocked = silent_when_blocked

    def foreign_label(self, n: int = 1) -> None:
        """Somebody else prints, or the feed key is pressed."""
        with self._changed:
            self.odometer += n

    def _split(self, buffer: bytearray) -> Command | None:
        while buffer[:1].isspace():
            del buffer[:1]
        if not buffer or any(len(buffer) < len(head) and head.startswith(buffer) for head in _HEADS):
            return None
        if buffer.startswith(b"~"):
            size = 3 if len(buffer) >= 3 else 0
            name = {b"~HS": "status", b"~HI": "model"}.get(bytes(buffer[:3]), "unknown")
            return _taken(buffer, size, name)
        if buffer.startswith(b"^XA"):
            return _taken(buffer, buffer.find(b"^XZ") + 3, "label")
        if buffer.startswith(b"! U1"):
            return _taken(buffer, buffer.find(b"\r\n") + 2 if b"\r\n" in buffer else 0, "getvar")
        found = _START.search(buffer)
        return _taken(buffer, found.start() if found else len(buffer), "unknown")

    def _do(self, wire: Wire, command: Command) -> None:
        getattr(self, f"_do_{command.name}")(wire, command.data)

    def _do_unknown(self, _wire: Wire, data: bytes) -> None:
        self._violation(f"not a label nor a question: {data[:40]!r}")

    def _do_status(self, wire: Wire, _data: bytes) -> None:
        if self.faults and self._silent_when_blocked:
            return
        on = {name: int(name in self.faults) for name in ("paper", "pause", "cover", "ribbon", "error")}
        waiting = sum(command.name == "label" for _, command in self._pending)
        lines = (
            f"030,{on['paper']},{on['pause']},1440,{waiting:03},0,0,0,000,{on['error']},0,0",
            f"000,0,{on['cover']},{on['ribbon']},0,2,4,0,{waiting:08},1,000",
            "1234,0",
        )
        answer = "".join(f"\x02{line}\x03\r\n" for line in lines)
        self._answer(wire, answer.encode(), "status")

    def _do_model(self, wire: Wire, _data: bytes) -> None:
        self._answer(wire, f"\x02ZD421,V93.21.15Z,{self.per_mm},8176KB\x03\r\n".encode(), "status")

    def _do_getvar(self, wire: Wire, data: bytes) -> None:
        if data != COUNT:
            self._violation(f"unknown variable {data!r}")
        elif self._has_counter:
            self._answer(wire, f'"{self.odometer}"'.encode(), "counter")

    def _do_label(self, _wire: Wire, data: bytes) -> None:
        if b"~" in data or data.count(b"^XA") != 1:
            self._violation(f"a command inside a label: {data[:60]!r}")
            return
        quantity = _QUANTITY.findall(data)
        if len(quantity) > 1:
            self._violation("two quantities in one label")
        copies = int(quantity[0][0]) if quantity else 1
        try:
            paper = draw(_QUANTITY.sub(b"", data), self.per_mm)
        except Exception as error:
            self._violation(f"cannot be drawn: {error}")
            return
        for _ in range(copies):
            self._out(paper)
        self.odometer += copies


def draw(zpl: bytes, per_mm: int = 8) -> Image.Image:
    """Return the one label in ``zpl`` (no ^PQ); ValueError unless it is whole, black and white, and one."""
    width, length = _WIDTH.search(zpl), _LENGTH.search(zpl)
    if width is None or length is None:
        raise ValueError("no ^PW or ^LL")
    options = Options(
        profile="specification", width=int(width[1]), height=int(length[1]), dpi={8: 203, 12: 300}[per_mm]
    )
    (label,) = render(zpl, options, limits=LIMITS).labels
    raster = label.rasterize()
    grey = Image.frombytes("L", (raster.width, raster.height), raster.pixels)
    if set(grey.tobytes()) - {0, 255}:
        raise ValueError("neither black nor white")
    return grey.convert("1", dither=Image.Dither.NONE)


def _taken(buffer: bytearray, size: int, name: str) -> Command | None:
    """Take a command; None while ``size`` says that its end has not come."""
    if not size or (size < 3 and name != "unknown"):
        return None
    data = bytes(buffer[:size])
    del buffer[:size]
    return Command(name, data, name in {"status", "model"})
