"""What a document from outside may contain: the gate before anything of it reaches the database.

Whoever sends it, the same rules hold: texts of one line and of a length that fits, codes without hidden
characters, quantities in their range, references and lines that are no contradiction.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from station.exchange import documents as erp
from station.ground.scan import lot_patterns, sscc
from station.ground.spreadsheets import cells
from station.ground.spreadsheets.cells import TURNING
from station.ground.spreadsheets.numbers import MAX_QTY

LIMITS = {
    "code": 40, "sku_code": 40, "supplier_code": 40, "asn_no": 40, "erp_no": 48, "line_key": 60,
    "name_zh": 200, "name_en": 200, "spec": 100, "unit": 20, "lot_regex": 100, "name": 120,
    "supplier_name": 120, "warehouse": 20, "carrier_code": 20, "shop": 80, "platform_no": 60,
    "buyer_note": 400, "seller_note": 400, "reason": 200, "address": 200, "phone": 40, "province": 40,
    "city": 40, "district": 40, "title": 100, "tax_no": 40, "number": 40, "lot": 40, "waybill_no": 30,
    "label_data": 1_400_000, "route_code": 40, "sortation": 40,
    "consolidation": 60, "only": 400, "sscc": 2000,
}  # fmt: skip
"""Characters of each text field; the receiver's name is shorter (80)."""

CODES = frozenset(
    {"code", "sku_code", "supplier_code", "asn_no", "erp_no", "line_key", "lot", "waybill_no", "phone"}
)
"""Fields that must come through character by character."""

NEEDED = frozenset(
    {"code", "sku_code", "supplier_code", "asn_no", "erp_no", "line_key", "name_zh", "warehouse"}
    | {"carrier_code", "address", "phone", "waybill_no"}
)
"""Texts that may not be empty where the document has them."""

CHOICES: dict[tuple[type[Any], str], frozenset[str]] = {
    (erp.Product, "shelf_life_unit"): frozenset("DM"),
    (erp.Product, "abc"): frozenset("ABC"),
    (erp.Product, "item_type"): frozenset({"NORMAL", "GIFT", "PACKAGING"}),
    (erp.ProductBarcode, "level"): frozenset({"EACH", "INNER", "CASE"}),
    (erp.OrderDocument, "order_type"): frozenset({"JYCK", "BFCK", "HHCK", "QTCK"}),
    (erp.CarrierLabel, "label_format"): frozenset({"", "ZPL", "TSPL", "PDF", "PNG"}),
}
POSITIVE = frozenset({"qty_each", "qty", "case_qty"})
"""Numbers of which there must be at least one."""

MOST = {"price_fen": 999_999_999, "amount_fen": 999_999_999, "version": 9_007_199_254_740_991}
"""The largest value of each number; MAX_QTY of all others."""

_FIRST_DAY, _LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
_HIDDEN = {"Cc", "Cs", "Cn", "Zl", "Zp"}


def problems(doc: Any) -> list[tuple[str, str]]:
    """What is wrong with a document: (field, code of `station.ground.spreadsheets.reasons`); empty when
    nothing is.
    """
    return [*_fields(doc, ""), *_CONTRADICTIONS.get(type(doc), _none)(doc)]


def one_line(value: Any, limit: int) -> str:
    """Free words of an outside system on one line and cut to `limit`; for names and notes, never codes."""
    text = _BLANKS.sub(" ", str(value or ""))
    if not text.isascii():
        text = "".join(filter(_is_plain, text))
    return text.strip()[:limit]


def on_one_line(doc: Any) -> Any:
    """The document with line breaks and tabs in its words as blanks; codes stay as they are."""
    changed: dict[str, Any] = {}
    for item in dataclasses.fields(doc):
        value = getattr(doc, item.name)
        if isinstance(value, str) and item.name not in CODES and not value.isprintable():
            changed[item.name] = cells.one_line(value)
        elif isinstance(value, tuple):
            changed[item.name] = tuple(on_one_line(part) for part in value)
        elif dataclasses.is_dataclass(value):
            changed[item.name] = on_one_line(value)
    return dataclasses.replace(doc, **changed) if changed else doc


_BLANKS = re.compile(r"[\x00-\x20\x7f\u00a0\u2028\u2029]+")


@lru_cache(maxsize=20_000)
def _is_plain(char: str) -> bool:
    return unicodedata.category(char) not in _HIDDEN and not TURNING.match(char)


