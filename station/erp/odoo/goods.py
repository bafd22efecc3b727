"""Master data of Odoo as canonical documents: articles with their packs, and suppliers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from station.erp import port
from station.erp.inward import validate
from station.erp.inward.making import item
from station.erp.odoo.model import PIECES, Model, id_of, name_of, text_of
from station.exchange import documents as erp

PARTNER = ("name", "ref", "phone", "mobile", "street", "street2", "city", "state_id", "commercial_partner_id")


MANY = 500
"""Pickings whose moves are asked for at once."""


PACKS = (("product.packaging", "qty"), ("product.uom", "uom_id"))
"""Barcodes of packs: a model of its own until Odoo 18, then one of units with a barcode."""


def products(model: Model, ids: Sequence[int]) -> list[port.Item]:
    """Articles with all their barcodes."""
    rows = model.products(ids, fresh=True)
    packs = _packs(model, ids)
    return [
        item(
            "product",
            text_of(rows[number]["default_code"]) or f"product.product,{number}",
            str(rows[number]["write_date"]),
            rows[number],
            lambda number=number: _product(model, rows[number], packs[number]),  # type: ignore[misc]
        )
        for number in ids
        if number in rows
    ]


def _packs(model: Model, ids: Sequence[int]) -> Mapping[int, list[dict[str, Any]]]:
    """Article → the rows of its packs."""
    by_product: dict[int, list[dict[str, Any]]] = defaultdict(list)
    name, amount = pack_model(model)
    if name:
        domain = [["product_id", "in", list(ids)], ["barcode", "!=", False]]
        for row in model.wire.search_read(name, domain, ["product_id", "barcode", amount], order="id asc"):
            by_product[id_of(row["product_id"])].append(row)
    return by_product


def _in_pack(model: Model, product: Mapping[str, Any], pack: Mapping[str, Any]) -> int:
    """EACH in a pack: told in the article's unit, or by a unit that somebody has to translate."""
    if "qty" in pack:
        return model.each(product, pack["qty"])
    return model.words.unit(name_of(pack["uom_id"]), PIECES)


def pack_model(model: Model) -> tuple[str, str]:
    """The model that holds barcodes of packs, and its field for the amount; empty when there is none."""
    for name, field_name in PACKS:
        try:
            if model.has(name, "barcode"):
                return name, field_name
        except (port.Declined, port.NoAccess, port.Stale):
            continue
    return "", ""


def _product(model: Model, row: Mapping[str, Any], packs: Sequence[Mapping[str, Any]]) -> erp.Product:
    factor = model.factor(row)
    weight = Decimal(str(row["weight"] or 0)) * 1000 / factor
    expires = bool(row.get("use_expiration_date"))
    codes = {text_of(row["barcode"]): factor} if text_of(row["barcode"]) else {}
    for pack in packs:
        codes.setdefault(text_of(pack["barcode"]), _in_pack(model, row, pack))
    return erp.Product(
        code=text_of(row["default_code"]),
        name_zh=validate.one_line(text_of(row["name"]), 200),
        unit=validate.one_line(name_of(row["uom_id"]), 20) if factor == 1 else "件",
        barcodes=tuple(
            erp.ProductBarcode(code=code, level="EACH" if amount == 1 else "CASE", qty=amount)
            for code, amount in codes.items()
        ),
        case_qty=max(codes.values(), default=1),
        gross_g=int(weight.quantize(Decimal(1), ROUND_HALF_UP)),
        is_serial=row["tracking"] == "serial",
        is_lot=row["tracking"] == "lot",
        is_shelf_life=expires,
        shelf_life_n=_days(row, "expiration_time") if expires else None,
        lockup_days=_days(row, "removal_time") if expires else None,
        advent_days=_days(row, "alert_time") if expires else None,
        is_active=bool(row["active"]),
        version=0,
    )


def _days(row: Mapping[str, Any], name: str) -> int | None:
    return int(row.get(name) or 0) or None


def suppliers(rows: Iterable[Mapping[str, Any]]) -> list[port.Item]:
    """Partners we buy from."""
    return [
        item("supplier", partner_code(row), str(row["write_date"]), row, lambda row=row: _supplier(row))  # type: ignore[misc]
        for row in rows
    ]


def _supplier(row: Mapping[str, Any]) -> erp.Supplier:
    return erp.Supplier(code=partner_code(row), name=validate.one_line(text_of(row["name"]), 120), version=0)


def partner_code(row: Mapping[str, Any]) -> str:
    """The reference somebody gave a partner, else a code of its id: names change and are not unique."""
    return text_of(row.get("ref")).strip() or f"ODOO-{row['id']}"
