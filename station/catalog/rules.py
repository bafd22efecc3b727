"""Looking up master data, and taking it over from the ERP."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.orm import Session

from station.catalog.models import Carrier, Packaging, Sku, SkuBarcode, Supplier
from station.ground.db import Prepared, table
from station.ground.scan.kinds import ProductHit

_SKU = Prepared(select(table(Sku)).where(table(Sku).c.id == bindparam("sku_id")))
_IDS = select(table(Sku).c.code, table(Sku).c.id)
_CARRIER = select(table(Carrier)).where(table(Carrier).c.id == bindparam("carrier_id"))


AT_ONCE = 6
"""Spellings of one number that are looked for in one query."""
_SPELLINGS = tuple(f"code_{at}" for at in range(AT_ONCE))
_PRODUCT = Prepared(
    select(SkuBarcode.code, SkuBarcode.sku_id, SkuBarcode.level, SkuBarcode.qty_each, Sku.is_active)
    .join(Sku, Sku.id == SkuBarcode.sku_id)
    .where(or_(*(SkuBarcode.code == bindparam(name) for name in _SPELLINGS)))
    .order_by(SkuBarcode.id)
)
_LOT_REGEX = Prepared(select(Sku.lot_regex).where(Sku.id == bindparam("sku_id")))


def products_of(tx: Session, codes: Sequence[str]) -> dict[str, list[ProductHit]]:
    """The articles that these barcodes stand for, for the resolver of scans; at most `AT_ONCE` codes."""
    asked = [*codes[:AT_ONCE], *[codes[0]] * (AT_ONCE - len(codes))]
    found: dict[str, list[ProductHit]] = {code: [] for code in codes}
    for row in _PRODUCT.all(tx, **dict(zip(_SPELLINGS, asked, strict=True))):
        found[row.code].append(ProductHit(row.sku_id, row.level, row.qty_each, row.is_active))
    return found


def lot_regex(tx: Session, sku_id: int) -> str:
    """What a lot of the article must look like; empty when anything goes."""
    return _LOT_REGEX.scalar(tx, sku_id=sku_id) or ""


def named(tx: Session, sku_ids: Iterable[int]) -> list[tuple[int, str, str]]:
    """Articles that one barcode stands for, as a person tells them apart: id, code, name with spec."""
    wanted = sorted(set(sku_ids))
    query = select(Sku.id, Sku.code, Sku.name_zh, Sku.spec).where(Sku.id.in_(wanted))
    rows = tx.execute(query.order_by(Sku.code))
    return [(row.id, row.code, f"{row.name_zh} {row.spec}".strip()) for row in rows]


def sku(tx: Session, sku_id: int) -> Any:
    """The article's row."""
    return _SKU.first(tx, sku_id=sku_id)


def carrier(tx: Session, carrier_id: int) -> Any:
    """The carrier's row."""
    return tx.connection().execute(_CARRIER, {"carrier_id": carrier_id}).one()


def sku_id(tx: Session, code: str) -> int | None:
    """The id of the article with this code."""
    return tx.scalar(select(Sku.id).where(Sku.code == code))


def carrier_id(tx: Session, code: str) -> int | None:
    """The id of the carrier with this code."""
    return tx.scalar(select(Carrier.id).where(Carrier.code == code))


def packaging(tx: Session, code: str) -> Packaging | None:
    """The box or bag with this code."""
    return tx.scalars(select(Packaging).where(Packaging.code == code)).first()


def supplier_id(tx: Session, code: str, name: str) -> int:
    """The id of the supplier, taken over or renamed."""
    supplier = tx.scalars(select(Supplier).where(Supplier.code == code)).first()
    if supplier is None:
        supplier = Supplier(code=code, name=name or code)
        tx.add(supplier)
        tx.flush()
    elif name and supplier.name != name:
        supplier.name = name
    return supplier.id


def sku_ids(tx: Session, codes: Iterable[str]) -> dict[str, int]:
    """The ids of the articles with these codes; unknown ones are left out."""
    wanted = set(codes)
    rows = tx.connection().execute(_IDS.where(table(Sku).c.code.in_(wanted)))
    return {row.code: row.id for row in rows}


def carrier_ids(tx: Session) -> dict[str, int]:
    """Every carrier's id by its code."""
    return {row.code: row.id for row in tx.execute(select(Carrier.code, Carrier.id))}


def bind_home(tx: Session, sku_id: int, location_id: int) -> None:
    """The article's pick slot from now on (S-14, S-25)."""
    tx.execute(update(Sku).where(Sku.id == sku_id).values(home_location_id=location_id))


def bind_homes(tx: Session, homes: Mapping[int, int]) -> None:
    """The pick slots of many articles from now on: article → place."""
    skus = table(Sku)
    statement = (
        update(skus).where(skus.c.id == bindparam("b_sku")).values(home_location_id=bindparam("b_place"))
    )
    if homes:
        rows = [{"b_sku": sku_id, "b_place": place_id} for sku_id, place_id in homes.items()]
        tx.connection().execute(statement, rows)


def is_home(tx: Session, location_id: int) -> bool:
    """Whether this is some article's pick slot."""
    return tx.scalar(select(Sku.id).where(Sku.home_location_id == location_id).limit(1)) is not None


def unbind_home(tx: Session, sku_id: int, location_id: int) -> None:
    """The article has no pick slot any more, if it was this one."""
    tx.execute(
        update(Sku).where(Sku.id == sku_id, Sku.home_location_id == location_id).values(home_location_id=None)
    )


def unbind_homes(tx: Session, location_ids: Sequence[int]) -> None:
    """These are nobody's pick slots any more."""
    tx.execute(update(Sku).where(Sku.home_location_id.in_(location_ids)).values(home_location_id=None))
