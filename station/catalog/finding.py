"""Articles named by a number or a barcode in a file or at the desk, by the same rules as a scan."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.catalog.models import Sku, SkuBarcode
from station.ground.scan import trade
from station.ground.scan.kinds import ProductHit

AT_ONCE = 500


def by_code(tx: Session, texts: Iterable[str]) -> dict[str, list[ProductHit]]:
    """What each text stands for: our own number first, then a barcode in any of its spellings. An article
    that is sold no more gives way to one that is; texts that nobody knows are left out.
    """
    wanted = sorted(set(texts))
    found = {text: [ProductHit(sku_id, "EACH", 1)] for text, sku_id in _numbers(tx, wanted).items()}
    asked = {text: trade.readings(text) for text in wanted if text not in found}
    known = _barcodes(tx, {code for groups in asked.values() for group in groups for code in group})
    for text, groups in asked.items():
        for group in groups:
            hits = [hit for code in group for hit in known.get(code, ())]
            if hits:
                found[text] = [hit for hit in hits if hit.is_live] or hits
                break
    return found


def _numbers(tx: Session, texts: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(texts), AT_ONCE):
        rows = tx.execute(select(Sku.code, Sku.id).where(Sku.code.in_(texts[start : start + AT_ONCE])))
        found |= {row.code: row.id for row in rows}
    return found


def _barcodes(tx: Session, codes: set[str]) -> dict[str, list[ProductHit]]:
    ordered = sorted(codes)
    found: dict[str, list[ProductHit]] = {}
    query = select(SkuBarcode.code, SkuBarcode.sku_id, SkuBarcode.level, SkuBarcode.qty_each, Sku.is_active)
    for start in range(0, len(ordered), AT_ONCE):
        part = SkuBarcode.code.in_(ordered[start : start + AT_ONCE])
        rows = query.join(Sku, Sku.id == SkuBarcode.sku_id).where(part).order_by(SkuBarcode.sku_id)
        for row in tx.execute(rows):
            hit = ProductHit(row.sku_id, row.level, row.qty_each, row.is_active)
            found.setdefault(row.code, []).append(hit)
    return found
