"""A label printer that speaks TSPL, interpreted from TSC's programming manual."""

import re
from collections.abc import Callable

from PIL import Image

from tests.printers.doubles.base import Command, Printer
from tests.printers.doubles.wires import Wire

_BITMAP = re.compile(rb"BITMAP (-?\d+),(-?\d+),(\d+),(\d+),([012]),")
_BITMAP_HEAD = 60
_LENGTH = re.compile(r"(\d+(?:\.\d+)?) ?(mm|dot)?")
_QUESTIONS = {b"\x1b!?": "status", b"\x1b!S": "state"}
_BITS = (("cover", 0x01), ("jam", 0x02), ("paper", 0x04), ("ribbon", 0x08), ("pause", 0x10), ("error", 0x80))


class TsplPrinter(Printer):
    """``sensor``: the last GAP or BLINE line. ``realtime_pixels``: ESC ! or ~! met inside a BITMAP."""

    queries = (b"\x1b!?", b"\x1b!S", b"~!T\r\n")

    def __init__(self, *, dots: int = 0, **more: object) -> None:
        super().__init__(**more)  # type: ignore[arg-type]
        self.sensor = ""
        self.realtime_pixels = 0
        self._dots = dots
        self._label: Image.Image | None = None
        self._is_turned = self._is_mirrored = False
        self._origin = (0, 0)
        self._shift = 0
        self._lines: dict[str, Callable[[Wire, str], None]] = {
            "SIZE": self._size,
            "GAP": self._told_sensor,
            "BLINE": self._told_sensor,
            "DIRECTION": self._direction,
            "REFERENCE": self._reference,
            "OFFSET": self._offset,
            "SHIFT": self._shifted,
            "CLS": self._cls,
            "PRINT": self._print,
            "OUT": self._tell,
        }

    # --- splitting ---------------------------------------------------------------------------------

    def _split(self, buffer: bytearray) -> Command | None:  # noqa: PLR0911 - one return a form
        while buffer[:1].isspace():
            del buffer[:1]
        if not buffer:
            return None
        if buffer[0] == 0x1B:
            return _taken(buffer, 3, _QUESTIONS.get(bytes(buffer[:3]), "unknown"))
        if buffer.startswith(b"BITMAP") and (found := _BITMAP.match(buffer)):
            return _taken(buffer, found.end() + int(found[3]) * int(found[4]), "bitmap")
        if buffer.startswith(b"BITMAP") and len(buffer) < _BITMAP_HEAD and b"\n" not in buffer:
            return None
        end = buffer.find(b"\n") + 1
        # An immediate command is heard wherever it stands; what stood before it is a line cut off.
        cut_off = buffer.find(b"\x1b!")
        if cut_off >= 0 and (not end or cut_off < end):
            return _taken(buffer, cut_off, "line")
        if not end:
            return None
        model = buffer.startswith(b"~!T")
        return _taken(buffer, end, "model" if model else "line")

    # --- doing -------------------------------------------------------------------------------------

    def _do(self, wire: Wire, command: Command) -> None:
        getattr(self, f"_do_{command.name}")(wire, command.data)

    def _do_unknown(self, _wire: Wire, data: bytes) -> None:
        self._violation(f"unknown command {data!r}")

    def _do_line(self, wire: Wire, data: bytes) -> None:
        if not data.isascii() or not data.endswith(b"\r\n"):
            self._violation(f"not a line of TSPL: {data[:40]!r}")
            return
        name, _, rest = data[:-2].decode().partition(" ")
        if name not in self._lines:
            self._violation(f"unknown command {data[:40]!r}")
            return
        self._lines[name](wire, rest)

    def _size(self, _wire: Wire, rest: str) -> None:
        sides = [self._length(part) for part in rest.split(",")]
        if len(sides) != 2 or not all(sides):
            self._violation(f"SIZE {rest}")
            return
        self._label = Image.new("1", (sides[0], sides[1]), 1)
        if self._dots and sides[0] > self._dots:
            self._violation(f"{sides[0]} dots on a head of {self._dots}")

    def _length(self, text: str) -> int:
        """Return dots: ``mm``, ``dot`` or, without a unit, inches."""
        found = _LENGTH.fullmatch(text.strip())
        if not found:
            return 0
        per = {"mm": float(self.per_mm), "dot": 1.0}.get(found[2], self.per_mm * 25.4)
        return round(float(found[1]) * per)

    def _told_sensor(self, _wire: Wire, rest: str) -> None:
        parts = rest.split(",")
        if len(parts) != 2 or not all(_LENGTH.fullmatch(part.strip()) for part in parts):
            self._violation(f"GAP or BLINE {rest}")
        self.sensor = rest

    def _direction(self, _wire: Wire, rest: str) -> None:
        if not re.fullmatch(r"[01](,[01])?", rest):
            self._violation(f"DIRECTION {rest}")
            return
        self._is_turned, self._is_mirrored = rest[0] == "1", rest.endswith(",1")

    def _reference(self, _wire: Wire, rest: str) -> None:
        numbers = self._numbers("REFERENCE", rest, 2)
        self._origin = (numbers[0], numbers[1]) if numbers else self._origin

    def _shifted(self, _wire: Wire, rest: str) -> None:
        numbers = self._numbers("SHIFT", rest, 1)
        self._shift = numbers[0] if numbers else self._shift

    def _offset(self, _wire: Wire, rest: str) -> None:
        if not _LENGTH.fullmatch(rest):
            self._violation(f"OFFSET {rest}")

    def _numbers(self, name: str, rest: str, count: int) -> list[int]:
        if not re.fullmatch(r"-?\d+(,-?\d+)*", rest) or rest.count(",") != count - 1:
            self._violation(f"{name} {rest}")
            return []
        return [int(part) for part in rest.split(",")]

    def _cls(self, _wire: Wire, rest: str) -> None:
        if rest or self._label is None:
            self._violation(f"CLS {rest} before SIZE")
            return
        self._label = Image.new("1", self._label.size, 1)

    def _do_bitmap(self, _wire: Wire, data: bytes) -> None:
        found = _BITMAP.match(data)
        assert found
        x, y, per_row, rows, mode = (int(part) for part in found.groups())
        pixels = data[found.end() :]
        self.realtime_pixels += len(re.findall(rb"\x1b!|~!", pixels))
        if self._label is None or not per_row or not rows or mode:
            self._violation(f"{data[: found.end()]!r} is empty, comes before SIZE or mixes")
            return
        # Here, as in Pillow, a 1 is white.
        picture = Image.frombytes("1", (per_row * 8, rows), pixels)
        left, top = x + self._origin[0], y + self._origin[1] + self._shift
        if not self._holds(picture, left, top):
            self._violation(f"{data[: found.end()]!r} reaches beyond a label of {self._label.size}")
        self._label.paste(picture, (left, top))

    def _holds(self, picture: Image.Image, left: int, top: int) -> bool:
        """Whether the label holds the picture; white dots filling up the last byte do not count."""
        assert self._label
        over = left + picture.width - self._label.width
        if left < 0 or top < 0 or over > 7 or top + picture.height > self._label.height:
            return False
        beyond = picture.crop((picture.width - max(0, over), 0, picture.width, picture.height))
        return over <= 0 or beyond.convert("L").getextrema() == (255, 255)

    def _print(self, _wire: Wire, rest: str) -> None:
        numbers = [int(part) for part in rest.split(",")] if re.fullmatch(r"\d+(,\d+)?", rest) else []
        if not numbers or min(numbers) < 1 or self._label is None:
            self._violation(f"PRINT {rest}")
            return
        paper = self._label.copy()
        if self._is_mirrored:
            paper = paper.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        if self._is_turned:
            paper = paper.transpose(Image.Transpose.ROTATE_180)
        for _ in range(numbers[0] * (numbers[1] if len(numbers) > 1 else 1)):
            self._out(paper)

    # --- answering ---------------------------------------------------------------------------------

    def _do_status(self, wire: Wire, _data: bytes) -> None:
        code = sum(bit for name, bit in _BITS if name in self.faults)
        self._answer(wire, bytes((code,)), "status")

    def _do_state(self, wire: Wire, _data: bytes) -> None:
        faults = self.faults
        first = "`" if "pause" in faults else "E" if faults else "@"
        low = "A" if self.is_low else "@"
        third = "D" if "error" in faults else "@"
        marks = (("paper", "A"), ("jam", "B"), ("ribbon", "D"), ("cover", "`"))
        fourth = next((mark for name, mark in marks if name in faults), "@")
        self._answer(wire, f"\x02{first}{low}{third}{fourth}\x03\r\n".encode(), "status")

    def _do_model(self, wire: Wire, _data: bytes) -> None:
        self._answer(wire, b"TTP-244 Pro\r\n", "status")

    def _tell(self, wire: Wire, rest: str) -> None:
        if not re.fullmatch(r'"[^"]*"', rest):
            self._violation(f"OUT {rest}")
            return
        self._answer(wire, f"{rest[1:-1]}\r\n".encode(), "fence")

    def _forget_settings(self) -> None:
        self._label, self._origin, self._shift = None, (0, 0), 0
        self._is_turned = self._is_mirrored = False


def _taken(buffer: bytearray, size: int, name: str) -> Command | None:
    """Take a command; None while its end has not come."""
    if len(buffer) < size:
        return None
    data = bytes(buffer[:size])
    del buffer[:size]
    return Command(name, data, name in {"status", "state", "model"})
