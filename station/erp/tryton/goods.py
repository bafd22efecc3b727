"""Tryton's articles and parties as canonical documents, and what every document has in common."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from station.erp import documents as erp
from station.erp import port, validate
from station.erp.reasons import NOT_UNDERSTOOD, UNMAPPED
from station.erp.tryton.model import Model, NotWhole, Row, has_lots, text

GRAMS = {"g": Decimal(1), "kg": Decimal(1000), "mg": Decimal("0.001"), "oz": Decimal("28.349523125"),
         "lb": Decimal("453.59237"), "t": Decimal(1_000_000)}  # fmt: skip
"""Grams in Tryton's units of weight."""

EANS = frozenset({"ean", "isbn", "isan", "ismn", "issn"})
LONGEST_EAN = 13
"""A code of fourteen digits stands on a case, and Tryton does not know how many are in it."""


def item(doc_type: str, doc_no: str, mark: str, raw: Any, make: Callable[[], Any]) -> port.Item:
    """One document, or why it cannot be understood."""
    number, raw = validate.one_line(doc_no, 60), _kept(raw)
    try:
        doc = make()
    except port.Unmapped as error:
        words = (error.kind, error.theirs)
        return port.Item(doc_type, number, mark=mark, code=UNMAPPED, why=str(error), raw=raw, unmapped=words)
    except NotWhole as error:
        why = f"no whole quantity: {error}"
        return port.Item(doc_type, number, mark=mark, code=NOT_UNDERSTOOD, why=why, raw=raw)
    except (LookupError, TypeError, ValueError, ArithmeticError) as error:
        why = f"{type(error).__name__}: {error}"[:200]
        return port.Item(doc_type, number, mark=mark, code=NOT_UNDERSTOOD, why=why, raw=raw)
    wrong = validate.problems(doc)
    if wrong:
        why = f"{wrong[0][0]}: {wrong[0][1]}"
        return port.Item(doc_type, number, mark=mark, code=NOT_UNDERSTOOD, why=why, raw=raw)
    return port.Item(doc_type, erp.doc_no_of(doc), doc, mark=mark)


def _kept(raw: Any) -> Any:
    """A row as JSON that every database can keep: dates and exact numbers as texts, no NUL."""
    told = json.dumps(raw, default=str, ensure_ascii=False).replace("\\u0000", "")
    return json.loads(told.encode("utf-8", "replace"))


def fen(price: Any) -> int | None:
    """Money in whole fen."""
    if not isinstance(price, Decimal) or price < 0:
        return None
    return int((price * 100).quantize(Decimal(1), ROUND_HALF_UP))


# --- articles --------------------------------------------------------------------------------------


def products(model: Model, ids: Iterable[int]) -> list[port.Item]:
    """Goods with all their barcodes."""
    wanted = list(dict.fromkeys(ids))
    rows = model.products(wanted, fresh=True)
    found = [rows[number] for number in wanted if number in rows and rows[number]["type"] == "goods"]
    return [
        item(
            "product",
            text(row, "code") or f"product.product,{row['id']}",
            str(row["last_modified_at"]),
            row,
            lambda row=row: product(row, model.factor(row)),  # type: ignore[misc]
        )
        for row in found
    ]


def product(row: Row, factor: int) -> erp.Product:
    """One article; `factor` is EACH in its own unit."""
    days, is_dated = _life(row)
    codes = [
        text(code, "code")
        for code in row.get("identifiers.") or ()
        if text(code, "type") in EANS and 0 < len(text(code, "code")) <= LONGEST_EAN
    ]
    return erp.Product(
        code=text(row, "code"),
        name_zh=validate.one_line(text(row, "name"), 200),
        unit=validate.one_line(text(row, "default_uom.symbol"), 20) if _is_word(row, factor) else "件",
        barcodes=tuple(
            erp.ProductBarcode(code=code, level="EACH" if factor == 1 else "CASE", qty=factor)
            for code in dict.fromkeys(codes)
        ),
        case_qty=factor,
        gross_g=grams(row.get("weight"), text(row, "weight_uom.symbol"), factor),
        is_lot=has_lots(row),
        is_shelf_life=is_dated,
        shelf_life_n=days,
        is_active=bool(row["active"]),
        version=0,
    )


def _is_word(row: Row, factor: int) -> bool:
    """Tryton's own symbol ``u`` says nothing to a person."""
    return factor == 1 and text(row, "default_uom.symbol") not in {"", "u"}


def _life(row: Row) -> tuple[int | None, bool]:
    """Days an article keeps, and whether its lots have dates: expiry first, else the sell-by date."""
    for name in ("expiration", "shelf_life"):
        days = row.get(f"{name}_time")
        if row.get(f"{name}_state") in {"required", "optional"} and days:
            return int(days), True
    return None, False


def grams(weight: Any, unit: str, factor: int) -> int:
    """Grams of one EACH; 0 when nobody entered a weight or the unit is none."""
    if not weight or unit not in GRAMS:
        return 0
    exact = Decimal(str(weight)) * GRAMS[unit] / factor
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


# --- suppliers -------------------------------------------------------------------------------------


def suppliers(rows: Sequence[Mapping[str, Any]]) -> list[port.Item]:
    """The parties of supplier rows, each once."""
    found = {text(row, "party.code"): row for row in rows}
    return [
        item("supplier", code, str(row["last_modified_at"]), row, lambda row=row: _supplier(row))  # type: ignore[misc]
        for code, row in found.items()
    ]


def _supplier(row: Mapping[str, Any]) -> erp.Supplier:
    name = validate.one_line(text(row, "party.name"), 120)
    return erp.Supplier(code=text(row, "party.code"), name=name or text(row, "party.code"), version=0)
