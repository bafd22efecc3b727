"""ZPL drawn by zplkit, which knows the printer's own letters; what it does not know is drawn with ours.

Those are letters beyond ASCII and fonts that somebody loaded into a printer (``^A@``, letters given by
``^CW``). A label that needs them is printed as its picture: the printer at hand may lack them.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from PIL import Image, ImageDraw

from printers import fonts, typeset
from printers.errors import BadDocument
from printers.supplied import zpl_graphics
from printers.supplied.zpl_pages import Page, graphic_of, written
from printers.supplied.zpl_state import CODE_PAGES, State
from printers.supplied.zpl_stream import Command

UNKNOWN = "The station cannot draw a part of this label, so it cannot check it; ask for it as PDF or PNG."
# Drawing more takes seconds; a label has some hundred commands.
_DRAWN_LIMIT = 5000
# Printers' letters zplkit does not have, as the scalable ones of the same size.
_SIZES = {
    b"P": (20, 18),
    b"Q": (28, 24),
    b"R": (35, 31),
    b"S": (40, 35),
    b"T": (48, 42),
    b"U": (59, 53),
    b"V": (80, 71),
}
_OURS = b"0ABCDEFGH"
_TURNS = {b"N": 0, b"R": 270, b"I": 180, b"B": 90}
Draw = Callable[[bytes, tuple[int, int], int], tuple[int, int, bytes]]


class Drawing:
    """One label made ready for zplkit. ``is_portable``: any ZPL printer has the letters it needs."""

    def __init__(self, page: Page) -> None:
        if len(page.commands) > _DRAWN_LIMIT:
            raise BadDocument(UNKNOWN)
        self.is_portable = True
        self._state: dict[bytes, bytes] = {c.name: c.rest for c in State().commands()}
        self._out: list[Command] = []
        for one in _fields(page.commands):
            self._out += self._drawable(one)

    def picture(self, size: tuple[int, int], dpi: int) -> Image.Image:
        """The label on a sheet of ``size`` dots; BadDocument when zplkit cannot."""
        draw = renderer()
        if draw is None:
            raise BadDocument(UNKNOWN)
        zpl = b"^XA" + written(self._out) + b"^XZ"
        try:
            width, height, pixels = draw(zpl, size, dpi)
        except ValueError as error:
            raise BadDocument(UNKNOWN) from error
        return Image.frombytes("L", (width, height), pixels).convert("1", dither=Image.Dither.NONE)

    def _drawable(self, commands: list[Command]) -> Iterable[Command]:
        """One field as zplkit takes it."""
        out = [self._known(command) for command in commands]
        text = next((command.rest for command in out if command.name == b"FD"), b"")
        is_bars = any(command.name[:1] == b"B" and command.name != b"BY" for command in commands)
        font = next((command for command in reversed(out) if command.name[:1] == b"A"), None)
        letter = font.name[1:] if font else self._state[b"CF"][:1]
        words = self._words(commands, text) if text and not is_bars else ""
        if words and (not words.isascii() or letter not in _OURS):
            self.is_portable = self.is_portable and letter in _OURS and _is_western(words)
            return self._in_our_letters(out, words, font)
        return [command for command in out if command.name != b"CI" or is_bars or not text] if text else out

    def _known(self, command: Command) -> Command:
        """The command as zplkit knows it; take note of settings."""
        known = _in_its_letters(command)
        if known.name in self._state:
            self._state[known.name] = known.rest
        return Command(b"^", b"CI", b"28") if known.name == b"CI" else known

    def _words(self, commands: list[Command], text: bytes) -> str:
        mark = next((c.rest[:1] or b"_" for c in commands if c.name == b"FH"), b"")
        if mark:
            text = re.sub(
                re.escape(mark) + rb"([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), text
            )
        page = int(self._state[b"CI"])
        try:
            return text.decode(CODE_PAGES.get(page, "cp850"))
        except UnicodeDecodeError as error:
            raise BadDocument(
                f"The letters in the label are not of the character set it names (^CI{page})."
            ) from error

    def _in_our_letters(self, field: list[Command], words: str, font: Command | None) -> Iterable[Command]:
        """The field as a picture, where the letters would have been."""
        high, turn = self._letter(font)
        block = next((c.values for c in field if c.name == b"FB"), None)
        picture = _written_out(words, high, block)
        if turn:
            picture = picture.rotate(turn, expand=True)
        yield from (c for c in field if c.name in self._state)
        yield self._placed(field, picture, high, turn)
        if any(c.name == b"FR" for c in field):
            yield Command(b"^", b"FR", b"")
        yield graphic_of(picture, (1, 1))
        yield Command(b"^", b"FS", b"")

    def _letter(self, font: Command | None) -> tuple[int, int]:
        values = [*(font.values if font else [b"", *self._state[b"CF"].split(b",")[1:]]), b"", b""]
        high = int(values[1]) if values[1].isdigit() and int(values[1]) else 20
        turn = values[0][:1].upper() or self._state[b"FW"]
        return min(max(high, 8), 2000), _TURNS.get(turn, 0)

    def _placed(self, field: list[Command], picture: Image.Image, high: int, turn: int) -> Command:
        """``^FO`` names the upper left corner, ``^FT`` the foot of the first line."""
        at = next((c for c in reversed(field) if c.name in {b"FO", b"FT"}), Command(b"^", b"FO", b"0,0"))
        x, y = (
            int(value or 0) if value.lstrip(b"-").isdigit() else 0 for value in [*at.values, b"", b""][:2]
        )
        if at.name == b"FT":
            below = high // 4
            x, y = {
                0: (x, y - picture.height + below),
                270: (x - below, y),
                180: (x - picture.width, y - below),
                90: (x - picture.width + below, y - picture.height),
            }[turn]
        return Command(b"^", b"FO", b"%d,%d" % (max(0, x), max(0, y)))


def _in_its_letters(command: Command) -> Command:
    """Letters of the printer's that zplkit lacks become those it has, of the same size."""
    is_default = command.name == b"CF"
    letter = command.rest[:1] if is_default else command.name[1:] if command.name[:1] == b"A" else b""
    if letter not in _SIZES:
        return command
    values = [*command.values, b"", b""][1:3]
    high, wide = (
        int(value) if value.isdigit() else usual for value, usual in zip(values, _SIZES[letter], strict=True)
    )
    if is_default:
        return Command(b"^", b"CF", b"0,%d,%d" % (high, wide))
    return Command(b"^", b"A0", b"%b,%d,%d" % (command.values[0][:1], high, wide))


