"""What is to be said of articles that were taken over: what became empty, barcodes that others have."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.catalog.articles import FIELDS, Change
from station.catalog.models import Sku, SkuBarcode
from station.ground.db import table
from station.ground.setup.section import How

SHOWN = 5


def emptied(change: Change) -> list[str]:
    """Fields and barcodes of a known article that are empty from now on."""
    if change.how is not How.CHANGED:
        return []
    fields = [name for name, (_old, new) in change.fields.items() if new == FIELDS.get(name)]
    gone = {barcode.level for barcode in change.removed} - {barcode.level for barcode in change.added}
    return fields + [f"barcode {level}" for level in sorted(gone)]


def shared(tx: Session, changes: Sequence[Change]) -> dict[str, list[str]]:
    """Article → its new barcodes that other articles in use have too, each with one of those."""
    added = {barcode.code for change in changes for barcode in change.added}
    if not added:
        return {}
    codes, skus = table(SkuBarcode), table(Sku)
    rows = tx.connection().execute(
        select(codes.c.code, skus.c.code.label("sku"))
        .join(skus, skus.c.id == codes.c.sku_id)
        .where(codes.c.code.in_(sorted(added)), skus.c.is_active)
        .order_by(codes.c.id)
    )
    owners: dict[str, list[str]] = {}
    for row in rows:
        owners.setdefault(row.code, []).append(row.sku)
    told: dict[str, list[str]] = {}
    for change in changes:
        for barcode in change.added:
            others = [sku for sku in owners.get(barcode.code, ()) if sku != change.code]
            if others:
                told.setdefault(change.code, []).append(f"{barcode.code} = {', '.join(others[:SHOWN])}")
    return told
