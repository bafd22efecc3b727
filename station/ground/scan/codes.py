"""What a scan says: the resolver of domain §4.2, without a database, a clock or a guess.

Everything is tried in a fixed order; what the present step expects is tried first, because a
13-digit string can be an EAN or a carrier's number. Only exact matches count. Whatever bytes arrive,
the answer is a `Code` (at worst of kind UNKNOWN) or a `CodeError` with a code of the catalogue.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from station.ground.documents.check_char import has_right_check, internal
from station.ground.scan import elements, gs1, keyboards, label_dates, shop_codes, spellings
from station.ground.scan.cleaning import LIMIT, clean, show
from station.ground.scan.kinds import COMMANDS, PREFIXES, Code, CodeError, Kind, Known
from station.ground.scan.trade import DIGITS, Question, Seen, find_gs1, find_product

__all__ = ["completions", "internal", "resolve"]

_INTERNAL = re.compile(r"[A-Z]{2}[0-9A-Z]{2,40}")
_DAY = re.compile(r"[0-9]{8}|[0-9]{6}")
_YEARS = range(1970, 2100)
"""Of a typed day; ``17280331`` is what a label says (AI 17), no day of 1728."""
_PARTED = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")


_Finder = Callable[[Question], Code | None]


def resolve(raw: str, expected: frozenset[Kind], known: Known, seen: Seen | None = None) -> Code:
    """What `raw` is, trying the `expected` kinds first. Raises only `CodeError`."""
    shown = show(raw)
    if len(raw) > LIMIT:
        return Code(Kind.UNKNOWN, "", shown)
    text, aim = clean(raw)
    question = Question(text, aim, expected, known, shown, seen or Seen())
    if not text or not text.replace(gs1.GS, "").isprintable():
        return question.code(Kind.UNKNOWN)
    wrong: list[CodeError] = []
    for kinds, finder in _FINDERS:
        code = _attempt(finder, question, wrong) if kinds & expected else None
        if code is not None and code.kind in expected:
            return code
    for kinds, finder in _FINDERS:
        code = None if kinds & _PAD_KINDS else _attempt(finder, question, wrong)
        if code is not None:
            return code
    if wrong:
        raise wrong[0]
    return question.code(_left_over(question))


def _left_over(question: Question) -> Kind:
    """The kind of a text that is nothing of ours; raises when it is something of ours gone wrong."""
    if Kind.TEXT in question.expected:
        return Kind.TEXT
    if Kind.DATE in question.expected and (_DAY.fullmatch(question.text) or _PARTED.fullmatch(question.text)):
        return Kind.DATE  # a mistyped date: its step says so
    _say_what_is_wrong(question)
    return Kind.UNKNOWN


def _attempt(finder: _Finder, question: Question, wrong: list[CodeError]) -> Code | None:
    """What `finder` says. A wrong check digit or separator is kept: the text may mean something else
    (a carrier's number can start with 00 or 01); an ambiguous article can not.
    """
    try:
        return finder(question)
    except CodeError as error:
        if error.code == "E-BAR-02":
            raise
        wrong.append(error)
        return None


def _pad(question: Question) -> Code | None:
    text = question.text
    if Kind.DATE in question.expected and (day := _day(text, question.seen.year)):
        return question.code(Kind.DATE, day)
    if not DIGITS.fullmatch(text):
        return None
    if Kind.QUANTITY in question.expected and len(text) <= 5:  # noqa: PLR2004
        return question.code(Kind.QUANTITY)
    return None


def _day(text: str, year: int) -> str:
    """The day that was typed, as ``yyyymmdd``: all eight digits, the six ``yymmdd`` of a pack, or with signs
    between. Day 00 is a month of which the pack says no day. Empty when no calendar has it.
    """
    if parted := _PARTED.fullmatch(text):
        text = f"{parted[1]}{int(parted[2]):02}{int(parted[3]):02}"
    if not _DAY.fullmatch(text):
        return ""
    if len(text) == label_dates.SIX:
        text = f"{label_dates.century(int(text[:2]), year)}{text[2:]}"
    found = label_dates.read(text[2:], int(text[:4]), last=True)
    return text if found.day is not None and found.day.year in _YEARS else ""


def _command(question: Question) -> Code | None:
    for text in keyboards.readings(question.text):
        if text.upper() in COMMANDS:
            return question.code(Kind.COMMAND, text.upper())
    return None


def _internal(question: Question) -> Code | None:
    for meant in keyboards.readings(question.text):
        text = meant.upper().replace("-", "").strip("*")
        kind = PREFIXES.get(text[:2]) if meant.isascii() else None
        if kind is not None and _INTERNAL.fullmatch(text) and has_right_check(text):
            return question.code(kind, text)
    return None


def _waybill(question: Question) -> Code | None:
    text = question.text.upper()
    return question.code(Kind.WAYBILL, text) if question.known.waybill(text) else None


def _notice(question: Question) -> Code | None:
    return question.code(Kind.NOTICE) if question.known.notice(question.text) else None


_TYPED = re.compile(r"[A-Z0-9]{2,30}")


def completions(raw: str, expected: frozenset[Kind]) -> list[Code]:
    """What `raw` may stand for when a person typed it as it is printed: without prefix or check character.

    One candidate for each of our own kinds that are expected; whether it exists is for others to say.
    """
    text = re.sub(r"[\s-]", "", clean(raw)[0]).upper()
    if not _TYPED.fullmatch(text):
        return []
    shown = show(raw)
    bodies = {prefix: text.removeprefix(prefix) for prefix, kind in PREFIXES.items() if kind in expected}
    return [Code(PREFIXES[prefix], internal(prefix, body), shown) for prefix, body in bodies.items() if body]


_PAD_KINDS = frozenset({Kind.QUANTITY, Kind.DATE})
_FINDERS: tuple[tuple[frozenset[Kind], _Finder], ...] = (
    (_PAD_KINDS, _pad),
    (frozenset({Kind.COMMAND}), _command),
    (frozenset(PREFIXES.values()), _internal),
    (frozenset({Kind.PRODUCT, Kind.SSCC, Kind.LABEL}), find_gs1),
    (frozenset({Kind.PRODUCT}), find_product),
    (frozenset({Kind.WAYBILL}), _waybill),
    (frozenset({Kind.NOTICE}), _notice),
)


def _say_what_is_wrong(question: Question) -> None:
    """Nothing matched: if the text has the shape of something with a check digit, say that it is
    wrong; if it is a GS1 string that does not parse, say that a separator is lost.
    """
    text = question.text.upper().replace("-", "")
    if text[:2] in PREFIXES and re.fullmatch(r"[A-Z]{2}[0-9A-Z]{3,40}", text) and not has_right_check(text):
        raise CodeError("E-GS1-02")
    if elements.is_packed_link(question.text):
        raise CodeError("E-GS1-06")
    if gs1.looks_like(question.text, question.aim):
        try:
            gs1.reading(question.text)
        except elements.Unreadable as error:
            raise CodeError("E-GS1-03" if error.is_torn else "E-GS1-07") from None
    wants_product = Kind.PRODUCT in question.expected and Kind.WAYBILL not in question.expected
    if wants_product and shop_codes.is_own(question.text) and not _fits_a_pattern(question):
        raise CodeError("E-BAR-03", raw=question.shown)
    if wants_product and spellings.is_misread(question.text, question.aim):
        raise CodeError("E-GS1-02")


def _fits_a_pattern(question: Question) -> bool:
    return shop_codes.read(question.text, question.seen.patterns) is not None
