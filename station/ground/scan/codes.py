"""What a scan says: the resolver of domain §4.2, without a database, a clock or a guess.

Everything is tried in a fixed order; what the present step expects is tried first, because a
13-digit string can be an EAN or a carrier's number. Only exact matches count. Whatever bytes arrive,
the answer is a `Code` (at worst of kind UNKNOWN) or a `CodeError` with a code of the catalogue.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from biip.checksums import gs1_standard_check_digit

from station.ground.documents.check_char import has_right_check, internal
from station.ground.scan import gs1, lot_patterns

__all__ = ["Code", "CodeError", "Kind", "Known", "ProductHit", "internal", "resolve", "show"]

LIMIT = 256
"""Longest scan that is looked at, in characters."""
SHOWN = 40
"""Longest scan that is shown, in characters."""


class Kind(StrEnum):
    """What a scan can be."""

    USER = "USER"
    LOCATION = "LOCATION"
    PALLET = "PALLET"
    CARTON = "CARTON"
    TOTE = "TOTE"
    CELL = "CELL"
    WAVE = "WAVE"
    PICK_LIST = "PICK_LIST"
    ORDER = "ORDER"
    MANIFEST = "MANIFEST"
    RECEIPT = "RECEIPT"
    SHEET = "SHEET"
    GRN = "GRN"
    GIFT = "GIFT"
    RETURN = "RETURN"
    PACKAGING = "PACKAGING"
    PRINTER = "PRINTER"
    WORKSTATION = "WORKSTATION"
    COMMAND = "COMMAND"
    PRODUCT = "PRODUCT"
    SSCC = "SSCC"
    WAYBILL = "WAYBILL"
    NOTICE = "NOTICE"
    QUANTITY = "QUANTITY"
    DATE = "DATE"
    TEXT = "TEXT"
    UNKNOWN = "UNKNOWN"


PREFIXES = {
    "US": Kind.USER,
    "LC": Kind.LOCATION,
    "LP": Kind.PALLET,
    "CT": Kind.CARTON,
    "TT": Kind.TOTE,
    "WL": Kind.CELL,
    "WV": Kind.WAVE,
    "PK": Kind.PICK_LIST,
    "DO": Kind.ORDER,
    "MF": Kind.MANIFEST,
    "RC": Kind.RECEIPT,
    "AS": Kind.SHEET,
    "GR": Kind.GRN,
    "GF": Kind.GIFT,
    "RM": Kind.RETURN,
    "BX": Kind.PACKAGING,
    "PR": Kind.PRINTER,
    "WS": Kind.WORKSTATION,
}
COMMANDS = frozenset(
    f"CM-{word}"
    for word in ("OK", "SHORT", "DAMAGE", "REPRINT", "UNDO", "SKIP", "FULL", "CLOSE", "MENU", "HELP", "QTY")
)


class CodeError(Exception):
    """A scan that says something wrong about itself: E-GS1-02, E-GS1-03 or E-BAR-02."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


@dataclass(frozen=True, slots=True)
class ProductHit:
    """An article a barcode stands for, and how many EACH one scan of it means."""

    sku_id: int
    level: str
    qty_each: int


@dataclass(frozen=True, slots=True)
class Code:
    """A resolved scan. `text` is normalised; the rest is filled for products."""

    kind: Kind
    text: str
    shown: str = ""
    sku_id: int | None = None
    level: str = ""
    pack_qty: int = 1
    lot: str = ""
    serial: str = ""
    produced_on: date | None = None
    expires_on: date | None = None
    count: int | None = None
    dates_differ: bool = False
    lot_unsure: bool = False


class Known(Protocol):
    """What the resolver must ask somebody else."""

    def product(self, code: str) -> Sequence[ProductHit]: ...
    def lot_regex(self, sku_id: int) -> str: ...
    def waybill(self, number: str) -> bool: ...
    def notice(self, number: str) -> bool: ...


