"""The labels in a ZPL file, each whole by itself: the same on any printer, and leaving nothing in it.

A file may set something in a first format and draw in a second, keep a logo in the printer and call it up in
each label, or be made of a template and its values. Here all of that is put together, so that each label
begins with what it needs said and ends with the usual values: what was printed before does not change it, and
it does not change what is printed behind it.
"""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace

from PIL import Image

from printers.errors import BadDocument
from printers.languages.zpl import runlength
from printers.supplied import zpl_graphics, zpl_rules, zpl_state
from printers.supplied.sizes import PAGE_LIMIT
from printers.supplied.zpl_state import CODE_PAGES, PAIRS, UTF8, State
from printers.supplied.zpl_stream import Command, Stream

_EXPANDED_LIMIT = 20_000
_HIGH = re.compile(rb"[\x80-\xff]")
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# Bytes that must not reach a printer inside a text: marks of commands, and what some take for one.
_TELLING = re.compile(rb"[\^~]|!(?= U)")
_INK = {b"GF", b"GB", b"GC", b"GD", b"GE"}
_TEXTS = {b"FD", b"FV", b"SN"}


@dataclass
class Page:
    """One label: its commands, of which the settings stand for themselves, and the size it names."""

    commands: list[Command] = field(default_factory=list)
    width: int = 0
    height: int = 0
    is_for_later: bool = False

    @property
    def has_ink(self) -> bool:
        """Whether anything comes out."""
        names = {command.name for command in self.commands}
        return bool(_INK & names) or any(c.name == b"FD" and c.rest.strip() for c in self.commands)

    def written(self, width: int, height: int) -> bytes:
        """The bytes for a printer whose paper is so many dots wide and high (0: a roll, the label's own)."""
        head = b"^XA^PW%d" % width + (b"^LL%d" % (height or self.height) if height or self.height else b"")
        return head + written([*self.commands, *State().commands()]) + b"^PQ1,0,1,Y^XZ\n"


def written(commands: Iterable[Command]) -> bytes:
    """The commands as bytes, behind the usual settings; a setting that stands already is not said again."""
    stands: dict[bytes, bytes] = {}
    out: list[bytes] = []
    for command in (*State().commands(), *commands):
        if command.name in zpl_rules.KEPT:
            if stands.get(command.name) == command.rest:
                continue
            stands[command.name] = command.rest
        out.append(b"^" + command.name + command.rest)
    return b"".join(out)


def pages_of(data: bytes) -> list[Page]:
    """Return the labels that come out, in order; BadDocument when there is none or one cannot be made."""
    return _Reader(data).pages()


