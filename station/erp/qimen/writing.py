"""Confirmations as messages of the platform. ``outBizCode`` is our event key: it keeps them apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from station.erp import port
from station.erp.qimen.reading import STATUSES
from station.erp.qimen.wire import told
from station.exchange import documents as erp

GOOD = "ZP"
_KINDS = {ours: theirs for theirs, ours in reversed(STATUSES.items())}
MOST_LINES = 100
"""Lines of one message; longer documents are cut, with ``totalOrderLines`` in each part."""

Message = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Sender:
    """What stands in every message."""

    warehouse: str
    owner: str
    confirm_type: str
    words: port.Words

    def kind(self, status: str) -> str:
        """Their word of a stock status of ours."""
        word = self.words.theirs("status", status)
        return word if word != status else _KINDS.get(status, status)

    def carrier(self, code: str) -> str:
        """Their word of a carrier of ours."""
        return self.words.theirs("carrier", code)


def messages(sender: Sender, doc: Any) -> Sequence[Message]:
    """The methods to call for a document, with their content."""
    makers: Mapping[type[Any], Any] = {
        erp.ReceiptConfirmation: _receipt,
        erp.ShipmentConfirmation: _shipment,
        erp.OrderStateDocument: _state,
        erp.StockAdjustment: _adjustment,
        erp.StockChange: _change,
        erp.ReturnResult: _return,
    }
    if type(doc) not in makers:
        raise port.Declined(f"the platform is not told of {erp.doc_type_of(doc)}")
    found: Sequence[Message] = makers[type(doc)](sender, doc)
    return found


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""


def _parts(
    method: str, head: str, about: Mapping[str, Any], lines: Sequence[Any], **more: Any
) -> list[Message]:
    """A message, or several with a hundred lines each and keys of their own."""
    cut = [lines[at : at + MOST_LINES] for at in range(0, len(lines), MOST_LINES)] or [[]]
    found = []
    for number, part in enumerate(cut, 1):
        own = dict(about)
        if len(cut) > 1:
            own |= {"outBizCode": f"{about['outBizCode']}/{number}", "totalOrderLines": len(lines)}
        found.append((method, {head: own, **more, "orderLines": {"orderLine": list(part)}}))
    return found


def _receipt(sender: Sender, doc: erp.ReceiptConfirmation) -> list[Message]:
    """Increments: what this slip took in. Rejected pieces are none of the stock; the remark tells of them."""
    rejected = sum(line.qty_rejected for line in doc.lines)
    about = {
        "entryOrderCode": doc.asn_no,
        "ownerCode": sender.owner,
        "warehouseCode": sender.warehouse,
        "entryOrderId": doc.grn_no,
        "outBizCode": doc.event_key,
        "confirmType": sender.confirm_type,
        "status": "FULFILLED" if sender.confirm_type == "0" else "PARTFULFILLED",
        "operateTime": told(doc.posted_at),
        "remark": f"拒收 {rejected}" if rejected else "",
    }
    lines = [
        {
            "orderLineNo": line.line_key,
            "ownerCode": sender.owner,
            "itemCode": line.sku_code,
            "inventoryType": GOOD,
            "actualQty": line.qty_good,
            "batchCode": line.lot,
            "productDate": _text(line.produced_on),
            "expireDate": _text(line.expires_on),
        }
        for line in doc.lines
    ]
    return _parts("entryorder.confirm", "entryOrder", about, lines)


def _shipment(sender: Sender, doc: erp.ShipmentConfirmation) -> list[Message]:
    about = {
        "deliveryOrderCode": doc.erp_no,
        "deliveryOrderId": doc.order_no,
        "warehouseCode": sender.warehouse,
        "status": "DELIVERED",
        "outBizCode": doc.event_key,
        "confirmType": "0" if doc.is_last else "1",
        "orderConfirmTime": told(doc.shipped_at),
        "operatorName": doc.operator,
        "operateTime": told(doc.shipped_at),
    }
    items: dict[str, int] = {}
    for line in doc.lines:
        items[line.sku_code] = items.get(line.sku_code, 0) + line.qty_each
    package = {
        "logisticsCode": sender.carrier(doc.carrier_code),
        "expressCode": doc.waybill_no,
        "weight": f"{Decimal(doc.weight_g) / 1000:.3f}",
        "items": {"item": [{"itemCode": code, "quantity": quantity} for code, quantity in items.items()]},
    }
    lines = _lots(sender, doc.lines)
    return _parts("deliveryorder.confirm", "deliveryOrder", about, lines, packages={"package": [package]})


def _lots(sender: Sender, lines: Sequence[erp.ShipmentConfirmationLine]) -> list[dict[str, Any]]:
    """One line of each of theirs, with the lots it was taken from."""
    by_parcel: dict[str, list[erp.ShipmentConfirmationLine]] = {}
    for line in lines:
        by_parcel.setdefault(line.line_key, []).append(line)
    return [
        {
            "orderLineNo": key,
            "ownerCode": sender.owner,
            "itemCode": taken[0].sku_code,
            "inventoryType": GOOD,
            "actualQty": sum(line.qty_each for line in taken),
            "batchs": {
                "batch": [
                    {
                        "batchCode": line.lot,
                        "expireDate": _text(line.expires_on),
                        "inventoryType": GOOD,
                        "actualQty": line.qty_each,
                    }
                    for line in taken
                ]
            },
        }
        for key, taken in by_parcel.items()
    ]


def _state(sender: Sender, doc: erp.OrderStateDocument) -> list[Message]:
    content = {
        "order": {"orderCode": doc.erp_no, "orderId": doc.order_no, "warehouseCode": sender.warehouse},
        "process": {
            "processStatus": doc.state,
            "operatorName": doc.operator,
            "operateTime": told(doc.at),
        },
        "extendProps": {"outBizCode": doc.event_key},
    }
    return [("orderprocess.report", content)]


def _adjustment(sender: Sender, doc: erp.StockAdjustment) -> list[Message]:
    items: list[dict[str, Any]] = []
    for line in doc.lines:
        moved = bool(line.status_from and line.status_to and line.status_from != line.status_to)
        changes = [(line.status_to or line.status_from, line.delta_each)]
        if moved:
            changes = [(line.status_from, -abs(line.delta_each)), (line.status_to, abs(line.delta_each))]
        items += [
            {
                "itemCode": line.sku_code,
                "inventoryType": sender.kind(status),
                "quantity": quantity,
                "batchCode": line.lot,
                "expireDate": _text(line.expires_on),
            }
            for status, quantity in changes
        ]
    cut = [items[at : at + MOST_LINES] for at in range(0, len(items), MOST_LINES)] or [[]]
    return [
        (
            "inventory.report",
            {
                "totalPage": len(cut),
                "currentPage": page,
                "pageSize": MOST_LINES,
                "warehouseCode": sender.warehouse,
                "ownerCode": sender.owner,
                "checkOrderCode": doc.adjustment_no,
                "checkTime": told(doc.at),
                "outBizCode": doc.event_key if len(cut) == 1 else f"{doc.event_key}/{page}",
                "remark": doc.reason,
                "adjustType": "CHECK" if doc.adjustment_type == "COUNT" else "ADJUST",
                "items": {"item": part},
            },
        )
        for page, part in enumerate(cut, 1)
    ]


def _change(sender: Sender, doc: erp.StockChange) -> list[Message]:
    """What there is of an article now, by kind; ``seq`` tells which of two messages is newer."""
    items = [
        {
            "ownerCode": sender.owner,
            "warehouseCode": sender.warehouse,
            "itemCode": doc.sku_code,
            "inventoryType": sender.kind(line.status),
            "quantity": line.qty_each,
            "lockQuantity": line.qty_each - line.free_each,
            "outBizCode": doc.event_key,
            "changeTime": told(doc.at),
        }
        for line in doc.lines
    ]
    return [("stockchange.report", {"items": {"item": items}, "extendProps": {"seq": doc.seq}})]


def _return(sender: Sender, doc: erp.ReturnResult) -> list[Message]:
    about = {
        "returnOrderCode": doc.return_no,
        "warehouseCode": sender.warehouse,
        "outBizCode": doc.event_key,
        "orderType": "THRK",
        "orderConfirmTime": told(doc.at),
        "preDeliveryOrderCode": doc.erp_no,
    }
    lines = [
        {
            "orderLineNo": line.line_key,
            "ownerCode": sender.owner,
            "itemCode": line.sku_code,
            "inventoryType": sender.kind(line.status),
            "actualQty": line.qty_each,
            "batchCode": line.lot,
            "expireDate": _text(line.expires_on),
        }
        for line in doc.lines
    ]
    return _parts("returnorder.confirm", "returnOrder", about, lines)
