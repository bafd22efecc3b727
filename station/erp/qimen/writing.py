"""Confirmations as messages of the platform. ``outBizCode`` is our event key: it keeps them apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from station.erp import port
from station.erp.outward.reversal import as_correction
from station.erp.qimen.sender import GOOD, Message, Sender, parts, text_of
from station.erp.qimen.stock_reports import adjustment, stock_change
from station.erp.qimen.wire import told
from station.exchange import documents as erp


def messages(sender: Sender, doc: Any) -> Sequence[Message]:
    """The methods to call for a document, with their content."""
    makers: Mapping[type[Any], Any] = {
        erp.ReceiptConfirmation: _receipt,
        erp.ShipmentConfirmation: _shipment,
        erp.OrderStateDocument: _state,
        erp.OrderShortage: _shortage,
        erp.StockAdjustment: adjustment,
        erp.ReceiptReversal: lambda sender, doc: adjustment(sender, as_correction(doc)),
        erp.StockChange: stock_change,
        erp.ReturnResult: _return,
    }
    if type(doc) not in makers:
        raise port.Declined(f"the platform is not told of {erp.doc_type_of(doc)}")
    calls: Sequence[Message] = makers[type(doc)](sender, doc)
    return calls


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
            "productDate": text_of(line.produced_on),
            "expireDate": text_of(line.expires_on),
        }
        for line in doc.lines
    ]
    return parts("entryorder.confirm", "entryOrder", about, lines)


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
    return parts("deliveryorder.confirm", "deliveryOrder", about, lines, packages={"package": [package]})


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
            **_numbers(taken),
            "batchs": {
                "batch": [
                    {
                        "batchCode": line.lot,
                        "expireDate": text_of(line.expires_on),
                        "inventoryType": GOOD,
                        "actualQty": line.qty_each,
                    }
                    for line in taken
                ]
            },
        }
        for key, taken in by_parcel.items()
    ]


def _numbers(taken: Sequence[erp.ShipmentConfirmationLine]) -> dict[str, Any]:
    """The serial numbers of a line's pieces, where they have any."""
    numbers = [number for line in taken for number in line.serials]
    return {"snList": {"sn": numbers}} if numbers else {}


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


def _shortage(sender: Sender, doc: erp.OrderShortage) -> list[Message]:
    """发货单缺货通知: what of an order's lines is missing; its state is told by a message of its own."""
    items = [
        {
            "itemCode": line.sku_code,
            "inventoryType": GOOD,
            "planQty": line.qty_ordered,
            "lackQty": line.qty_missing,
            "reason": "实物报缺",
        }
        for line in doc.lines
    ]
    content = {
        "warehouseCode": sender.warehouse,
        "deliveryOrderCode": doc.erp_no,
        "deliveryOrderId": doc.order_no,
        "createTime": told(doc.at),
        "outBizCode": doc.event_key,
        "items": {"item": items},
    }
    return [("itemlack.report", content)]


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
            "expireDate": text_of(line.expires_on),
        }
        for line in doc.lines
    ]
    return parts("returnorder.confirm", "returnOrder", about, lines)
