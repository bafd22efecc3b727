"""Delivery orders taken over from an ERP: made, or replaced while nothing was picked (P11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sqlalchemy import insert, select

from station.carriers import supplied
from station.carriers.service import rules as asked
from station.catalog import rules as catalog
from station.exchange import documents as erp
from station.ground.db import table
from station.ground.documents.history import record, record_many
from station.ground.documents.numbers import next_nos
from station.ground.words.causes import cause
from station.ground.work import Work
from station.outbound.orders import changing
from station.outbound.orders.lifecycle import ORDER
from station.outbound.orders.models import DeliveryOrder, OrderLine, OrderState
from station.outbound.orders.rules import has_picked

_WAY = ("carrier_id", "receiver_name", "receiver_phone", "province", "city", "district", "address")
"""What a carrier's label says of an order."""


def take_over(
    work: Work,
    documents: Sequence[erp.OrderDocument],
    *,
    source: str = "",
    cancelled: Mapping[str, int] = MappingProxyType({}),
) -> list[str]:
    """Make or replace orders from the ERP `source` (P11); of each: NEW, REPLACED, HELD, REVIVED, LATE
    or STOPPED.

    A newer version replaces an order that is not in a wave, or that fell short and has no goods in a tote.
    Later (P23) the order is held for a person: HELD when its address and notes could be changed where it
    stands, LATE when not. A version later than the cancel (`cancelled`) revives a stopped order whose goods
    are back; any other stays stopped. Carriers and articles must be known.
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
        elif order.state == OrderState.CANCELLED and doc.version > cancelled.get(doc.erp_no, order.version):
            results.append(_revive(work, order, doc, carriers[doc.carrier_code], skus))
        elif order.state in changing.GONE - {OrderState.SHIPPED}:
            results.append("STOPPED")
        else:
            results.append(_change(work, order, doc, carriers[doc.carrier_code], skus))
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


def _change(
    work: Work, order: DeliveryOrder, doc: erp.OrderDocument, carrier: int, skus: Mapping[str, int]
) -> str:
    """A newer version after goods were picked (P23). REPLACED when it says nothing new."""
    values = _values(doc, carrier)
    wanted = sorted((line.line_key, skus[line.sku_code], line.qty_each) for line in doc.lines)
    is_same = wanted == changing.lines_of(work.tx, order.id)
    state = order.held_from if order.state == OrderState.HOLD else order.state
    why = cause("L-HELD-CHANGED", doc.version)
    if not is_same or state not in changing.UNPACKED or order.carrier_id != carrier:
        changing.stop_for(work, order, why)
        return "LATE"
    is_elsewhere = any(getattr(order, name) != values[name] for name in _WAY)
    if not changing.amend(work, order, values):
        return "REPLACED"
    if is_elsewhere:
        _forget_label(work, order)
    changing.stop_for(work, order, why)
    return "HELD"


def _revive(
    work: Work, order: DeliveryOrder, doc: erp.OrderDocument, carrier: int, skus: Mapping[str, int]
) -> str:
    """A version later than the cancel: the order begins anew where nothing of it is left on the floor; else a
    person looks (LATE).
    """
    rows, wanted = (
        table(OrderLine),
        sorted((one.line_key, skus[one.sku_code], one.qty_each) for one in doc.lines),
    )
    if has_picked(work.tx, order.id):
        return "LATE"
    if wanted == changing.lines_of(work.tx, order.id):
        zero = {"qty_reserved": 0, "qty_picked": 0, "qty_packed": 0}
        work.tx.execute(rows.update().where(rows.c.order_id == order.id).values(**zero))
    elif changing.is_touched(work.tx, order.id):
        return "LATE"
    else:
        work.tx.execute(rows.delete().where(rows.c.order_id == order.id))
        work.tx.execute(insert(rows), _lines(order.id, doc, skus))
    _forget_label(work, order)
    detail = {"v": doc.version, "why": "L-HELD-REVIVED"}
    values = _values(doc, carrier)
    ORDER.move(work, order, "revive", detail=detail, held_from="", hold_reason="", **values)
    return "REVIVED"


def _forget_label(work: Work, order: DeliveryOrder) -> None:
    """A carrier's label that was made for another way is not used any more."""
    asked.drop_all(work, order.id)
    forgotten = supplied.forget(work.tx, order.id)
    if forgotten:
        record(work, "DO", order.order_no, "forget_label", old=forgotten, new="")


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
        _forget_label(work, order)
    ORDER.move(work, order, "replace", detail={"v": doc.version}, held_from="", hold_reason="", **values)
    work.tx.execute(insert(lines), _lines(order.id, doc, skus))