class _Reader:
    """Goes through the file once, as the printer would."""

    def __init__(self, data: bytes) -> None:
        self._stream = Stream(data)
        self._state = State()
        self._page: Page | None = None
        self._done: list[Page] = []
        self._pictures: dict[bytes, zpl_graphics.Graphic] = {}
        self._kept: dict[bytes, list[Command]] = {}
        self._recalled: set[bytes] = set()
        self._saved_as: dict[int, bytes] = {}
        self._template: bytes | None = None
        self._values: dict[bytes, list[Command]] = {}
        self._field: list[Command] = []
        self._is_filled_in = False
        self._count = 0
        self._special: tuple[tuple[Collection[bytes], Callable[[Command], Iterable[Command]]], ...] = (
            ({b"XG", b"IM"}, self._called),
            ({b"IS", b"IL", b"DF", b"XF"}, self._kept_or_called),
            (_TEXTS, self._text),
            ({b"FN"}, self._placed),
        )

    def pages(self) -> list[Page]:
        if self._stream.has_pairs:
            self._state = replace(self._state, encoding=PAIRS)
        for command in self._stream:
            self._do(command)
        if self._page is not None:
            raise BadDocument("The label is not whole: its end (^XZ) is missing.")
        if not self._done:
            raise BadDocument("This is not a ZPL label: there is no ^XA.")
        out = [page for page in self._done if page.has_ink and not self._is_only_kept(page)]
        if not out:
            raise BadDocument("The label prints nothing.")
        if len(out) > PAGE_LIMIT:
            raise BadDocument(f"The file has {len(out)} labels; at most {PAGE_LIMIT} belong to a parcel.")
        return out

    def _is_only_kept(self, page: Page) -> bool:
        return page.is_for_later or self._saved_as.get(id(page), b"?") in self._recalled

    def _do(self, command: Command) -> None:
        self._count += 1
        if self._count > _EXPANDED_LIMIT:
            raise BadDocument("The label has more commands than any label.")
        zpl_rules.check(command)
        if command.name == b"XA":
            self._begin()
        elif command.name == b"XZ":
            self._end()
        elif command.name in {b"DG", b"DY"}:
            if command.graphic is None:
                raise BadDocument(zpl_rules.refusal(command))
            self._pictures[_key(command.rest)] = command.graphic
        elif command.name in zpl_rules.KEPT:
            self._set(command)
        elif command.name in zpl_rules.DRAWN or command.name in zpl_rules.STORED or command.name == b"GF":
            self._draw(command)

    def _begin(self) -> None:
        if self._page is not None:
            raise BadDocument("The label begins twice (^XA) before it ends (^XZ).")
        self._page, self._values, self._field, self._is_filled_in = Page(), {}, [], False
        self._page.commands += self._state.commands()

    def _end(self) -> None:
        page = self._page
        if page is None:
            raise BadDocument("The label ends (^XZ) before it begins (^XA).")
        page.width, page.height = self._state.width, self._state.height
        if self._template is not None:
            self._kept[self._template], page.is_for_later = page.commands, True
        else:
            page.commands = [one for command in page.commands for one in self._filled(command)]
        self._done.append(page)
        self._page, self._template = None, None

    def _filled(self, command: Command) -> list[Command]:
        """A place of a form with its value in it; an empty one is left out."""
        return self._values.get(command.rest, []) if command.name == b"FN" else [command]

    def _set(self, command: Command) -> None:
        """Take over a setting, and say in the label what the fields behind it need."""
        before = self._state
        self._state = zpl_state.changed(self._state, command)
        if self._page is not None:
            said = set(before.commands())
            self._page.commands += (one for one in self._state.commands() if one not in said)

    def _draw(self, command: Command) -> None:
        if self._page is None:
            if command.name in {b"FS", b"FX"}:
                return
            raise BadDocument(f"The label draws ({command.shown}) outside of ^XA and ^XZ.")
        for one in self._drawn(command):
            self._field = [] if one.name == b"FS" else [*self._field, one]
            if one.name != b"FN" or self._template is not None or command.name == b"XF":
                self._page.commands.append(one)

    def _drawn(self, command: Command) -> Iterable[Command]:
        """What comes of one command of a label."""
        if command.name == b"GF" and command.graphic:
            return [graphic_of(zpl_graphics.picture(command.graphic), (1, 1))]
        for names, special in self._special:
            if command.name in names:
                return special(command)
        if command.name in {b"FS", b"FR"}:
            return [Command(b"^", command.name, b"")]
        dense = b"".join(command.rest.split())
        return [Command(b"^", command.name, dense if command.name == b"FH" else dense.upper())]

    def _called(self, command: Command) -> Iterable[Command]:
        """``^XGR:A.GRF,2,2``: a picture that this file brought along."""
        graphic = self._pictures.get(_key(command.values[0]))
        if graphic is None:
            raise BadDocument(
                f"The label calls up a picture ({command.shown}) that it does not bring: it is stored in"
                " some printer."
            )
        scale = [int(value) if value.isdigit() else 1 for value in command.values[1:3]]
        wide, high = ([*scale, 1, 1] if command.name == b"XG" else [1, 1])[:2]
        return [graphic_of(zpl_graphics.picture(graphic), (min(max(wide, 1), 10), min(max(high, 1), 10)))]

    def _kept_or_called(self, command: Command) -> Iterable[Command]:
        """``^IS`` and ``^DF`` keep what is in the label so far or all of it; ``^IL``, ``^XF`` call it up."""
        assert self._page is not None
        name = command.name[:1] + _key(command.values[0])
        if command.name == b"DF":
            self._template = b"X" + name[1:]
            return []
        if command.name == b"IS":
            self._kept[name] = list(self._page.commands)
            if (command.values[1:2] or [b"Y"])[0].upper() == b"N":
                self._saved_as[id(self._page)] = name
            return []
        if name not in self._kept:
            raise BadDocument(
                f"The label calls up a form ({command.shown}) that it does not bring along; it is stored in"
                " some printer."
            )
        self._recalled.add(name)
        self._is_filled_in = self._is_filled_in or command.name == b"XF"
        self._count += len(self._kept[name])
        return [*self._kept[name], *self._state.commands()]

    def _placed(self, command: Command) -> Iterable[Command]:
        """``^FN1``: in a form a place, in a label that calls one up the number of the value that follows."""
        digits = command.values[0].split(b'"')[0]
        return [Command(b"^", b"FN", digits)] if digits.isdigit() else []

    def _text(self, command: Command) -> Iterable[Command]:
        text = command.rest
        if command.name == b"SN":
            text = text.split(b",")[0]
        if _CONTROL.search(text):
            raise BadDocument("The label contains control characters.")
        text = self._in_one_encoding(b"".join(text.splitlines()))
        mark = next((one.rest[:1] or b"_" for one in reversed(self._field) if one.name == b"FH"), b"")
        made: list[Command] = []
        if _TELLING.search(text):
            if not mark:
                mark = b"_"
                text = text.replace(b"_", b"_5F")
                made.append(Command(b"^", b"FH", b"_"))
            text = _TELLING.sub(lambda found: mark + b"%02X" % found[0][0], text)
        made.append(Command(b"^", b"FD", text))
        number = next((one.rest for one in reversed(self._field) if one.name == b"FN"), None)
        if number is not None and self._is_filled_in:
            self._values[number] = made
            return []
        return made

    def _in_one_encoding(self, text: bytes) -> bytes:
        """Refuse letters whose meaning hangs on what was printed before."""
        encoding = self._state.encoding
        if not _HIGH.search(text):
            return text
        if encoding is None:
            raise BadDocument("The label has Chinese or accented letters but no character set (^CI28).")
        try:
            letters = text.decode(CODE_PAGES[encoding])
        except UnicodeDecodeError as error:
            if encoding == UTF8:
                raise BadDocument("The letters in the label are not UTF-8, as it says (^CI28).") from error
            raise BadDocument(
                f"The letters in the label are not of the character set it names (^CI{encoding})."
            ) from error
        return letters.encode() if encoding == PAIRS else text


def _key(name: bytes) -> bytes:
    """``R:LOGO.GRF`` is the picture LOGO, in whatever memory."""
    plain = b"".join(name.split()).upper()
    return plain.split(b":")[-1].split(b".")[0]


def graphic_of(ink: Image.Image, scale: tuple[int, int]) -> Command:
    """A picture (white is ink) as ``^GFA``, written short."""
    if scale != (1, 1):
        ink = ink.resize((ink.width * scale[0], ink.height * scale[1]), Image.Resampling.NEAREST)
    per_row = -(-ink.width // 8)
    total = per_row * ink.height
    if total > zpl_graphics.UNPACKED_LIMIT:
        raise BadDocument("The picture in the label is larger than any label (^GF).")
    head = b"A,%d,%d,%d," % (total, total, per_row)
    return Command(b"^", b"GF", head + runlength(per_row, ink.tobytes()))
