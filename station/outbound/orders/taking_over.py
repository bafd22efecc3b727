"""Delivery orders taken over from an ERP: made, or replaced while nothing was picked (P11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select

from station.carriers import supplied
from station.carriers.service import rules as asked
from station.catalog import rules as catalog
from station.exchange import documents as erp
from station.ground.db import table
from station.ground.documents.history import record, record_many
from station.ground.documents.numbers import next_nos
from station.ground.work import Work
from station.outbound.orders.lifecycle import ORDER
from station.outbound.orders.models import STOPPED, DeliveryOrder, OrderLine, OrderState
from station.outbound.orders.rules import has_picked

_WAY = ("carrier_id", "receiver_name", "receiver_phone", "province", "city", "district", "address")
"""What a carrier's label says of an order."""


def take_over(work: Work, documents: Sequence[erp.OrderDocument], *, source: str = "") -> list[str]:
    """Make or replace orders from the ERP `source` (P11); of each: NEW, REPLACED, LATE or STOPPED.

    A newer version replaces an order that is not in a wave, or that fell short and has no goods in a tote;
    later it would be a change request (P23), which is LATE, and a stopped order stays stopped. Carriers and
    articles must be known.
    """
    tx = work.tx
    carriers = catalog.carrier_ids(tx)
    skus = catalog.sku_ids(tx, {line.sku_code for doc in documents for line in doc.lines})
    numbers = [doc.erp_no for doc in documents]
    known = {
        order.erp_no: order
        for order in tx.scalars(select(DeliveryOrder).where(DeliveryOrder.erp_no.in_(numbers)))
    }
    _make(work, [doc for doc in documents if doc.erp_no not in known], carriers, skus, source)
    results = []
    for doc in documents:
        order = known.get(doc.erp_no)
        if order is None:
            results.append("NEW")
        elif ORDER.may(order.state, "replace") and not has_picked(tx, order.id):
            _replace(work, order, doc, carriers[doc.carrier_code], skus)
            results.append("REPLACED")
        elif order.state in STOPPED - {OrderState.SHORT}:
            results.append("STOPPED")
        else:
            results.append("LATE")
    return results


def _make(
    work: Work,
    documents: Sequence[erp.OrderDocument],
    carriers: Mapping[str, int],
    skus: Mapping[str, int],
    source: str,
) -> None:
    """New orders with their lines and the beginning of their history, in four statements."""
    if not documents:
        return
    connection, orders = work.tx.connection(), table(DeliveryOrder)
    numbers = next_nos(work.tx, "DO", work.today, len(documents))
    fixed = {
        "source": source,
        "state": OrderState.NEW,
        "held_from": "",
        "hold_reason": "",
        "created_at": work.now,
    }
    rows = [
        {"order_no": number, "erp_no": doc.erp_no, **fixed, **_values(doc, carriers[doc.carrier_code])}
        for number, doc in zip(numbers, documents, strict=True)
    ]
    connection.execute(insert(orders), rows)
    known = connection.execute(select(orders.c.order_no, orders.c.id).where(orders.c.order_no.in_(numbers)))
    ids = {row.order_no: row.id for row in known}
    lines = [
        row for number, doc in zip(numbers, documents, strict=True) for row in _lines(ids[number], doc, skus)
    ]
    connection.execute(insert(table(OrderLine)), lines)
    record_many(work, "DO", numbers, "import", new=OrderState.NEW)


def _values(doc: erp.OrderDocument, carrier: int) -> dict[str, Any]:
    who = doc.receiver
    return {
        "version": doc.version,
        "order_type": doc.order_type,
        "shop": doc.shop,
        "platform_no": doc.platform_no,
        "carrier_id": carrier,
        "is_paid": doc.is_paid,
        "is_urgent": doc.is_urgent,
        "paid_at": doc.paid_at,
        "latest_ship_at": doc.latest_ship_at,
        "min_left_days": doc.min_left_days,
        "route_code": doc.route_code,
        "sortation": doc.sortation,
        "consolidation": doc.consolidation,
        "receiver_name": who.name,
        "receiver_phone": who.phone,
        "province": who.province,
        "city": who.city,
        "district": who.district,
        "address": who.address,
        "buyer_note": doc.buyer_note,
        "seller_note": doc.seller_note,
        "wants_invoice": doc.wants_invoice,
        "invoice": invoice_data(doc.invoice),
    }


def invoice_data(invoice: erp.Invoice | None) -> dict[str, Any] | None:
    """The invoice's data as kept with the order."""
    if invoice is None:
        return None
    return {
        "title": invoice.title,
        "tax_no": invoice.tax_no,
        "number": invoice.number,
        "issued_on": str(invoice.issued_on or ""),
        "amount_fen": invoice.amount_fen,
    }


def _lines(order_id: int, doc: erp.OrderDocument, skus: Mapping[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "order_id": order_id,
            "line_key": line.line_key,
            "sku_id": skus[line.sku_code],
            "qty": line.qty_each,
            "is_gift": line.is_gift,
            "price_fen": line.price_fen,
            "qty_reserved": 0,
            "qty_picked": 0,
            "qty_packed": 0,
            "qty_shipped": 0,
        }
        for line in doc.lines
    ]


def _replace(
    work: Work, order: DeliveryOrder, doc: erp.OrderDocument, carrier: int, skus: Mapping[str, int]
) -> None:
    """A newer version before the wave: everything is taken anew and audited again. A carrier's label that was
    made for another way is not used any more: the office sends the new one after the order.
    """
    lines = table(OrderLine)
    work.tx.execute(lines.delete().where(lines.c.order_id == order.id))
    values = _values(doc, carrier)
    if any(getattr(order, name) != values[name] for name in _WAY):
        asked.drop_all(work, order.id)
        forgotten = supplied.forget(work.tx, order.id)
        if forgotten:
            record(work, "DO", order.order_no, "forget_label", old=forgotten, new="")
    ORDER.move(work, order, "replace", detail={"v": doc.version}, held_from="", hold_reason="", **values)
    work.tx.execute(insert(lines), _lines(order.id, doc, skus))