@cache
def plan_of(cls: type[Any]) -> list[tuple[str, int, bool, bool]]:
    """(field, most characters, is a code, is needed) of a class."""
    return [
        (
            item.name,
            80 if (cls, item.name) == (erp.Receiver, "name") else LIMITS.get(item.name, 200),
            item.name in CODES,
            item.name in NEEDED or (cls, item.name) in {(erp.Receiver, "name"), (erp.Supplier, "name")},
        )
        for item in dataclasses.fields(cls)
    ]


def _fields(doc: Any, path: str) -> Iterator[tuple[str, str]]:
    cls = type(doc)
    for name, limit, is_code, is_needed in plan_of(cls):  # type: ignore[arg-type]  # classes are hashable
        value = getattr(doc, name)
        if isinstance(value, str):
            is_said = name in getattr(doc, "only", "").split(",") or not getattr(doc, "only", "")
            yield from _text(cls, name, path, value, limit, is_code, is_needed and is_said)
        elif isinstance(value, tuple):
            for at, part in enumerate(value):
                yield from _fields(part, f"{path}{name}[{at}].")
        elif dataclasses.is_dataclass(value):
            yield from _fields(value, f"{path}{name}.")
        elif value is not None and not isinstance(value, bool):
            code = _measure(name, value)
            if code:
                yield path + name, code


def _measure(name: str, value: int | date) -> str:
    """The code of a number or date that is out of its range; empty when it is not."""
    if isinstance(value, int):
        low = 1 if name in POSITIVE else 0
        return "" if low <= value <= MOST.get(name, MAX_QTY) else "E-ERP-09"
    if isinstance(value, datetime):
        return "" if _FIRST_DAY.year <= value.year <= _LAST_DAY.year else "E-ERP-11"
    return "" if _FIRST_DAY <= value <= _LAST_DAY else "E-ERP-10"


def _text(
    cls: type[Any], name: str, path: str, value: str, limit: int, is_code: bool, is_needed: bool
) -> Iterator[tuple[str, str]]:
    if is_needed and not value.strip():
        yield path + name, "E-ERP-07"
    if len(value) > limit:
        yield path + name, "E-ERP-13"
    if not value.isprintable() and not _shows(value, is_code=is_code):
        yield path + name, "E-ERP-14"
    if (cls, name) in CHOICES and value not in CHOICES[cls, name]:
        yield path + name, "E-ERP-20"


def _shows(value: str, *, is_code: bool) -> bool:
    unwanted = _HIDDEN | {"Cf", "Co", "Zs"} if is_code else _HIDDEN
    return not any(
        char != " " and unicodedata.category(char) in unwanted for char in value
    ) and not TURNING.search(value)


def _none(_doc: Any) -> Iterator[tuple[str, str]]:
    return iter(())


def _product(doc: erp.Product) -> Iterator[tuple[str, str]]:
    if doc.is_shelf_life and not doc.shelf_life_n and not doc.only:
        yield "shelf_life_n", "E-ERP-07"
    if doc.inner_per_case and doc.case_qty % doc.inner_per_case and not doc.only:
        yield "inner_per_case", "E-ERP-25"
    if set(doc.only.split(",")) - {"", *_PRODUCT_FIELDS}:
        yield "only", "E-ERP-20"
    if set(doc.cleared.split(",")) - {"", *CHOICES[erp.ProductBarcode, "level"]}:
        yield "cleared", "E-ERP-20"
    codes = [item.code for item in doc.barcodes]
    if len(codes) != len(set(codes)):
        yield "barcodes", "E-ERP-23"
    try:
        lot_patterns.read(doc.lot_regex)
    except lot_patterns.BadPattern:
        yield "lot_regex", "E-ERP-26"


_PRODUCT_FIELDS = frozenset(item.name for item in dataclasses.fields(erp.Product))


def _lines(doc: Any) -> Iterator[tuple[str, str]]:
    keys = [line.line_key for line in doc.lines]
    if not keys:
        yield "lines", "E-ERP-19"
    if len(keys) != len(set(keys)):
        yield "lines", "E-ERP-17"


def _notice(doc: erp.NoticeDocument) -> Iterator[tuple[str, str]]:
    yield from _lines(doc)
    for at, line in enumerate(doc.lines):
        if not sscc.is_list(line.sscc):
            yield f"lines[{at}].sscc", "E-ERP-49"


def _label(doc: erp.CarrierLabel) -> Iterator[tuple[str, str]]:
    if bool(doc.label_format) != bool(doc.label_data.strip()):
        yield "label_format" if doc.label_data.strip() else "label_data", "E-ERP-07"


_CONTRADICTIONS: dict[type[Any], Callable[[Any], Iterator[tuple[str, str]]]] = {
    erp.Product: _product,
    erp.NoticeDocument: _notice,
    erp.OrderDocument: _lines,
    erp.CarrierLabel: _label,
}