_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_AIM_GS1 = frozenset({"]C1", "]d2", "]Q3", "]e0", "]E0"})
_STAND_INS = re.compile(r"\||\{GS\}|<GS>")
_CONTROLS = re.compile(r"[\x00-\x1c\x1e\x1f\x7f-\x9f]")
_PLAIN_FORMS = (
    {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}  # full-width letters, digits and signs
    | dict.fromkeys((0x3000, 0xA0), 0x20)
    | dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))  # what an input method leaves behind
)
_INTERNAL = re.compile(r"[A-Z]{2}[0-9A-Z]{2,40}")
_DIGITS = re.compile(r"[0-9]+")
_EIGHT = re.compile(r"[0-9]{8}")
GTIN_LENGTHS = (14, 13, 12, 8)
_PLAIN = re.compile(r"[\x20-\x7e\x1d]+")


def show(raw: str) -> str:
    """`raw` fit to be shown to a person: printable, at most 40 characters, no direction tricks."""
    text = "".join(char if char.isprintable() else "·" for char in raw[: SHOWN + 1])
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def clean(raw: str) -> tuple[str, str]:
    """Rule 1: without controls (but GS), stand-ins turned into GS, full-width letters made plain;
    and the AIM id that was in front. A separator at either end separates nothing: some scanners send
    one for the FNC1 that begins a GS1 barcode.
    """
    text = _CONTROLS.sub("", raw.translate(_PLAIN_FORMS)).strip(" ")
    aim = ""
    if match := _AIM.match(text):
        aim, text = match.group(), text[match.end() :]
    return _STAND_INS.sub(gs1.GS, text).strip(" " + gs1.GS), aim if aim in _AIM_GS1 else ""


@dataclass(slots=True)
class _Question:
    text: str
    aim: str
    expected: frozenset[Kind]
    known: Known
    shown: str

    def code(self, kind: Kind, text: str | None = None) -> Code:
        return Code(kind, self.text if text is None else text, self.shown)


_Finder = Callable[[_Question], Code | None]


def resolve(raw: str, expected: frozenset[Kind], known: Known) -> Code:
    """What `raw` is, trying the `expected` kinds first. Raises only `CodeError`."""
    shown = show(raw)
    if len(raw) > LIMIT:
        return Code(Kind.UNKNOWN, "", shown)
    text, aim = clean(raw)
    question = _Question(text, aim, expected, known, shown)
    if not text or not text.replace(gs1.GS, "").isprintable():
        return question.code(Kind.UNKNOWN)
    wrong: list[CodeError] = []
    for kinds, finder in _FINDERS:
        found = _attempt(finder, question, wrong) if kinds & expected else None
        if found is not None and found.kind in expected:
            return found
    for kinds, finder in _FINDERS:
        found = None if kinds & _PAD_KINDS else _attempt(finder, question, wrong)
        if found is not None:
            return found
    if wrong:
        raise wrong[0]
    return question.code(_left_over(question))


def _left_over(question: _Question) -> Kind:
    """The kind of a text that is nothing of ours; raises when it is something of ours gone wrong."""
    if Kind.TEXT in question.expected:
        return Kind.TEXT
    if Kind.DATE in question.expected and _EIGHT.fullmatch(question.text):
        return Kind.DATE  # a mistyped date: its step says so
    _say_what_is_wrong(question)
    return Kind.UNKNOWN


def _attempt(finder: _Finder, question: _Question, wrong: list[CodeError]) -> Code | None:
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


def _pad(question: _Question) -> Code | None:
    text = question.text
    if not _DIGITS.fullmatch(text):
        return None
    if Kind.DATE in question.expected and _EIGHT.fullmatch(text) and _is_day(text):
        return question.code(Kind.DATE)
    if Kind.QUANTITY in question.expected and len(text) <= 5:  # noqa: PLR2004
        return question.code(Kind.QUANTITY)
    return None


def _is_day(text: str) -> bool:
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return True


def _command(question: _Question) -> Code | None:
    text = question.text.upper()
    return question.code(Kind.COMMAND, text) if text in COMMANDS else None


