"""ZPL made by others: which commands may pass, and the picture of it.

An allow list: what draws, or sets up one label, passes. What stays in the printer for later labels does not,
be it a setting of the operator (media, darkness, speed), an orientation or a stored object.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from PIL import Image

from printers.errors import BadDocument
from printers.media import dots_per_mm
from printers.supplied import zpl_graphics
from printers.supplied.sizes import BEYOND_MM, DOT_LIMIT, check_dpi, check_size, cut, fitted

_PREFIX = re.compile(rb"[\^~]")
# STX, ETX, SI, RS and DLE are other ways to write ^XA, ^XZ, ^FS, ^ and ~; none has its place in a label.
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_HIGH = re.compile(rb"[\x80-\xff]")
# What may stand behind a command, white space taken out.
_NOTHING = re.compile(rb"")
_PLAIN = re.compile(rb"[!-~]*")
_NUMBERS = re.compile(rb"\d{0,5}(?:,\d{0,5}){0,2}")
_LENGTH = re.compile(rb"\d{1,5}")
_NORMAL = re.compile(rb"N?")
_ZERO = re.compile(rb"0{1,5}")
_MARK = re.compile(rb"[!-}]?")
_ANY = re.compile(rb".*", re.DOTALL)
# One label, no pause; the replicates and what follows a single label mean nothing.
_ONE = re.compile(rb"0*1(?:,0*(?:,[01]?(?:,[YN]?(?:,[YN]?)?)?)?)?")
# One byte a character, or UTF-8. In the double-byte pages a ``^`` may be half of a character.
_CODE_PAGES = {*range(14), 27, 28}
_UTF8 = 28

_RULES: dict[bytes, re.Pattern[bytes]] = {
    **dict.fromkeys((b"XA", b"XZ", b"FS", b"FR"), _NOTHING),
    **dict.fromkeys((b"FD", b"FX"), _ANY),
    **dict.fromkeys((b"FO", b"FT", b"LH", b"CI"), _NUMBERS),
    **dict.fromkeys((b"PW", b"LL"), _LENGTH),
    # They stay for the labels behind this one, so only their usual values pass.
    **dict.fromkeys((b"FW", b"LR", b"PM", b"PO"), _NORMAL),
    **dict.fromkeys((b"LS", b"LT"), _ZERO),
    b"FH": _MARK,
    b"PQ": _ONE,
    **dict.fromkeys((b"FB", b"FP", b"TB", b"CF", b"GB", b"GC", b"GD", b"GE", b"GS"), _PLAIN),
    **dict.fromkeys((b"A%c" % font for font in b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ@"), _PLAIN),
    **dict.fromkeys((b"B%c" % kind for kind in b"012345789ABCDEFIJKLMOPQRSTUXYZ"), _PLAIN),
}
_OTHERS = "This label can only be printed on a ZPL printer."
# Drawing more takes seconds; a label has some hundred commands.
_DRAWN_LIMIT = 5000
_INK = {b"FD", b"GF", b"GB", b"GC", b"GD", b"GE"}

_LASTING = frozenset(
    b"CC CD CT CV CW FL FW JB JI JJ JM JN JO JS JT JU JZ KC KD KL KN KP KV LF LR LS LT MA MC MD MF MI ML MM "
    b"MN MP MT MU MW NB NC ND NI NN NP NR NS NT NW NZ PA PM PO PR SD SE SI SL SO SP SQ SR SS ST SX SZ "
    b"TA TO WC WD WE WF XB XS ZZ".split()
)
_STORED = frozenset(
    b"DB DD DE DF DG DN DS DT DU DX DY EF EG FE FN FV HF HG HW HY HZ ID IL IM IS SF SN XF XG".split()
)
_INSTANT = frozenset(b"HB HD HH HI HM HQ HS HU JA JC JD JE JF JG JL JP JQ JR JX PF PH PN PP PS RO WQ".split())
_REASONS = (
    (_LASTING, "changes the printer"),
    (_STORED, "uses what is stored in the printer"),
    (_INSTANT, "acts on the printer at once"),
)


class Command(NamedTuple):
    """One command: where it starts and ends, its two letters, and what stands behind them."""

    start: int
    end: int
    name: bytes
    rest: bytes


def vet(data: bytes) -> None:
    """Raise BadDocument unless ``data`` is one label and nothing else."""
    _checked(data)


def rasterise(data: bytes, medium_mm: tuple[int, int | None], dpi: int, source_dpi: int) -> Image.Image:
    """Return the picture, drawn by zplkit if that is installed and knows all of the label."""
    per_mm = dots_per_mm(dpi)
    commands = _checked(data)
    check_dpi(source_dpi, dpi)
    if len(commands) > _DRAWN_LIMIT:
        raise BadDocument(_OTHERS)
    wide, high = (_last(commands, name) for name in (b"PW", b"LL"))
    check_size((wide / per_mm if wide else medium_mm[0], high / per_mm if high else None), medium_mm)
    if medium_mm[1] is None and not high:
        raise BadDocument("The label names no length (^LL), so it cannot be printed on a roll.")
    size = (wide or medium_mm[0] * per_mm, high or (medium_mm[1] or 0) * per_mm)
    beyond = BEYOND_MM * per_mm
    drawn = _drawn(b"".join(_drawing(data, commands)), (size[0] + beyond, size[1] + beyond), dpi)
    return fitted(cut(drawn, size), medium_mm, per_mm)


def _checked(data: bytes) -> list[Command]:
    """Return all commands, each of which may pass."""
    commands = list(_commands(data))
    encoding = None
    for command in commands:
        _check(command)
        if command.name == b"CI":
            encoding = _code_page(command.rest)
        elif command.name == b"FD":
            _check_letters(command.rest, encoding)
    names = [command.name for command in commands]
    if names.count(b"XA") != 1 or names.count(b"XZ") != 1 or names[0] != b"XA" or names[-1] != b"XZ":
        raise BadDocument("This is not exactly one ZPL label from ^XA to ^XZ.")
    if names.count(b"PQ") > 1:
        raise BadDocument("The label asks for a number of copies twice (^PQ).")
    if not _INK.intersection(names):
        raise BadDocument("The label prints nothing.")
    return commands


def _commands(data: bytes) -> Iterator[Command]:
    at, unpacked = _next(data, 0), 0
    if data[:at].strip():
        raise BadDocument("The label does not start with ^XA.")
    while at < len(data):
        name = data[at + 1 : at + 3]
        if data[at : at + 3] == b"^GF":
            graphic = zpl_graphics.head_of(data, at + 3)
            unpacked += graphic.total
            end = _next(data, graphic.start + graphic.binary)
            zpl_graphics.check(graphic, data[graphic.start : end], unpacked)
            yield Command(at, end, name, b"")
        else:
            end = _next(data, at + 1)
            _check_known(data[at:end])
            yield Command(at, end, name, data[at + 3 : end])
        at = end


def _next(data: bytes, at: int) -> int:
    match = _PREFIX.search(data, at)
    return match.start() if match else len(data)


def _check_known(command: bytes) -> None:
    if command[:1] == b"~" or command[1:3] not in _RULES:
        raise BadDocument(_refusal(command))


def _check(command: Command) -> None:
    if command.name == b"GF":
        return
    if _CONTROL.search(command.rest):
        raise BadDocument("The label contains control characters.")
    if b"! U" in command.rest:
        raise BadDocument("The label contains ! U1, which changes the printer.")
    if not _RULES[command.name].fullmatch(_dense(command.rest)):
        raise BadDocument(_refusal(b"^" + command.name + command.rest))
    if command.name in {b"PW", b"LL"} and not 0 < _dots(command) <= DOT_LIMIT:
        raise BadDocument(f"The label has an impossible size ({_shown(b'^' + command.name)}).")


def _dense(rest: bytes) -> bytes:
    """Printers skip white space inside a command, line ends in the middle of a number included."""
    return b"".join(rest.split())


def _dots(command: Command) -> int:
    return int(_dense(command.rest))


def _refusal(command: bytes) -> str:
    """Say which command is refused and why."""
    name = command[1:3].upper()
    shown = _shown(command)
    if name == b"PQ":
        return "The label asks for more than one copy (^PQ) or for a pause; one label is printed at a time."
    for names, reason in _REASONS:
        if name in names:
            return f"The label contains {shown}, which {reason}."
    return f"The label contains {shown}, which the station does not pass on."


def _shown(command: bytes) -> str:
    """Return a command's name as people write it: ``^JUS``, ``~JR``, ``^MD``."""
    name = command[:3] + (command[3:4] if command[3:4].isalpha() else b"")
    text = name.decode("ascii", "replace")
    return "".join(letter if letter.isascii() and letter.isprintable() else "?" for letter in text).strip()


