"""The picture of a TSPL label whose commands only set, clear or turn dots."""

from collections.abc import Callable

from PIL import Image, ImageChops

from printers.errors import BadDocument
from printers.media import dots_per_mm
from printers.supplied import fitting, tspl_letters
from printers.supplied.fitting import Sheet
from printers.supplied.sizes import BEYOND_MM, PIXEL_LIMIT
from printers.supplied.tspl import Command, acts, labels_of, lengths, written

# How often the whole label may be painted over before it is no label but work for work's sake.
_LAYERS = 50
_OR = 1
_INK = 255
_MM_PER_INCH = 25.4
_OTHERS = "This label can only be printed on a TSPL printer."
# They choose the letters and which end comes out first, and set no dot.
_SILENT = {b"DIRECTION", b"CODEPAGE", b"SIZE"}


def sheets(
    data: bytes, medium_mm: tuple[int, int | None], dpi: int, source_dpi: int, *, is_own: bool
) -> list[Sheet]:
    """Return the labels as they come out: in commands on a printer that speaks them, where the label goes on
    its paper dot for dot in the printer's own letters; else as pictures.
    """
    return [_sheet_of(label, medium_mm, dpi, source_dpi, is_own=is_own) for label in labels_of(data)]


def _sheet_of(
    commands: list[Command], medium_mm: tuple[int, int | None], dpi: int, source_dpi: int, *, is_own: bool
) -> Sheet:
    per_mm = dots_per_mm(source_dpi)
    sides = _sides(commands, per_mm)
    if sides[0] * sides[1] > PIXEL_LIMIT:
        raise BadDocument(_OTHERS)
    sheet = _Sheet((sides[0] + BEYOND_MM * per_mm, sides[1] + BEYOND_MM * per_mm), source_dpi)
    for command in commands:
        sheet.do(command)
    image = fitting.trimmed(ImageChops.invert(sheet.ink), sides)
    fitted = fitting.fitted(image, medium_mm, dpi, source_dpi)
    is_native = is_own and fitted.is_untouched and medium_mm[1] is not None and sheet.is_portable
    if not is_native or acts(commands):
        return Sheet(fitted.image)
    return Sheet(fitted.image, written(commands, medium_mm[0], medium_mm[1] or 0))


def _sides(commands: list[Command], per_mm: int) -> tuple[int, int]:
    (size,) = (command.rest for command in commands if command.name == b"SIZE")
    per_unit = {b"mm": per_mm, b"dot": 1, b"": per_mm * _MM_PER_INCH}
    sides = [round(number * per_unit[unit]) for number, unit in lengths(size)]
    if len(sides) == 1 or min(sides) < 1:
        raise BadDocument("The label names no width and height (SIZE).")
    return sides[0], sides[1]


class _Sheet:
    """The printer's image buffer, with ink where a picture is white."""

    def __init__(self, size: tuple[int, int], dpi: int) -> None:
        self.ink = Image.new("1", size, 0)
        self.is_portable = True
        self._dpi = dpi
        self._origin = (0, 0)
        self._room = _LAYERS * size[0] * size[1]
        self._drawers: dict[bytes, Callable[[list[int]], None]] = {
            b"REFERENCE": self._refer,
            b"BAR": self._bar,
            b"BOX": self._box,
            b"ERASE": self._erase,
            b"REVERSE": self._reverse,
        }

    def do(self, command: Command) -> None:
        """Carry out one command."""
        if command.name == b"BITMAP":
            self._bitmap(command)
        elif command.name in tspl_letters.KINDS:
            self._letters(command)
        elif command.name in self._drawers:
            self._drawers[command.name](_numbers(command.rest))
        elif command.name not in _SILENT:
            raise BadDocument(_OTHERS)

    def _letters(self, command: Command) -> None:
        """Letters and bar codes of the printer's own, drawn with ours."""
        x, y, picture, is_portable = tspl_letters.drawn(command, self._dpi)
        self.is_portable = self.is_portable and is_portable
        left, top = x + self._origin[0], y + self._origin[1]
        box = self._clipped(left, top, *picture.size)
        part = picture.crop((box[0] - left, box[1] - top, box[2] - left, box[3] - top))
        self.ink.paste(ImageChops.logical_or(self.ink.crop(box), part), box[:2])

    def _refer(self, numbers: list[int]) -> None:
        self._origin = (numbers[0], numbers[1])

    def _bitmap(self, command: Command) -> None:
        x, y, per_row, rows, mode = _numbers(command.rest.removeprefix(b"BITMAP").rstrip(b","))
        # On the wire a 0 is ink.
        picture = Image.frombytes("1", (per_row * 8, rows), command.dots, "raw", "1;I")
        left, top = x + self._origin[0], y + self._origin[1]
        box = self._clipped(left, top, *picture.size)
        picture = picture.crop((box[0] - left, box[1] - top, box[2] - left, box[3] - top))
        if mode:
            mix = ImageChops.logical_or if mode == _OR else ImageChops.logical_xor
            picture = mix(self.ink.crop(box), picture)
        self.ink.paste(picture, box[:2])

    def _bar(self, numbers: list[int]) -> None:
        self.ink.paste(_INK, self._box_at(*numbers))

    def _erase(self, numbers: list[int]) -> None:
        self.ink.paste(0, self._box_at(*numbers))

    def _reverse(self, numbers: list[int]) -> None:
        box = self._box_at(*numbers)
        self.ink.paste(ImageChops.invert(self.ink.crop(box)), box[:2])

    def _box(self, numbers: list[int]) -> None:
        left, top, right, bottom, thick, *radius = numbers
        if any(radius) or thick < 1:
            raise BadDocument(_OTHERS)
        wide, high = right - left, bottom - top
        for bar in (
            (left, top, wide, thick),
            (left, bottom - thick, wide, thick),
            (left, top, thick, high),
            (right - thick, top, thick, high),
        ):
            self._bar(list(bar))

    def _box_at(self, x: int, y: int, wide: int, high: int) -> tuple[int, int, int, int]:
        return self._clipped(x + self._origin[0], y + self._origin[1], wide, high)

    def _clipped(self, left: int, top: int, wide: int, high: int) -> tuple[int, int, int, int]:
        """Return the part of a rectangle that is on the label; it may be empty."""
        x, y = (min(max(at, 0), side) for at, side in zip((left, top), self.ink.size, strict=True))
        right = min(max(left + wide, x), self.ink.width)
        bottom = min(max(top + high, y), self.ink.height)
        self._room -= (right - x) * (bottom - y)
        if self._room < 0:
            raise BadDocument(_OTHERS)
        return x, y, right, bottom


def _numbers(rest: bytes) -> list[int]:
    try:
        return [int(part) for part in rest.split(b",")]
    except ValueError as error:
        raise BadDocument(_OTHERS) from error
