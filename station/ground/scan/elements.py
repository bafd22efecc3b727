"""GS1 element strings taken apart (domain §4.3): what is written, before anybody asks what it means.

`biip` knows the application identifiers and the shape of their values. How they follow each other is read
here: a variable value ends at a separator or at the end and nowhere else (T93), a value of fixed length needs
no separator whatever table it stands in, a date is six digits even where no calendar has it, and only plain
digits are digits. Four notations are read: the element string of a bar code, the brackets printed under it,
the address of a Digital Link, and separators that a scanner or a keyboard replaced by a sign that no value
may hold.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple
from urllib.parse import unquote

from biip import ParseError
from biip.gs1_application_identifiers import GS1ApplicationIdentifier

GS = "\x1d"
DATES = frozenset({"11", "12", "13", "15", "16", "17"})
"""Whose value is any six digits: whether it is a day is asked later, so that it can be said."""
GTINS = frozenset({"01", "02", "03"})
HRI = re.compile(r"[(\[]([0-9]{2,4})[)\]]")
_LINK = re.compile(r"https?://[^/?#\s]+|id\.gs1\.org(?=/)", re.IGNORECASE)
_PACKED = re.compile(r"(?:https?://)?(?:[^/?#]*\.)?gs1\.[^/?#]+/[A-Za-z0-9_-]{12,}/?", re.IGNORECASE)
_FNC1 = re.compile(
    r"\[(?:GS|FNC1)\]|\{FNC1\}|<FNC1>|\\x1d|\\F(?=[0-9])|\\u001d|&#29;|\^\]|␝|[èñ]", re.IGNORECASE
)
"""How programs and keyboards write the separator; what all doors take (``|``, ``<GS>``) is gone before."""
_ISO_15434 = "[)>05" + GS
"""What stands before the same content in the envelope of ISO 15434, without its control signs."""
_SIGNS = ("~d029", "~1", "^", "~", "@", "#", "`")
"""Signs that no value may hold, some as printers write them: between two values they can only separate."""
_PRIMARY = frozenset({"00", "01", "8006", "8003", "8004", "8010", "8013", "8017", "8018"}) | frozenset(
    {"253", "255", "401", "402", "414", "415", "417"}
)
_NAMES = {"gtin": "01", "itip": "8006", "sscc": "00", "gln": "414", "cpv": "22", "lot": "10", "ser": "21"} | {
    "exp": "17"
}
_LETTERS = re.compile(r"[\x20-\x7e]+")


class Element(NamedTuple):
    """One value and what it is, by the number of its application identifier."""

    ai: str
    value: str


class Unreadable(ValueError):
    """Not a whole element string; `is_torn` when a lost separator may be why."""

    def __init__(self, what: str, *, is_torn: bool = False) -> None:
        super().__init__(what)
        self.is_torn = is_torn


class Split(NamedTuple):
    """Elements in their order. `open_value` is the last one's value when only the end ended it, `odd` says
    that a value holds signs which the standard does not have.
    """

    elements: tuple[Element, ...]
    open_value: str = ""
    odd: bool = False


def is_link(text: str) -> bool:
    """Whether this is a web address."""
    return _LINK.match(text) is not None


def is_packed_link(text: str) -> bool:
    """Whether this is a Digital Link in its compressed form: it takes the standard's tables to read one."""
    return _PACKED.fullmatch(text.partition("?")[0]) is not None


def split(text: str) -> Split:
    """The elements of `text`; raises `Unreadable`."""
    if is_link(text):
        return Split(tuple(_link(text)))
    text = _FNC1.sub(GS, text.removeprefix(_ISO_15434)).strip(" " + GS)
    if not text.isascii() or not text:
        raise Unreadable("no plain characters", is_torn=True)
    if HRI.match(text):
        return _bracketed(text)
    return _with_signs(text) if any(sign in text for sign in _SIGNS) else _parts(text)


def _with_signs(text: str) -> Split:
    """`text` as it stands if that is what the standard allows, else with its signs read as separators, if
    that can be in one way only, else as it stands.
    """
    ways: dict[tuple[Element, ...], Split] = {}
    for form in (text, *(text.replace(sign, GS).strip(GS) for sign in _SIGNS if sign in text)):
        try:
            found = _parts(form)
        except Unreadable:
            continue
        if not found.odd:
            ways.setdefault(found.elements, found)
    return next(iter(ways.values())) if len(ways) == 1 else _parts(text)


