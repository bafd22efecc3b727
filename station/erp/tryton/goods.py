"""Tryton's articles and parties as canonical documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from station.erp import port
from station.erp.inward import validate
from station.erp.inward.making import item
from station.erp.tryton.model import Model, Row, has_lots, text
from station.exchange import documents as erp

GRAMS = {"g": Decimal(1), "kg": Decimal(1000), "mg": Decimal("0.001"), "oz": Decimal("28.349523125"),
         "lb": Decimal("453.59237"), "t": Decimal(1_000_000)}  # fmt: skip
"""Grams in Tryton's units of weight."""

EANS = frozenset({"ean", "isbn", "isan", "ismn", "issn"})
LONGEST_EAN = 13
"""A code of fourteen digits stands on a case, and Tryton does not know how many are in it."""


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
    articles = [rows[number] for number in wanted if number in rows and rows[number]["type"] == "goods"]
    return [
        item(
            "product",
            text(row, "code") or f"product.product,{row['id']}",
            str(row["last_modified_at"]),
            row,
            lambda row=row: product(row, model.factor(row)),  # type: ignore[misc]
        )
        for row in articles
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
    by_code = {text(row, "party.code"): row for row in rows}
    return [
        item("supplier", code, str(row["last_modified_at"]), row, lambda row=row: _supplier(row))  # type: ignore[misc]
        for code, row in by_code.items()
    ]


def _supplier(row: Mapping[str, Any]) -> erp.Supplier:
    name = validate.one_line(text(row, "party.name"), 120)
    return erp.Supplier(code=text(row, "party.code"), name=name or text(row, "party.code"), version=0)