def _code_page(rest: bytes) -> int:
    page = _dense(rest).decode("ascii", "replace")
    if not page.isdecimal() or int(page) not in _CODE_PAGES:
        raise BadDocument(f"The label uses a character set the station cannot check (^CI{page}).")
    return int(page)


def _check_letters(text: bytes, encoding: int | None) -> None:
    """Refuse letters whose meaning hangs on what was printed before."""
    if not _HIGH.search(text):
        return
    if encoding is None:
        raise BadDocument("The label has Chinese or accented letters but no character set (^CI28).")
    if encoding == _UTF8:
        try:
            text.decode()
        except UnicodeDecodeError as error:
            raise BadDocument("The letters in the label are not UTF-8, as it says (^CI28).") from error


def _last(commands: list[Command], name: bytes) -> int:
    return next((_dots(command) for command in reversed(commands) if command.name == name), 0)


def _drawing(data: bytes, commands: list[Command]) -> Iterator[bytes]:
    """Leave out the size, which would hide what is lost, and ^PQ, which says 1 and zplkit does not know."""
    for command in commands:
        if command.name not in {b"PQ", b"PW", b"LL"}:
            yield data[command.start : command.end]


def _drawn(zpl: bytes, size: tuple[int, int], dpi: int) -> Image.Image:
    draw = _renderer()
    if draw is None:
        raise BadDocument(_OTHERS)
    try:
        width, height, pixels = draw(zpl, size, dpi)
    except ValueError as error:
        raise BadDocument(_OTHERS) from error
    return Image.frombytes("L", (width, height), pixels).convert("1", dither=Image.Dither.NONE)


def _renderer() -> Callable[[bytes, tuple[int, int], int], tuple[int, int, bytes]] | None:
    """Return zplkit's way to draw, or None where the extra ``zpl`` is not installed."""
    try:
        from zplkit import Options, output, render
        from zplkit.rendering import Limits
    except ImportError:
        return None

    # Room for a dithered picture over all of the label.
    limits = Limits(graphic_bytes=zpl_graphics.UNPACKED_LIMIT, segments=8_000_000, input_bytes=4_000_000)
    raster_limits = output.Limits(segments=8_000_000, flattened_segments=8_000_000, scan_work=500_000_000)

    def draw(zpl: bytes, size: tuple[int, int], dpi: int) -> tuple[int, int, bytes]:
        options = Options(profile="specification", width=size[0], height=size[1], dpi=dpi)
        (label,) = render(zpl, options, limits=limits).labels
        raster = label.rasterize(limits=raster_limits)
        return raster.width, raster.height, raster.pixels

    return draw
