"""Articles of the platform as canonical documents."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from station.erp import port
from station.erp.qimen.reading import YES, item
from station.erp.qimen.values import exact, fen, whole, words_of
from station.erp.qimen.xml import Node
from station.exchange import documents as erp

ITEM_TYPES = dict.fromkeys(("ZC", "FX", "FS", "CC", "OTHER", ""), "NORMAL")
ITEM_TYPES |= {"ZP": "GIFT", "BC": "PACKAGING", "HC": "PACKAGING", "FL": "PACKAGING"}
NOT_STOCKED = frozenset({"ZH", "XN"})
"""组合商品 and 虚拟品 are not on any shelf."""


def product(node: Node) -> port.Item | None:
    """An article; None for what is not stocked."""
    if node.get("itemType") in NOT_STOCKED:
        return None
    return item("product", node.get("itemCode"), node, lambda: _product(node))


def _product(node: Node) -> erp.Product:
    if node.get("itemType") not in ITEM_TYPES:
        raise ValueError(f"itemType {node.get('itemType')[:20]}")
    codes = dict.fromkeys(code.strip() for code in re.split("[;；]", node.get("barCode")) if code.strip())
    lives = node.get("isShelfLifeMgmt") == YES
    weight = (exact(node, "grossWeight") or Decimal(0)) * 1000
    return erp.Product(
        code=node.get("itemCode"),
        name_zh=words_of(node, "itemName", 200),
        name_en=words_of(node, "englishName", 200),
        spec=words_of(node, "skuProperty", 100),
        unit=words_of(node, "stockUnit", 20) or "件",
        barcodes=tuple(erp.ProductBarcode(code=code) for code in codes),
        case_qty=whole(node, "pcs") or 1,
        gross_g=int(weight.quantize(Decimal(1), ROUND_HALF_UP)),
        is_serial=node.get("isSNMgmt") == YES,
        is_lot=node.get("isBatchMgmt") == YES,
        is_shelf_life=lives,
        shelf_life_n=_life(node) if lives else None,
        reject_days=whole(node, "rejectLifecycle") if lives else None,
        lockup_days=whole(node, "lockupLifecycle") if lives else None,
        advent_days=whole(node, "adventLifecycle") if lives else None,
        item_type=ITEM_TYPES[node.get("itemType")],
        price_fen=fen(node, "retailPrice"),
        is_active=node.get("isValid") != "N",
        version=0,
    )


def _life(node: Node) -> int | None:
    """Days; the platform counts hours."""
    hours = whole(node, "shelfLife")
    if hours is None:
        return None
    days, rest = divmod(hours, 24)
    if rest:
        raise ValueError(f"shelfLife: {hours} hours are no whole days")
    return days or None
