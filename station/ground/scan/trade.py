"""Barcodes of the trade: which article, of which level, and what its label says.

One place for everybody who asks: scans by `find_gs1` and `find_product`, files and the desk by `readings`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from station.ground.scan import elements, gs1, lot_patterns, shop_codes, spellings
from station.ground.scan.cleaning import clean
from station.ground.scan.kinds import Code, CodeError, Kind, Known, ProductHit
from station.ground.scan.spellings import DIGITS
from station.ground.scan.spellings import LENGTHS as GTIN_LENGTHS

__all__ = ["DIGITS", "GTIN_LENGTHS", "Question", "Seen", "find_gs1", "find_product"]


@dataclass(frozen=True, slots=True)
class Seen:
    """From where a scan is looked at: the year, for dates of two digits, and how the shop builds its own
    numbers (`shop_codes`).
    """

    year: int = gs1.YEAR
    patterns: tuple[str, ...] = ()


@dataclass(slots=True)
class Question:
    text: str
    aim: str
    expected: frozenset[Kind]
    known: Known
    shown: str
    seen: Seen = field(default_factory=Seen)

    def code(self, kind: Kind, text: str | None = None) -> Code:
        return Code(kind, self.text if text is None else text, self.shown)


def find_gs1(question: Question) -> Code | None:
    """What a GS1 label says; a label that only adds to an article (lot and dates) is of kind LABEL."""
    if not gs1.may_be(question.text, question.aim):
        return _find_label(question)
    said = gs1.parse(question.text, question.seen.year)
    if said is None:
        return None
    if said.has_bad_check:
        raise CodeError("E-GS1-02")
    if said.refusal is not None:
        raise CodeError(said.refusal[0], **said.refusal[1])
    is_unit_wanted = said.sscc and Kind.SSCC in question.expected and Kind.PRODUCT not in question.expected
    if not said.gtin or is_unit_wanted:
        return question.code(Kind.SSCC, said.sscc) if said.sscc else _label(question, said)
    code = _article(question, said.gtin)
    if code is None:
        return None
    is_unproven = _check_lot(question, code, said.lot)
    return replace(_told(code, said), lot_unsure=said.lot_unsure or is_unproven)


def _find_label(question: Question) -> Code | None:
    """The second bar code of a label, which has no article: where a step waits for one, or where it is marked
    as GS1. What is typed into a text is no label without its mark, and into a date only if it says one.
    """
    text = question.text
    is_marked = question.aim in gs1.AIMS or elements.HRI.match(text) is not None or elements.GS in text
    if not is_marked and (Kind.LABEL not in question.expected or Kind.TEXT in question.expected):
        return None
    said = gs1.parse(question.text, question.seen.year)
    if said is None or said.gtin or said.sscc:
        return None
    if not is_marked and Kind.DATE in question.expected and not (said.produced_on or said.expires_on):
        return None
    return _label(question, said)


def _label(question: Question, said: gs1.Elements) -> Code | None:
    is_useful = said.lot or said.serial or said.produced_on or said.expires_on or said.count or said.faults
    text = " ".join(f"({element.ai}){element.value}" for element in said.all)
    return _told(question.code(Kind.LABEL, text), said) if is_useful else None


def _told(code: Code, said: gs1.Elements) -> Code:
    return replace(
        code,
        lot=said.lot,
        serial=said.serial,
        produced_on=said.produced_on,
        expires_on=said.expires_on,
        count=said.count,
        dates_differ=said.dates_differ,
        lot_unsure=said.lot_unsure,
        months=said.months,
        faults=said.faults,
        net_mg=said.net_mg,
        price=said.price,
        sscc=said.sscc,
    )


def _check_lot(question: Question, code: Code, lot: str) -> bool:
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


def readings(raw: str) -> list[tuple[str, ...]]:
    """Under which codes an article may be known that a person or a file names by a barcode: groups of
    spellings, the surest first. Of a GS1 label it is the trade number.
    """
    text, aim = clean(raw)
    said = gs1.parse(text) if gs1.may_be(text, aim) else None
    return list(spellings.groups(said.gtin if said is not None and said.gtin else text, aim)) if text else []


def find_product(question: Question) -> Code | None:
    """The article of a plain barcode."""
    text = question.text
    if not text or not text.replace(elements.GS, "").isprintable():
        return None
    return _article(question, text) or _weighed(question)


def _weighed(question: Question) -> Code | None:
    """An article with what it weighs or costs, by the shop's own way of numbering; one EACH."""
    said = shop_codes.read(question.text, question.seen.patterns)
    if said is None:
        return None
    for spelling in said.spellings:
        if hits := question.known.product(spelling):
            return replace(_one_of(question, spelling, hits), net_mg=said.net_mg, price=said.price)
    return None


def _article(question: Question, text: str) -> Code | None:
    """The article behind a barcode, however it is written: the first group of spellings that anybody knows.

    Several articles are for the step or for a person to choose from (E-BAR-02); those that are sold no more
    are named, because they give way.
    """
    for group in spellings.groups(text, question.aim):
        hits = [hit for spelling in group for hit in question.known.product(spelling)]
        if hits:
            return _one_of(question, group[0], hits)
    return None


def _one_of(question: Question, text: str, hits: Sequence[ProductHit]) -> Code:
    articles = sorted({hit.sku_id for hit in hits})
    if len(articles) > 1:
        retired = sorted({hit.sku_id for hit in hits if not hit.is_live})
        raise CodeError("E-BAR-02", skus=articles, retired=retired)
    hit = hits[0]
    code = question.code(Kind.PRODUCT, text)
    return replace(code, sku_id=hit.sku_id, level=hit.level, pack_qty=hit.qty_each)
