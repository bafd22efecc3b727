"""Nodes of the platform as canonical documents: texts everywhere, also for numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from station.erp import makeup, port
from station.erp.inward import making, validate
from station.erp.qimen.values import day, fen, instant, whole, words_of
from station.erp.qimen.xml import Node
from station.exchange import documents as erp

STATUSES = {"ZP": "GOOD", "CC": "DEFECT", "JS": "DEFECT", "XS": "BOXDMG", "ZT": "LOCKED"}
"""正品, 残次, 机损, 箱损, 在途."""

CLOSED = frozenset({"CANCELED", "CLOSED", "REJECT"})
OVER = frozenset({"DELIVERED", "FULFILLED"})
INCOMING_TYPES = frozenset({"SCRK", "LYRK", "CCRK", "CGRK", "DBRK", "QTRK", "B2BRK"})
YES = "Y"


@dataclass(frozen=True)
class Place:
    """Their code of our warehouse, ours, and the words."""

    theirs: str
    ours: str
    words: makeup.Words

    def warehouse(self, theirs: str) -> str:
        """Our code of a warehouse of theirs; OTHER leaves the choice to us."""
        return self.ours if theirs in {"", "OTHER", self.theirs} else self.words.warehouse(theirs)


def item(doc_type: str, doc_no: str, node: Node, make: Callable[[], Any]) -> port.Item:
    """One document, or why it cannot be understood; the node is made plain only when it is looked at."""
    one = making.item(doc_type, doc_no, "", None, make)
    return one if one.doc is not None else replace(one, raw=node.plain())


# --- orders ----------------------------------------------------------------------------------------


def _complete(order: Node, head: str) -> list[Node]:
    """The lines of an order; ValueError when the platform kept some back."""
    lines = list(order.all("orderLines/orderLine"))
    for path in (f"{head}/totalOrderLines", "totalLines"):
        told = whole(order, path)
        if told is not None and told != len(lines):
            raise ValueError(f"{len(lines)} of {told} lines")
    return lines


def _each(place: Place, line: Node) -> int:
    unit = line.get("unit")
    return whole(line, "planQty", place.words.unit(unit, {unit})) or 0


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
        supplier_name=words_of(head, "supplierName", 120) or validate.one_line(supplier, 120),
        warehouse=place.warehouse(head.get("warehouseCode")),
        lines=tuple(
            erp.NoticeLine(
                line_key=line.get("orderLineNo") or line.get("itemCode"),
                sku_code=line.get("itemCode"),
                qty_each=_each(place, line),
                price_fen=fen(line, "purchasePrice"),
                lot=line.get("batchCode"),
                produced_on=day(line, "productDate"),
                expires_on=day(line, "expireDate"),
            )
            for line in _complete(node, "entryOrder")
        ),
        version=0,
        expected_on=day(head, "expectStartTime"),
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
        shop=words_of(head, "shopNick", 80),
        platform_no=words_of(lines[0], "sourceOrderCode", 60) if lines else "",
        is_urgent=head.get("isUrgency") == YES,
        paid_at=instant(head, "payTime"),
        latest_ship_at=instant(head, "latestDeliveryTime"),
        buyer_note=words_of(head, "buyerMessage", 400),
        seller_note=words_of(head, "sellerMessage", 400),
        wants_invoice=head.get("invoiceFlag") == YES,
        invoice=_invoice(head) if head.get("invoiceFlag") == YES else None,
    )


def _order_line(place: Place, line: Node) -> erp.OrderDocumentLine:
    kind = line.get("inventoryType") or "ZP"
    if place.words.status(kind, STATUSES) != "GOOD":
        raise ValueError(f"inventoryType {kind[:20]}: only good stock is shipped")
    return erp.OrderDocumentLine(
        line_key=line.get("orderLineNo") or line.get("itemCode"),
        sku_code=line.get("itemCode"),
        qty_each=_each(place, line),
        price_fen=fen(line, "actualPrice"),
    )


def _receiver(node: Node) -> erp.Receiver:
    where = [node.get("town"), node.get("detailAddress")]
    return erp.Receiver(
        name=words_of(node, "name", 80),
        phone=words_of(node, "mobile", 40) or words_of(node, "tel", 40),
        address=validate.one_line(" ".join(part for part in where if part), 200),
        province=words_of(node, "province", 40),
        city=words_of(node, "city", 40),
        district=words_of(node, "area", 40),
    )


def _invoice(head: Node) -> erp.Invoice | None:
    node = head.node("invoices/invoice")
    if node is None:
        return None
    return erp.Invoice(
        title=words_of(node, "header", 100),
        tax_no=words_of(node, "taxNumber", 40),
        number=words_of(node, "number", 40),
        amount_fen=fen(node, "amount") or 0,
    )


def cancelled(node: Node) -> port.Item:
    """A document that the office called off, outgoing or incoming."""
    number, reason = node.get("orderCode"), words_of(node, "cancelReason", 200)
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
        qty_each=whole(node, "quantity") or 0,
    )