def _parts(text: str) -> Split:
    elements: list[Element] = []
    odd = False
    for part in text.split(GS):
        rest = part.strip()
        while rest:
            element, after, is_odd = _next(rest)
            rest = after.lstrip()
            elements.append(element)
            odd = odd or is_odd
    last = elements[-1] if elements else Element("", "")
    is_open = bool(last.ai) and size(last.ai) is None
    return Split(tuple(elements), last.value if is_open else "", odd)


def _next(rest: str) -> tuple[Element, str, bool]:
    """The first element, what follows it, and whether its value holds signs that no value should."""
    ai = _identifier(rest)
    length = size(ai)
    if length is None:
        value, after = rest[len(ai) :], ""
    else:
        value, after = rest[len(ai) : len(ai) + length], rest[len(ai) + length :]
    if fits(ai, value):
        return Element(ai, value), after, False
    if length is None and _is_almost(ai, value):
        return Element(ai, value), after, True
    raise Unreadable(f"({ai}) is not {value!r}", is_torn=length is None)


def _identifier(text: str) -> str:
    try:
        return str(GS1ApplicationIdentifier.extract(text).ai)
    except ParseError as error:
        raise Unreadable(f"{text[:4]!r} begins no value", is_torn=True) from error


@cache
def _known(ai: str) -> GS1ApplicationIdentifier | None:
    try:
        found = GS1ApplicationIdentifier.extract(ai)
    except ParseError:
        return None
    return found if found.ai == ai else None


@cache
def size(ai: str) -> int | None:
    """How long every value of `ai` is; None where it may be shorter or longer."""
    known = _known(ai)
    shape = known.format if known is not None else "[]"
    if "." in shape or "[" in shape:
        return None
    return sum(int(part) for part in re.findall(r"[A-Z]([0-9]+)", shape)) - len(ai)


@cache
def longest(ai: str) -> int:
    """The most characters that a value of `ai` has."""
    known = _known(ai)
    return sum(map(int, re.findall(r"[0-9]+", known.format))) - len(ai) if known else 0


def fits(ai: str, value: str) -> bool:
    """Whether this can be a value of `ai`."""
    if ai in DATES:
        return re.fullmatch(r"[0-9]{6}", value) is not None
    known = _known(ai)
    return known is not None and bool(value) and re.fullmatch(known.pattern, ai + value) is not None


def _is_almost(ai: str, value: str) -> bool:
    """Text of the right length, with a blank or a sign that many printers put there all the same."""
    known = _known(ai)
    is_text = known is not None and "X.." in known.format
    return is_text and len(value) <= longest(ai) and _LETTERS.fullmatch(value) is not None


# --- notations for people and browsers -----------------------------------------------------------


def _bracketed(text: str) -> Split:
    """``(01)06901234567892(10)AB``, as it is printed; brackets that hold no identifier belong to a value."""
    marks = [mark for mark in HRI.finditer(text) if _known(mark[1]) is not None]
    if not marks or marks[0].start():
        raise Unreadable("no identifier in the first brackets")
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    elements, odd = [], False
    for mark, end in zip(marks, ends, strict=True):
        value = text[mark.end() : end].strip(" " + GS)
        element, is_odd = _typed(mark[1], value)
        elements.append(element)
        odd = odd or is_odd
    return Split(tuple(elements), "", odd)


def _typed(ai: str, value: str) -> tuple[Element, bool]:
    """A value that stands for itself: a GTIN may lack its leading zeros, figures may be grouped by blanks."""
    tight = value.replace(" ", "")
    if ai in GTINS and tight.isdigit() and len(tight) in {8, 12, 13}:
        tight = tight.zfill(14)
    if fits(ai, tight):
        return Element(ai, tight), False
    if _is_almost(ai, value):
        return Element(ai, value), True
    raise Unreadable(f"({ai}) is not {value!r}")


def _link(text: str) -> list[Element]:
    """What a Digital Link says in its path and its query; other words of the address are nobody's."""
    path, _, query = text.partition("#")[0].partition("?")
    parts = [unquote(part) for part in path.split("/")[3 if "://" in path else 1 :]]
    begin = next((at for at, part in enumerate(parts) if _number(part) in _PRIMARY), len(parts))
    pairs = list(zip(parts[begin::2], parts[begin + 1 :: 2], strict=False))
    for word in re.split("[&;]", query):
        name, has_value, value = word.partition("=")
        if has_value:
            pairs.append((unquote(name), unquote(value)))
    elements = [_typed(_number(name), value)[0] for name, value in pairs if _known(_number(name)) and value]
    if begin == len(parts):
        raise Unreadable("an address without an identifier")
    return elements


def _number(name: str) -> str:
    return _NAMES.get(name.lower(), name)
