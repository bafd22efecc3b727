"""What changed in the stock, as messages of the platform."""

from __future__ import annotations

from typing import Any

from station.erp.qimen.sender import MOST_LINES, Message, Sender, text_of
from station.erp.qimen.wire import told
from station.exchange import documents as erp


def adjustment(sender: Sender, doc: erp.StockAdjustment) -> list[Message]:
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
                "expireDate": text_of(line.expires_on),
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


def stock_change(sender: Sender, doc: erp.StockChange) -> list[Message]:
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
