"""TSPL made by others: which commands may pass, and the picture of the few that only set dots."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from printers.errors import BadDocument
from printers.supplied.sizes import DOT_LIMIT, PAGE_LIMIT

# What a printer may act on even inside a picture: reset, restart, pause, feed, cancel, dump mode.
_IMMEDIATE = re.compile(rb"\x1b![CDFOPQR.]|~!D")
# Two metres, in each unit: longer is not a label but a roll of paper gone.
_SIDE_LIMITS = {b"mm": 2000, b"dot": DOT_LIMIT, b"": 80}
_BITMAP = re.compile(rb"BITMAP +(-?\d{1,5}), *(-?\d{1,5}), *(\d{1,4}), *(\d{1,5}), *([012]),")
_NEWLINE = re.compile(rb"\r?\n|\Z")
_CONTROL = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")
_NUMBER = rb"-?\d{1,6}(?:\.\d{1,3})?"
_LENGTH = rb"\d{1,5}(?:\.\d{1,4})? ?(?:mm|dot)?"
_PARTS = re.compile(rb"([\d.]+) ?(mm|dot|)")
# A quote inside a text is written \["]. What stands outside of texts cannot be a variable.
_TEXT = rb'"(?:\\\["\]|[^"])*+"'
_WORD = rb"[A-Z]\d{0,5}"


def _list_of(item: bytes, least: int, most: int) -> re.Pattern[bytes]:
    return re.compile(rb"(?:%b)(?: ?, ?(?:%b)){%d,%d}" % (item, item, least - 1, most - 1))


_SYMBOL = _list_of(_NUMBER + b"|" + _TEXT + b"|" + _WORD, 4, 16)
_RULES: dict[bytes, re.Pattern[bytes]] = {
    b"SIZE": _list_of(_LENGTH, 1, 2),
    b"REFERENCE": _list_of(_NUMBER, 2, 2),
    # A mirrored picture cannot be read.
    b"DIRECTION": re.compile(rb"[01](?: ?, ?0)?"),
    b"CODEPAGE": re.compile(rb"[A-Z0-9-]{1,8}"),
    b"CLS": re.compile(rb""),
    b"BAR": _list_of(_NUMBER, 4, 4),
    b"BOX": _list_of(_NUMBER, 5, 6),
    b"CIRCLE": _list_of(_NUMBER, 4, 4),
    b"ELLIPSE": _list_of(_NUMBER, 5, 5),
    b"DIAGONAL": _list_of(_NUMBER, 5, 5),
    b"ERASE": _list_of(_NUMBER, 4, 4),
    b"REVERSE": _list_of(_NUMBER, 4, 4),
    b"TEXT": _list_of(_NUMBER + b"|" + _TEXT, 7, 8),
    b"BLOCK": _list_of(_NUMBER + b"|" + _TEXT, 9, 12),
    b"BARCODE": _list_of(_NUMBER + b"|" + _TEXT, 9, 10),
    **dict.fromkeys((b"QRCODE", b"DMATRIX", b"PDF417", b"MPDF417", b"AZTEC"), _SYMBOL),
    b"PRINT": re.compile(rb"1(?: ?, ?1)?"),
}
_DRAWING = {
    *(b"BITMAP", b"BAR", b"BOX", b"CIRCLE", b"ELLIPSE", b"DIAGONAL", b"TEXT", b"BLOCK", b"BARCODE"),
    *(b"QRCODE", b"DMATRIX", b"PDF417", b"MPDF417", b"AZTEC"),
}
REASONS = {
    "changes the printer": b"DIRECTION INITIALPRINTER",
    "uses what is stored in the printer": b"DOWNLOAD KILL MOVE RUN EOP PUTBMP PUTPCX FILES COPY COUNTER",
    "acts on the printer at once": (
        b"CUT FEED BACKFEED BACKUP FORMFEED HOME SELFTEST AUTODETECT GAPDETECT BLINEDETECT OUT INP SOUND "
        b"BEEP EOJ DELAY DISPLAY"
    ),
}


_NOT_ONE = "This is not exactly one TSPL label from SIZE and CLS to PRINT."
_KEPT = (b"DIRECTION", b"REFERENCE", b"CODEPAGE")
_USUAL = {b"DIRECTION": b"0", b"REFERENCE": b"0,0"}
# The operator's settings and the paper's: the label comes out without them too.
_LEFT_OUT = frozenset(b"DENSITY SPEED SET OFFSET SHIFT LIMITFEED COUNTRY GAP BLINE REM".split())


class Command(NamedTuple):
    """One line: its name, what stands behind it, and the raw dots of a ``BITMAP``."""

    name: bytes
    rest: bytes
    dots: bytes = b""

    @property
    def line(self) -> bytes:
        """As a printer reads it."""
        return self.rest + self.dots if self.name == b"BITMAP" else (self.name + b" " + self.rest).rstrip()


def vet(data: bytes) -> None:
    """Raise BadDocument unless ``data`` are labels and nothing else."""
    labels_of(data)


def acts(commands: list[Command]) -> bool:
    """Whether dots of a picture may be taken for a command: such a label is printed as its picture."""
    return any(_IMMEDIATE.search(command.dots) for command in commands)


def labels_of(data: bytes) -> list[list[Command]]:
    """Return the commands of each label, its SIZE first; what an earlier one set counts in it too."""
    size, state = Command(b"", b""), {name: Command(name, rest) for name, rest in _USUAL.items()}
    body: list[Command] | None = None
    found: list[list[Command]] = []
    for command in _commands(data.removeprefix(b"\xef\xbb\xbf")):
        name = command.name
        if name == b"PRINT" and body is not None and size.name:
            if not _DRAWING.intersection(one.name for one in body):
                raise BadDocument("The label prints nothing.")
            found.append([size, *state.values(), *body])
            body = None
        elif name == b"SIZE" and body is None:
            size = command
        elif name in _KEPT and body is None:
            state[name] = command
        elif name == b"CLS" and body is None:
            body = []
        elif body is not None and name not in {b"SIZE", b"CLS", b"PRINT"}:
            body.append(command)
        else:
            raise BadDocument(_NOT_ONE)
    if not found or body is not None:
        raise BadDocument(_NOT_ONE)
    if len(found) > PAGE_LIMIT:
        raise BadDocument(f"The file has {len(found)} labels; at most {PAGE_LIMIT} belong to a parcel.")
    return found


def written(commands: list[Command], width_mm: int, height_mm: int) -> bytes:
    """The label for a printer that holds this paper; all that could stay from an earlier one is said anew."""
    lines = [b"SIZE %d mm,%d mm" % (width_mm, height_mm)]
    kept = [command for command in commands[1:] if command.name in _KEPT]
    drawn = [command for command in commands[1:] if command.name not in _KEPT]
    lines += [command.line for command in kept] + [b"CLS"] + [command.line for command in drawn]
    return b"\r\n".join([*lines, b"PRINT 1,1", *(_line_of(_USUAL))]) + b"\r\n"


def _line_of(state: dict[bytes, bytes]) -> list[bytes]:
    return [name + b" " + rest for name, rest in state.items()]


def _commands(data: bytes) -> Iterator[Command]:
    at = 0
    while at < len(data):
        match = _BITMAP.match(data, at)
        if match:
            end = match.end() + int(match[3]) * int(match[4])
            if not end > match.end() or end > len(data):
                raise BadDocument("The picture in the label is damaged (BITMAP).")
            yield Command(b"BITMAP", data[at : match.end()], data[match.end() : end])
            at = end
            continue
        line = _NEWLINE.search(data, at)
        assert line
        text, at = data[at : line.start()].strip(b" \t"), max(line.end(), at + 1)
        if text and text.split()[0].upper() not in _LEFT_OUT:
            yield _line(text)


def _line(text: bytes) -> Command:
    name, _, rest = text.partition(b" ")
    name = name.upper()
    if b"~!" in text:
        raise BadDocument("The label contains ~!, which acts on the printer at once.")
    if _CONTROL.search(text):
        raise BadDocument("The label contains control characters.")
    rest = rest.strip()
    if name not in _RULES or not _RULES[name].fullmatch(rest):
        raise BadDocument(_refusal(name))
    if name == b"SIZE" and any(side > _SIDE_LIMITS[unit] for side, unit in lengths(rest)):
        raise BadDocument("The label has an impossible size (SIZE).")
    return Command(name, rest)


def lengths(rest: bytes) -> list[tuple[float, bytes]]:
    """Return numbers and units: ``mm``, ``dot``, or nothing for inches."""
    return [(float(part[1]), part[2]) for part in _PARTS.finditer(rest)]


def _refusal(name: bytes) -> str:
    shown = "".join(letter for letter in name[:16].decode("ascii", "replace") if letter.isprintable())
    if name == b"PRINT":
        return "The label asks for more than one copy (PRINT); one label is printed at a time."
    for reason, names in REASONS.items():
        if name.upper() in names.split():
            return f"The label contains {shown}, which {reason}."
    if name in _RULES or name == b"BITMAP":
        return f"The station cannot check what the label says at {shown}."
    return f"The label contains {shown}, which the station does not pass on."