def _is_western(words: str) -> bool:
    """Letters that the printer's own scalable font has."""
    return all(letter <= "\u00ff" for letter in words)


def _fields(commands: Iterable[Command]) -> Iterator[list[Command]]:
    field: list[Command] = []
    for command in commands:
        field.append(command)
        if command.name == b"FS":
            yield field
            field = []
    yield field


def _written_out(words: str, high: int, block: list[bytes] | None) -> Image.Image:
    """Text in our letters, white on black; a block is broken and aligned as ``^FB`` says."""
    lines, width, align = [words], 0, b"L"
    if block is not None:
        numbers = [int(value) if value.isdigit() else 0 for value in [*block, b"", b"", b"", b""][:3]]
        width, most = min(numbers[0], 4000), max(numbers[1], 1)
        align = (block[3:4] or [b"L"])[0].upper() or b"L"
        lines = [line for part in words.split("\\&") for line in _broken(part, high, width)][:most]
    widths = [typeset.line_width(line, high, is_bold=False) for line in lines]
    width = width or max([1, *widths])
    pitch = high
    sheet = Image.new("1", (max(width, 1), max(1, pitch * len(lines) + high // 4)), 0)
    pen = ImageDraw.Draw(sheet)
    for row, (line, wide) in enumerate(zip(lines, widths, strict=True)):
        left = {b"C": (width - wide) // 2, b"R": width - wide}.get(align, 0)
        fonts.write(pen, (left, row * pitch), line, high, 255)
    return sheet


def _broken(words: str, high: int, width: int) -> tuple[str, ...]:
    return typeset.typeset(words, high, high, width, 100 * high, fit="wrap", is_bold=False).lines


def renderer() -> Draw | None:
    """Return zplkit's way to draw, or None where the extra ``zpl`` is not installed."""
    try:
        from zplkit import Options, output, render
        from zplkit.rendering import Limits
    except ImportError:
        return None

    # Room for a dithered picture over all of the label.
    limits = Limits(graphic_bytes=zpl_graphics.UNPACKED_LIMIT, segments=8_000_000, input_bytes=8_000_000)
    raster_limits = output.Limits(segments=8_000_000, flattened_segments=8_000_000, scan_work=500_000_000)

    def draw(zpl: bytes, size: tuple[int, int], dpi: int) -> tuple[int, int, bytes]:
        options = Options(profile="specification", width=size[0], height=size[1], dpi=dpi)
        (label,) = render(zpl, options, limits=limits).labels
        raster = label.rasterize(limits=raster_limits)
        return raster.width, raster.height, raster.pixels

    return draw
