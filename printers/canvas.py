"""One page of black and white dots, addressed in millimetres.

Lengths are millimetres in steps of 0.25, whole dots at 203 dpi (2) and at 300 dpi (3): a layout has
the same proportions on both. Text never leaves its box; a barcode that cannot be drawn by the rules raises
LayoutError instead of being squeezed. All that is drawn leaves a ``Placed`` record, by which tests check it.
"""

import math
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from PIL import Image, ImageDraw

from printers import fonts, symbols
from printers.errors import LayoutError, WrongMedia
from printers.media import dots_per_mm
from printers.symbols import Elements, Rows, Symbology
from printers.typeset import Block, Fit, leading, line_width, typeset

WHITE, BLACK = 1, 0
Align = Literal["left", "center", "right"]
_MIN_BAR_MM = 10
# The line of text below bars.
_LABEL_MM = 3.75
# Modules (1 = dark) into grey values.
_LIGHT = bytes([255, 0]) + bytes(254)


class Box(NamedTuple):
    """A place on the page in millimetres from the top left corner."""

    x: float
    y: float
    w: float
    h: float

    def inner(self, pad: float) -> "Box":
        return Box(self.x + pad, self.y + pad, self.w - 2 * pad, self.h - 2 * pad)


@dataclass(frozen=True, slots=True)
class Placed:
    """What was drawn where, in dots. ``module`` and ``quiet`` are 0 for text; ``is_cut``: shortened."""

    kind: Literal["text"] | Symbology
    x: int
    y: int
    w: int
    h: int
    content: str
    module: int = 0
    quiet: int = 0
    is_cut: bool = False


