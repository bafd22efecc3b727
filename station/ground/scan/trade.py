"""Barcodes of the trade: GTIN, GS1 element strings, and the article that stands behind them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from station.ground.scan import gs1, lot_patterns
from station.ground.scan.kinds import Code, CodeError, Kind, Known

DIGITS = re.compile(r"[0-9]+")
GTIN_LENGTHS = (14, 13, 12, 8)
_PLAIN = re.compile(r"[\x20-\x7e\x1d]+")


@dataclass(slots=True)
class Question:
    text: str
    aim: str
    expected: frozenset[Kind]
    known: Known
    shown: str

    def code(self, kind: Kind, text: str | None = None) -> Code:
        return Code(kind, self.text if text is None else text, self.shown)


def find_gs1(question: Question) -> Code | None:
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


def find_product(question: Question) -> Code | None:
    return _article(question, question.text) if _PLAIN.fullmatch(question.text) else None


def _article(question: Question, text: str) -> Code | None:
    """The article behind a barcode. A GTIN may stand with or without its leading zeros (UPC-A as 12
    or 13 digits); a case indicator (1–8) is never dropped.
    """
    for form in _forms(text):
        hits = question.known.product(form)
        articles = sorted({hit.sku_id for hit in hits})
        if len(articles) > 1:
            raise CodeError("E-BAR-02", skus=articles)
        if hits:
            hit = hits[0]
            return replace(
                question.code(Kind.PRODUCT, form), sku_id=hit.sku_id, level=hit.level, pack_qty=hit.qty_each
            )
    return None


def _forms(text: str) -> list[str]:
    """`text` first, then the same GTIN in the other lengths."""
    if len(text) not in GTIN_LENGTHS or not DIGITS.fullmatch(text):
        return [text]
    core = text.lstrip("0")
    others = [core.zfill(size) for size in GTIN_LENGTHS if size != len(text) and size >= len(core)]
    return [text, *others]
