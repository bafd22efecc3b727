"""What stays from field to field in ZPL, and its usual values."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from printers.errors import BadDocument
from printers.supplied.sizes import DOT_LIMIT
from printers.supplied.zpl_stream import Command

UTF8 = 28
PAIRS = 26
# One byte a character, or UTF-8.
CODE_PAGES = {**dict.fromkeys(range(14), "cp850"), 27: "cp1252", UTF8: "utf-8", PAIRS: "gb18030"}


@dataclass(frozen=True)
class State:
    """What stays from field to field. Dots; the usual values of a printer that was just switched on."""

    home: tuple[int, int] = (0, 0)
    shift: int = 0
    reverse: bytes = b"N"
    turn: bytes = b"N"
    font: bytes = b"A,9,5"
    bars: bytes = b"2,3.0,10"
    encoding: int | None = None
    width: int = 0
    height: int = 0

    def commands(self) -> Iterator[Command]:
        """Say all of it."""
        x, y = max(0, self.home[0] - self.shift), self.home[1]
        yield Command(b"^", b"LH", b"%d,%d" % (x, y))
        yield Command(b"^", b"LR", self.reverse)
        yield Command(b"^", b"FW", self.turn)
        yield Command(b"^", b"CI", b"%d" % self.page)
        yield Command(b"^", b"CF", self.font)
        yield Command(b"^", b"BY", self.bars)

    @property
    def page(self) -> int:
        """The code page that is told to the printer: what was GB 18030 is rewritten as UTF-8."""
        return UTF8 if self.encoding == PAIRS else self.encoding or 0


def changed(state: State, command: Command) -> State:  # noqa: PLR0911 - one way out for each command
    """What stands behind the command; BadDocument for a value no printer knows."""
    values = command.values
    if command.name in {b"PW", b"LL"}:
        dots = _number(command, values[0])
        if not 0 < dots <= DOT_LIMIT:
            raise BadDocument(f"The label has an impossible size (^{command.name.decode()}).")
        return replace(state, width=dots) if command.name == b"PW" else replace(state, height=dots)
    if command.name == b"LH":
        kept = [*values, b"", b""][:2]
        x, y = (
            _number(command, value) if value else old for value, old in zip(kept, state.home, strict=True)
        )
        return replace(state, home=(x, y))
    if command.name == b"LS":
        return replace(state, shift=_number(command, values[0]) if values[0] else 0)
    if command.name == b"CI":
        return replace(state, encoding=_code_page(values[0]))
    value = values[0].upper() or b"N"
    if command.name == b"LR":
        return replace(state, reverse=b"Y" if value == b"Y" else b"N")
    if command.name == b"FW":
        if value not in (b"N", b"R", b"I", b"B"):
            raise BadDocument(f"The label contains {command.shown}, which the station does not pass on.")
        return replace(state, turn=value)
    if command.name == b"CF":
        return replace(state, font=_together(command, state.font.split(b",")))
    return replace(state, bars=_together(command, state.bars.split(b",")))


def _together(command: Command, old: list[bytes]) -> bytes:
    """``^BY,,120`` leaves the first two values as they were; ``^CF0,30`` takes the width from the height."""
    values = [value.upper() for value in command.values[:3]]
    if any(not re.fullmatch(rb"[0-9A-Z@.]{0,6}", value) for value in values):
        raise BadDocument(f"The label contains {command.shown}, which the station does not pass on.")
    if command.name == b"CF":
        font = values[0] or old[0]
        sizes = values[1:] if any(values[1:]) else []
        return b",".join([font, *sizes]) if sizes else b",".join([font, *(old[1:] if not values[0] else [])])
    return b",".join(new or kept for new, kept in zip([*values, b"", b"", b""], old, strict=False))


def _number(command: Command, digits: bytes) -> int:
    if not re.fullmatch(rb"-?\d{1,5}", digits):
        raise BadDocument(f"The label contains {command.shown}, which the station does not pass on.")
    return int(digits)


def _code_page(digits: bytes) -> int:
    if not digits.isdigit() or int(digits) not in CODE_PAGES:
        page = digits.decode("ascii", "replace")
        raise BadDocument(f"The label uses a character set the station cannot check (^CI{page}).")
    return int(digits)