@dataclass
class Page:
    """A bitmap being drawn. ``missing`` collects characters the font lacks (printed as 〓)."""

    width_mm: float
    height_mm: float
    dpi: int = 203
    placed: list[Placed] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.per_mm = dots_per_mm(self.dpi)
        size = self.dots(self.width_mm), self.dots(self.height_mm)
        if min(size) < 1:
            raise WrongMedia(f"A page of {self.width_mm} x {self.height_mm} mm has no room for a dot.")
        self.image = Image.new("1", size, WHITE)
        self._draw = ImageDraw.Draw(self.image)

    def dots(self, mm: float) -> int:
        """Return whole dots for a length in millimetres."""
        return round(mm * self.per_mm)

    def text(
        self,
        box: Box,
        text: str,
        size: float = 3,
        align: Align = "left",
        fit: Fit = "cut",
        *,
        bold: bool = False,
        is_inverse: bool = False,
        is_centred: bool = False,
    ) -> float:
        """Write into ``box`` with letters ``size`` mm high and return the height used in mm.

        ``fit``: ``cut`` one line with an ellipsis · ``shrink`` one line, smaller first, then an ellipsis ·
        ``wrap`` as many lines as fit, smaller first, then an ellipsis. ``is_centred`` centres vertically.
        """
        x, y, w, h = self._inside(box)
        block = typeset(text, self.dots(size), self.dots(2.25), w, h, fit=fit, is_bold=bold)
        self.missing |= block.missing
        if is_inverse:
            self.fill(box)
        if not block.lines:
            return 0
        top = y + max(0, (h - block.height) // 2) if is_centred else y
        self._write(block, (x, top, w), align, WHITE if is_inverse else BLACK)
        return self._quarters(block.height)

    def measure(self, text: str, size: float, *, bold: bool = False) -> float:
        """Return the width in mm of ``text`` on one line, rounded up to a quarter."""
        return self._quarters(line_width(text, self.dots(size), is_bold=bold))

    def height_of(self, text: str, size: float, w: float, lines: int, *, bold: bool = False) -> float:
        """Return the height in mm ``text`` takes when wrapped to ``w`` mm and to at most ``lines`` lines."""
        dots = self.dots(size)
        room = leading(dots) * lines
        return self._quarters(typeset(text, dots, dots, self.dots(w), room, fit="wrap", is_bold=bold).height)

    def rule(self, x: float, y: float, w: float, *, thickness: float = 0.25) -> None:
        """Draw a horizontal line."""
        self.fill(Box(x, y, w, thickness))

    def upright(self, x: float, y: float, h: float, *, thickness: float = 0.25) -> None:
        """Draw a vertical line."""
        self.fill(Box(x, y, thickness, h))

    def frame(self, box: Box, *, thickness: float = 0.25) -> None:
        """Draw the outline of ``box``, inside its edges."""
        self.rule(box.x, box.y, box.w, thickness=thickness)
        self.rule(box.x, box.y + box.h - thickness, box.w, thickness=thickness)
        self.upright(box.x, box.y, box.h, thickness=thickness)
        self.upright(box.x + box.w - thickness, box.y, box.h, thickness=thickness)

    def fill(self, box: Box) -> None:
        """Blacken ``box``."""
        x, y, w, h = self._inside(box)
        self._draw.rectangle((x, y, x + max(w, 1) - 1, y + max(h, 1) - 1), fill=BLACK)

    def polygon(self, points: list[tuple[float, float]]) -> None:
        """Blacken the shape with these corners (mm)."""
        self._draw.polygon([(self.dots(x), self.dots(y)) for x, y in points], fill=BLACK)

    def pen(self, box: Box, strokes: list[list[tuple[int, int]]], field: tuple[int, int]) -> None:
        """Draw a signature into ``box``: strokes of points on a ``field`` of that width and height."""
        x, y, w, h = self._inside(box)
        scale = min(w / field[0], h / field[1])
        for stroke in strokes:
            points = [(x + round(px * scale), y + round(py * scale)) for px, py in stroke]
            self._draw.line([*points, points[-1]], fill=BLACK, width=max(2, self.per_mm // 3), joint="curve")

    def code128(
        self, box: Box, data: str, *, min_x: float = 0.25, max_x: float = 0.5, align: Align = "center"
    ) -> None:
        """Draw a Code 128 with quiet zones and its text below, filling ``box`` in height.

        ``min_x`` and ``max_x`` bound the module in mm (never below 2 dots at 203 dpi, 3 at 300 dpi). Raises
        LayoutError when the narrowest allowed symbol does not fit or the bars would be lower than 10 mm.
        """
        self._bars("code128", box, symbols.code128(data), data, (min_x, max_x), align)

    def gs1_128(
        self,
        box: Box,
        elements: Elements,
        *,
        min_x: float = 0.25,
        max_x: float = 0.5,
        align: Align = "center",
    ) -> None:
        """Draw a GS1-128 like a Code 128; BadDocument when a value or its check digit is wrong."""
        words = symbols.readable(elements)
        self._bars("gs1_128", box, symbols.gs1_128(elements), words, (min_x, max_x), align)

    def ean(self, box: Box, data: str, *, min_x: float = 0.25, max_x: float = 0.375) -> None:
        """Draw an EAN-13 or EAN-8 with its digits below; BadDocument when the check digit is wrong."""
        self._bars("ean", box, symbols.ean(data), data, (min_x, max_x), "center")

    def qr(self, box: Box, data: str, *, min_x: float = 0.375, max_x: float = 0.75) -> None:
        """Draw a QR code with its quiet zone, centred in ``box``; LayoutError when it does not fit."""
        self._matrix("qr", box, symbols.qr(data), data, (min_x, max_x))

    def datamatrix(self, box: Box, data: str, *, min_x: float = 0.375, max_x: float = 0.75) -> None:
        """Draw a DataMatrix with its quiet zone, centred in ``box``; LayoutError when it does not fit."""
        self._matrix("datamatrix", box, symbols.datamatrix(data), data, (min_x, max_x))

    def crop(self, height_mm: float) -> None:
        """Cut the page off below ``height_mm`` (rolls)."""
        self.height_mm = height_mm
        self.image = self.image.crop((0, 0, self.image.width, self.dots(height_mm)))
        self._draw = ImageDraw.Draw(self.image)

    def _quarters(self, dots: int) -> float:
        return -(-4 * dots // self.per_mm) / 4

    def _bars(
        self, kind: Symbology, box: Box, rows: Rows, words: str, bounds: tuple[float, float], align: Align
    ) -> None:
        x, y, w, h = self._inside(box)
        modules = len(rows[0]) + 2 * symbols.QUIET[kind]
        module = self._module(w, modules, bounds, words)
        label = self.dots(_LABEL_MM)
        if h - label < self.dots(_MIN_BAR_MM):
            raise LayoutError(f"The bars of {words!r} would be lower than {_MIN_BAR_MM} mm.")
        left, across = x + _shift(align, w - modules * module), modules * module
        quiet = symbols.QUIET[kind] * module
        self._stamp(rows, (left + quiet, y), module, h - label)
        self.placed.append(Placed(kind, left, y, across, h - label, words, module, quiet))
        below = Box(left / self.per_mm, (y + h - label) / self.per_mm, across / self.per_mm, _LABEL_MM)
        self.text(below, words, 3, "center", "shrink", bold=True)

    def _matrix(self, kind: Symbology, box: Box, rows: Rows, data: str, bounds: tuple[float, float]) -> None:
        x, y, w, h = self._inside(box)
        modules = len(rows) + 2 * symbols.QUIET[kind]
        module = self._module(min(w, h), modules, bounds, f"the {kind}")
        side, quiet = modules * module, symbols.QUIET[kind] * module
        left, top = x + (w - side) // 2, y + (h - side) // 2
        self._stamp(rows, (left + quiet, top + quiet), module, len(rows) * module)
        self.placed.append(Placed(kind, left, top, side, side, data, module, quiet))

    def _stamp(self, rows: Rows, at: tuple[int, int], module: int, height: int) -> None:
        """Paste modules as dots, each a whole number of dots wide: one picture instead of a box a module."""
        size = len(rows[0]), len(rows)
        light = b"".join(rows).translate(_LIGHT)
        picture = Image.frombytes("L", size, light).convert("1", dither=Image.Dither.NONE)
        self.image.paste(picture.resize((size[0] * module, height), Image.Resampling.NEAREST), at)

    def _module(self, room: int, modules: int, bounds: tuple[float, float], what: str) -> int:
        """Return the widest module in dots that lets ``modules`` of them stand in ``room`` dots."""
        least = max(math.ceil(bounds[0] * self.per_mm), 2)
        module = min(room // modules, self.dots(bounds[1]))
        if module < least:
            raise LayoutError(f"{what} does not fit: {modules} modules of {least} dots into {room} dots.")
        return module

    def _inside(self, box: Box) -> tuple[int, int, int, int]:
        x, y = self.dots(box.x), self.dots(box.y)
        w, h = self.dots(box.x + box.w) - x, self.dots(box.y + box.h) - y
        if x < 0 or y < 0 or w < 0 or h < 0 or x + w > self.image.width or y + h > self.image.height:
            raise LayoutError(f"{box} is not inside a page of {self.width_mm} x {self.height_mm} mm.")
        return x, y, w, h

    def _write(self, block: Block, at: tuple[int, int, int], align: Align, ink: int) -> None:
        """Draw the lines on a tile of their own: whatever a glyph does, it cannot leave its box."""
        x, y, w = at
        tile = Image.new("1", (w, block.height), BLACK)
        draw = ImageDraw.Draw(tile)
        for i, line in enumerate(block.lines):
            left = _shift(align, w - block.widths[i])
            fonts.write(draw, (left, i * block.leading), line, block.size, WHITE)
        for step in range(block.weight):
            self.image.paste(ink, (x + step, y), tile.crop((0, 0, w - step, block.height)))
        left = x + _shift(align, w - max(block.widths))
        width = max(block.widths)
        self.placed.append(
            Placed("text", left, y, width, block.height, "".join(block.lines), is_cut=block.is_cut)
        )


def _shift(align: Align, room: int) -> int:
    return {"left": 0, "center": room // 2, "right": room}[align]
