"""Nodes of the platform as canonical documents: texts everywhere, also for numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from station.erp import port
from station.erp.inward import making, validate
from station.erp.qimen.wire import heard
from station.erp.qimen.xml import Node
from station.exchange import documents as erp

STATUSES = {"ZP": "GOOD", "CC": "DEFECT", "JS": "DEFECT", "XS": "BOXDMG", "ZT": "LOCKED"}
"""正品, 残次, 机损, 箱损, 在途."""

ITEM_TYPES = dict.fromkeys(("ZC", "FX", "FS", "CC", "OTHER", ""), "NORMAL")
ITEM_TYPES |= {"ZP": "GIFT", "BC": "PACKAGING", "HC": "PACKAGING", "FL": "PACKAGING"}
NOT_STOCKED = frozenset({"ZH", "XN"})
"""组合商品 and 虚拟品 are not on any shelf."""

CLOSED = frozenset({"CANCELED", "CLOSED", "REJECT"})
OVER = frozenset({"DELIVERED", "FULFILLED"})
INCOMING_TYPES = frozenset({"SCRK", "LYRK", "CCRK", "CGRK", "DBRK", "QTRK", "B2BRK"})
_YES = "Y"


@dataclass(frozen=True)
class Place:
    """Their code of our warehouse, ours, and the words."""

    theirs: str
    ours: str
    words: port.Words

    def warehouse(self, theirs: str) -> str:
        """Our code of a warehouse of theirs; OTHER leaves the choice to us."""
        return self.ours if theirs in {"", "OTHER", self.theirs} else self.words.warehouse(theirs)


def item(doc_type: str, doc_no: str, node: Node, make: Callable[[], Any]) -> port.Item:
    """One document, or why it cannot be understood; the node is made plain only when it is looked at."""
    found = making.item(doc_type, doc_no, "", None, make)
    return found if found.doc is not None else replace(found, raw=node.plain())


# --- texts as values -------------------------------------------------------------------------------


def _exact(node: Node, path: str) -> Decimal | None:
    text = node.get(path)
    if not text:
        return None
    if not re.fullmatch(r"-?[0-9]{1,12}(?:\.[0-9]{1,12})?", text):
        raise ValueError(f"{path}: {text[:20]!r} is no number")
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{path}: {text[:20]!r} is no number") from None


def _whole(node: Node, path: str, factor: int = 1) -> int | None:
    """A whole number; "2.0" is one, "2.5" is not."""
    found = _exact(node, path)
    if found is None:
        return None
    found *= factor
    if found != found.to_integral_value():
        raise ValueError(f"{path}: {found} is not whole")
    return int(found)


def _fen(node: Node, path: str) -> int | None:
    return _whole(node, path, 100)


def _day(node: Node, path: str) -> date | None:
    text = node.get(path)
    if not text:
        return None
    return date.fromisoformat(text[:10])


def _instant(node: Node, path: str) -> datetime | None:
    text = node.get(path)
    return heard(text) if text else None


def _words(node: Node, path: str, limit: int) -> str:
    return validate.one_line(node.get(path), limit)


# --- articles --------------------------------------------------------------------------------------


def product(node: Node) -> port.Item | None:
    """An article; None for what is not stocked."""
    if node.get("itemType") in NOT_STOCKED:
        return None
    return item("product", node.get("itemCode"), node, lambda: _product(node))


def _product(node: Node) -> erp.Product:
    if node.get("itemType") not in ITEM_TYPES:
        raise ValueError(f"itemType {node.get('itemType')[:20]}")
    codes = dict.fromkeys(code.strip() for code in re.split("[;；]", node.get("barCode")) if code.strip())
    lives = node.get("isShelfLifeMgmt") == _YES
    weight = (_exact(node, "grossWeight") or Decimal(0)) * 1000
    return erp.Product(
        code=node.get("itemCode"),
        name_zh=_words(node, "itemName", 200),
        name_en=_words(node, "englishName", 200),
        spec=_words(node, "skuProperty", 100),
        unit=_words(node, "stockUnit", 20) or "件",
        barcodes=tuple(erp.ProductBarcode(code=code) for code in codes),
        case_qty=_whole(node, "pcs") or 1,
        gross_g=int(weight.quantize(Decimal(1), ROUND_HALF_UP)),
        is_serial=node.get("isSNMgmt") == _YES,
        is_lot=node.get("isBatchMgmt") == _YES,
        is_shelf_life=lives,
        shelf_life_n=_life(node) if lives else None,
        reject_days=_whole(node, "rejectLifecycle") if lives else None,
        lockup_days=_whole(node, "lockupLifecycle") if lives else None,
        advent_days=_whole(node, "adventLifecycle") if lives else None,
        item_type=ITEM_TYPES[node.get("itemType")],
        price_fen=_fen(node, "retailPrice"),
        is_active=node.get("isValid") != "N",
        version=0,
    )


def _life(node: Node) -> int | None:
    """Days; the platform counts hours."""
    hours = _whole(node, "shelfLife")
    if hours is None:
        return None
    days, rest = divmod(hours, 24)
    if rest:
        raise ValueError(f"shelfLife: {hours} hours are no whole days")
    return days or None


# --- orders ----------------------------------------------------------------------------------------


def _complete(order: Node, head: str) -> list[Node]:
    """The lines of an order; ValueError when the platform kept some back."""
    lines = list(order.all("orderLines/orderLine"))
    for path in (f"{head}/totalOrderLines", "totalLines"):
        told = _whole(order, path)
        if told is not None and told != len(lines):
            raise ValueError(f"{len(lines)} of {told} lines")
    return lines


def _each(place: Place, line: Node) -> int:
    unit = line.get("unit")
    return _whole(line, "planQty", place.words.unit(unit, {unit})) or 0


def entry_order(place: Place, node: Node) -> port.Item | None:
    """An expected delivery, or the news that it is off; None when it is over."""
    number, status = node.get("entryOrder/entryOrderCode"), node.get("entryOrder/status")
    if status in CLOSED:
        gone = erp.CancelNotice(asn_no=number, version=0, reason=status)
        return item("cancel_notice", number, node, lambda: gone)
    if status in OVER:
        return None
    return item("notice", number, node, lambda: _notice(place, node))


def _notice(place: Place, node: Node) -> erp.NoticeDocument:
    head = node.node("entryOrder") or Node("")
    supplier = head.get("supplierCode") or head.get("sourceWarehouseCode") or head.get("entryOrderType")
    return erp.NoticeDocument(
        asn_no=head.get("entryOrderCode"),
        supplier_code=supplier,
        supplier_name=_words(head, "supplierName", 120) or validate.one_line(supplier, 120),
        warehouse=place.warehouse(head.get("warehouseCode")),
        lines=tuple(
            erp.NoticeLine(
                line_key=line.get("orderLineNo") or line.get("itemCode"),
                sku_code=line.get("itemCode"),
                qty_each=_each(place, line),
                price_fen=_fen(line, "purchasePrice"),
                lot=line.get("batchCode"),
                produced_on=_day(line, "productDate"),
                expires_on=_day(line, "expireDate"),
            )
            for line in _complete(node, "entryOrder")
        ),
        version=0,
        expected_on=_day(head, "expectStartTime"),
    )


def delivery_order(place: Place, node: Node) -> port.Item | None:
    """An order, or the news that it is cancelled; None when it is over."""
    number, status = node.get("deliveryOrder/deliveryOrderCode"), node.get("deliveryOrder/status")
    if status in CLOSED:
        gone = erp.CancelOrder(erp_no=number, version=0, reason=status)
        return item("cancel", number, node, lambda: gone)
    if status in OVER:
        return None
    return item("order", number, node, lambda: _order(place, node))


def _order(place: Place, node: Node) -> erp.OrderDocument:
    head = node.node("deliveryOrder") or Node("")
    if place.warehouse(head.get("warehouseCode")) != place.ours:
        raise ValueError(f"warehouseCode {head.get('warehouseCode')[:40]} is not ours")
    lines = _complete(node, "deliveryOrder")
    return erp.OrderDocument(
        erp_no=head.get("deliveryOrderCode"),
        carrier_code=place.words.carrier(head.get("logisticsCode")),
        receiver=_receiver(head.node("receiverInfo") or Node("")),
        lines=tuple(_order_line(place, line) for line in lines),
        version=0,
        order_type=head.get("orderType") or "JYCK",
        shop=_words(head, "shopNick", 80),
        platform_no=_words(lines[0], "sourceOrderCode", 60) if lines else "",
        is_urgent=head.get("isUrgency") == _YES,
        paid_at=_instant(head, "payTime"),
        latest_ship_at=_instant(head, "latestDeliveryTime"),
        buyer_note=_words(head, "buyerMessage", 400),
        seller_note=_words(head, "sellerMessage", 400),
        wants_invoice=head.get("invoiceFlag") == _YES,
        invoice=_invoice(head) if head.get("invoiceFlag") == _YES else None,
    )


def _order_line(place: Place, line: Node) -> erp.OrderDocumentLine:
    kind = line.get("inventoryType") or "ZP"
    if place.words.status(kind, STATUSES) != "GOOD":
        raise ValueError(f"inventoryType {kind[:20]}: only good stock is shipped")
    return erp.OrderDocumentLine(
        line_key=line.get("orderLineNo") or line.get("itemCode"),
        sku_code=line.get("itemCode"),
        qty_each=_each(place, line),
        price_fen=_fen(line, "actualPrice"),
    )


def _receiver(node: Node) -> erp.Receiver:
    where = [node.get("town"), node.get("detailAddress")]
    return erp.Receiver(
        name=_words(node, "name", 80),
        phone=_words(node, "mobile", 40) or _words(node, "tel", 40),
        address=validate.one_line(" ".join(part for part in where if part), 200),
        province=_words(node, "province", 40),
        city=_words(node, "city", 40),
        district=_words(node, "area", 40),
    )


def _invoice(head: Node) -> erp.Invoice | None:
    node = head.node("invoices/invoice")
    if node is None:
        return None
    return erp.Invoice(
        title=_words(node, "header", 100),
        tax_no=_words(node, "taxNumber", 40),
        number=_words(node, "number", 40),
        amount_fen=_fen(node, "amount") or 0,
    )


def cancelled(node: Node) -> port.Item:
    """A document that the office called off, outgoing or incoming."""
    number, reason = node.get("orderCode"), _words(node, "cancelReason", 200)
    if node.get("orderType") in INCOMING_TYPES:
        notice = erp.CancelNotice(asn_no=number, version=0, reason=reason)
        return item("cancel_notice", number, node, lambda: notice)
    order = erp.CancelOrder(erp_no=number, version=0, reason=reason)
    return item("cancel", number, node, lambda: order)


def stock_line(place: Place, node: Node) -> port.StockLine:
    """What the platform believes there is of an article, lot and kind."""
    kind = node.get("inventoryType") or "ZP"
    return port.StockLine(
        sku_code=node.get("itemCode"),
        lot=node.get("batchCode"),
        status=place.words.status(kind, STATUSES),
        qty_each=_whole(node, "quantity") or 0,
    )