def _internal(question: _Question) -> Code | None:
    text = question.text.upper().replace("-", "")
    kind = PREFIXES.get(text[:2]) if question.text.isascii() else None
    if kind is None or not _INTERNAL.fullmatch(text) or not has_right_check(text):
        return None
    return question.code(kind, text)


def _gs1(question: _Question) -> Code | None:
    if not gs1.looks_like(question.text, question.aim):
        return None
    elements = gs1.parse(question.text)
    if elements is None or not (elements.gtin or elements.sscc):
        return None
    if elements.has_bad_check:
        raise CodeError("E-GS1-02")
    if not elements.gtin:
        return question.code(Kind.SSCC, elements.sscc)
    code = _article(question, elements.gtin)
    if code is None:
        return None
    is_lot_unproven = _check_lot(question, code, elements.lot)
    return replace(
        code,
        lot=elements.lot,
        serial=elements.serial,
        produced_on=elements.produced_on,
        expires_on=elements.expires_on,
        count=elements.count,
        dates_differ=elements.dates_differ,
        lot_unsure=elements.lot_unsure or is_lot_unproven,
    )


def _check_lot(question: _Question, code: Code, lot: str) -> bool:
    """E-GS1-03 when the lot is not of the article's pattern; True when there is a pattern that no lot can
    be held against, as older releases took them: then a person confirms the lot.
    """
    assert code.sku_id is not None
    text = question.known.lot_regex(code.sku_id)
    if not lot or not text:
        return False
    pattern = lot_patterns.usable(text)
    if pattern is not None and not pattern.fits(lot):
        raise CodeError("E-GS1-03")
    return pattern is None


def _product(question: _Question) -> Code | None:
    return _article(question, question.text) if _PLAIN.fullmatch(question.text) else None


def _article(question: _Question, text: str) -> Code | None:
    """The article behind a barcode. A GTIN may stand with or without its leading zeros (UPC-A as 12
    or 13 digits); a case indicator (1–8) is never dropped.
    """
    for form in _forms(text):
        hits = question.known.product(form)
        if len({hit.sku_id for hit in hits}) > 1:
            raise CodeError("E-BAR-02")
        if hits:
            hit = hits[0]
            return replace(
                question.code(Kind.PRODUCT, form), sku_id=hit.sku_id, level=hit.level, pack_qty=hit.qty_each
            )
    return None


def _forms(text: str) -> list[str]:
    """`text` first, then the same GTIN in the other lengths."""
    if len(text) not in GTIN_LENGTHS or not _DIGITS.fullmatch(text):
        return [text]
    core = text.lstrip("0")
    others = [core.zfill(size) for size in GTIN_LENGTHS if size != len(text) and size >= len(core)]
    return [text, *others]


def _waybill(question: _Question) -> Code | None:
    text = question.text.upper()
    return question.code(Kind.WAYBILL, text) if question.known.waybill(text) else None


def _notice(question: _Question) -> Code | None:
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
    (frozenset({Kind.PRODUCT, Kind.SSCC}), _gs1),
    (frozenset({Kind.PRODUCT}), _product),
    (frozenset({Kind.WAYBILL}), _waybill),
    (frozenset({Kind.NOTICE}), _notice),
)


def _say_what_is_wrong(question: _Question) -> None:
    """Nothing matched: if the text has the shape of something with a check digit, say that it is
    wrong; if it is a GS1 string that does not parse, say that a separator is lost.
    """
    text = question.text.upper().replace("-", "")
    if text[:2] in PREFIXES and re.fullmatch(r"[A-Z]{2}[0-9A-Z]{3,40}", text) and not has_right_check(text):
        raise CodeError("E-GS1-02")
    if gs1.looks_like(question.text, question.aim) and gs1.parse(question.text) is None:
        raise CodeError("E-GS1-03")
    if (
        Kind.PRODUCT in question.expected
        and Kind.WAYBILL not in question.expected
        and _DIGITS.fullmatch(text)
        and len(text) in GTIN_LENGTHS
        and gs1_standard_check_digit(text[:-1]) != int(text[-1])
    ):
        raise CodeError("E-GS1-02")
