"""Finding out what stands at an address, without printing anything.

Each family is asked in the order in which a wrong question does the least harm: real-time bytes first, which
every printer swallows, then ~HS, then ESC !?. What a printer calls itself is shown to people and never
believed: clones use famous names. Which answers prove a print is shown by a test page only.
"""

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from printers import transports
from printers.conversation import ask, listen, say
from printers.errors import BadPrinter
from printers.families import dialect
from printers.media import MEDIA
from printers.status import Status
from printers.text import clean
from printers.transports import Limits, Line

_ORDER = ("escpos", "zpl", "tspl")
_DPI = {8: 203, 12: 300}
_NAME_LENGTH = 60
# A label a little narrower than the head can print is still the right one.
_TOLERANCE_MM = 3


@dataclass(frozen=True, slots=True)
class Found:
    """What answered. ``language`` is empty when nothing did; sizes are 0 when the printer does not tell."""

    language: str = ""
    model: str = ""
    dpi: int = 0
    width_mm: int = 0
    height_mm: int = 0
    cause: str = ""

    def data(self) -> dict[str, Any]:
        """Return it as JSON-ready data for ``roster.note_found``."""
        return asdict(self)


def identify(address: str, limits: Limits = transports.DEFAULT) -> Found:
    """Return what stands at ``address``; LineBroken when nobody is there, BadPrinter for a bad address."""
    if not transports.is_line(address):
        transports.check(address)
        return Found("png" if address == transports.VIRTUAL else "pdf")
    line = transports.open_line(address, limits)
    try:
        return _asked(line, limits)
    finally:
        line.close()


def _asked(line: Line, limits: Limits) -> Found:
    for language in _ORDER:
        speaks = dialect(language)
        assert speaks is not None
        status = ask(line, speaks, limits)
        if status is not None:
            printer = _DETAILS[language](line, limits, status)
            line.finish()
            return printer
    # A silent receipt printer may hold our questions as text: clear its line before somebody prints on it.
    say(line, b"\x1b@")
    line.finish()
    return Found()


def _escpos(line: Line, limits: Limits, status: Status) -> Found:
    """The model is sent as ``_`` text NUL."""
    told = _answer(line, b"\x1dIC", re.compile(rb"_([^\x00]{1,80})\x00"), limits)
    return Found("escpos", _plain(told), cause=status.cause)


def _zpl(line: Line, limits: Limits, status: Status) -> Found:
    """~HI tells ``MODEL,VERSION,dots per mm,memory``; Link-OS printers tell the width they are set to."""
    told = _answer(line, b"~HI", re.compile(rb"\x02([^\x03]{1,200})\x03"), limits)
    parts = _plain(told).split(",")
    per_mm = int(parts[2]) if len(parts) > 2 and parts[2].isdecimal() and len(parts[2]) < 3 else 0  # noqa: PLR2004
    width = _dots(line, "ezpl.print_width", limits)
    height = _dots(line, "zpl.label_length", limits)
    return Found(
        "zpl",
        parts[0],
        _DPI.get(per_mm, 0),
        width // per_mm if per_mm else 0,
        height // per_mm if per_mm else 0,
        status.cause,
    )


def _tspl(line: Line, limits: Limits, status: Status) -> Found:
    told = _answer(line, b"~!T\r\n", re.compile(rb"([^\r\n]{1,80})\r?\n"), limits)
    return Found("tspl", _plain(told), cause=status.cause)


_DETAILS: dict[str, Callable[[Line, Limits, Status], Found]] = {"escpos": _escpos, "zpl": _zpl, "tspl": _tspl}


def _dots(line: Line, name: str, limits: Limits) -> int:
    told = _answer(line, f'! U1 getvar "{name}"\r\n'.encode(), re.compile(rb'"(\d{1,5})"'), limits)
    return int(told) if told else 0


class _Catcher:
    """Collects what is said until a pattern shows."""

    def __init__(self, pattern: re.Pattern[bytes]) -> None:
        self._pattern = pattern
        self._heard = b""

    def hear(self, data: bytes) -> None:
        self._heard = (self._heard + data)[-1000:]

    def match(self) -> re.Match[bytes] | None:
        return self._pattern.search(self._heard)


def _answer(line: Line, question: bytes, pattern: re.Pattern[bytes], limits: Limits) -> bytes:
    catcher = _Catcher(pattern)
    say(line, question)
    listen(line, catcher, catcher.match, limits.status_s)
    match = catcher.match()
    return match[1] if match else b""


def _plain(told: bytes) -> str:
    return clean(told.decode("ascii", "replace"))[:_NAME_LENGTH]


def misfit(printer: Found, language: str, media: str, dpi: int) -> str:
    """Return the sentence that tells where the settings and the printer disagree, empty when they agree."""
    if printer.language and printer.language != language:
        return f"The printer speaks {printer.language}, not {language}."
    if printer.dpi and printer.dpi != dpi:
        return f"The printer has {printer.dpi} dpi, not {dpi}."
    if media not in MEDIA:
        raise BadPrinter(f"There is no media {media!r}.")
    medium = MEDIA[media]
    return misfit_width(printer.width_mm, media) or _misfit_height(printer.height_mm, medium.height_mm)


def misfit_width(width_mm: int, media: str) -> str:
    """Return the sentence when ``width_mm`` (0: not known) is not what the medium needs."""
    wanted = MEDIA[media].print_mm
    if width_mm and abs(width_mm - wanted) > _TOLERANCE_MM:
        return f"The printer prints {width_mm} mm wide, {media} needs {wanted} mm."
    return ""


def _misfit_height(told_mm: int, wanted_mm: int | None) -> str:
    if told_mm and wanted_mm and abs(told_mm - wanted_mm) > _TOLERANCE_MM:
        return f"The printer holds labels {told_mm} mm long, not {wanted_mm} mm."
    return ""
