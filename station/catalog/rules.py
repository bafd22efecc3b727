"""Looking up master data, and taking it over from the ERP."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from station.catalog.models import Carrier, Packaging, Sku, SkuBarcode, Supplier
from station.db import Prepared, table

_SKU = Prepared(select(table(Sku)).where(table(Sku).c.id == bindparam("sku_id")))
_CARRIER = select(table(Carrier)).where(table(Carrier).c.id == bindparam("carrier_id"))


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
    found = tx.scalars(select(Supplier).where(Supplier.code == code)).first()
    if found is None:
        found = Supplier(code=code, name=name or code)
        tx.add(found)
        tx.flush()
    elif name and found.name != name:
        found.name = name
    return found.id


def take_sku(
    tx: Session, code: str, values: Mapping[str, Any], barcodes: Iterable[tuple[str, str, int]]
) -> int:
    """Make or change an article with its barcodes (code, level, EACH per scan); lots keep their
    dates when its shelf life changes (P10).
    """
    found = sku_id(tx, code)
    if found is None:
        found = tx.execute(insert(Sku).values(code=code, **values).returning(Sku.id)).scalar_one()
    else:
        tx.execute(update(Sku).where(Sku.id == found).values(**values))
        tx.execute(delete(SkuBarcode).where(SkuBarcode.sku_id == found))
    rows = [
        {"code": barcode, "sku_id": found, "level": level, "qty_each": qty}
        for barcode, level, qty in barcodes
    ]
    if rows:
        tx.execute(insert(SkuBarcode), rows)
    return found


def bind_home(tx: Session, sku_id: int, location_id: int) -> None:
    """The article's pick slot from now on (S-14, S-25)."""
    tx.execute(update(Sku).where(Sku.id == sku_id).values(home_location_id=location_id))
