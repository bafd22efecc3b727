"""Delivery orders: taking them over, auditing, reserving, cancelling (P11, P12, P24)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from station.catalog import rules as catalog
from station.exchange import documents as erp
from station.exchange import outbox
from station.ground.db import table
from station.ground.documents.history import record, record_many
from station.ground.documents.numbers import next_nos
from station.ground.work import SYSTEM, Work
from station.outbound.orders.lifecycle import ORDER
from station.outbound.orders.models import (
    STOPPED,
    Allocation,
    AllocationState,
    DeliveryOrder,
    OrderLine,
    OrderState,
)
from station.outbound.picking.models import PickList, PickTask
from station.outbound.waves.models import WaveOrder
from station.stock import promises


def take_over(work: Work, documents: Sequence[erp.OrderDocument], *, source: str = "") -> list[str]:
    """Make or replace orders from the ERP `source` (P11); of each: NEW, REPLACED, LATE or STOPPED.

    A newer version replaces an order that is not in a wave; later it would be a change request (P23),
    which is LATE, and a stopped order stays stopped. Carriers and articles must be known.
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
        elif order.state in {OrderState.NEW, OrderState.AUDITED, OrderState.ALLOCATED, OrderState.HOLD}:
            _replace(work, order, doc, carriers[doc.carrier_code], skus)
            results.append("REPLACED")
        elif order.state in STOPPED:
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
    found = connection.execute(select(orders.c.order_no, orders.c.id).where(orders.c.order_no.in_(numbers)))
    ids = {row.order_no: row.id for row in found}
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
    """A newer version before the wave: everything is taken anew and audited again."""
    tx, old = work.tx, order.state
    tx.execute(table(OrderLine).delete().where(OrderLine.order_id == order.id))
    tx.execute(
        update(DeliveryOrder)
        .where(DeliveryOrder.id == order.id)
        .values(state=OrderState.NEW, hold_reason="", **_values(doc, carrier))
    )
    tx.execute(insert(table(OrderLine)), _lines(order.id, doc, skus))
    record(work, "DO", order.order_no, "replace", old=old, new=OrderState.NEW, detail={"v": doc.version})


# --- cancelling --------------------------------------------------------------------------------


def cancel(work: Work, erp_no: str, reason: str, event_key: str) -> str:
    """The ERP cancels (P24): stopped at once where nothing was picked, intercepted where goods are on
    their way, too late when shipped. The ERP is told; the same request twice changes nothing.
    """
    tx = work.tx
    order = tx.scalars(select(DeliveryOrder).where(DeliveryOrder.erp_no == erp_no).with_for_update()).first()
    if order is None:
        return "UNKNOWN"
    if order.state in {OrderState.CANCELLED, OrderState.INTERCEPTING, OrderState.INTERCEPTED}:
        return "ALREADY"
    if order.state == OrderState.SHIPPED or _is_partly_gone(tx, order.id):
        _tell(work, order, "CANCELEDFAIL", event_key)
        return "TOO_LATE"
    release_open(work, order.id)
    picked = any(line.qty_picked for line in order_lines(tx, order.id))
    event = "intercept" if picked or not ORDER.may(order.state, "cancel") else "cancel"
    ORDER.move(work, order, event, detail={"reason": reason})
    tx.execute(
        update(WaveOrder).where(WaveOrder.order_id == order.id, WaveOrder.flag == "IN").values(flag="KICKED")
    )
    if event == "cancel":
        _tell(work, order, "CANCELED", event_key)
        return "CANCELLED"
    return "INTERCEPTING"


def _is_partly_gone(tx: Session, order_id: int) -> bool:
    """Whether a parcel of the order was handed over: what is left of it follows (§6.0)."""
    return any(line.qty_shipped for line in order_lines(tx, order_id))


def stopped(work: Work, order: DeliveryOrder) -> None:
    """The goods of an intercepted order are on the intercept shelf: CANCELLED, and the ERP knows."""
    ORDER.move(work, order, "goods_back")
    ORDER.move(work, order, "close_cancelled")
    _tell(work, order, "CANCELED", f"CANCEL-{order.order_no}")


def _tell(work: Work, order: DeliveryOrder, state: str, event_key: str) -> None:
    outbox.put(
        work.tx,
        erp.OrderStateDocument(
            event_key=f"{event_key}-{state}",
            erp_no=order.erp_no,
            order_no=order.order_no,
            state=state,
            at=work.now,
            operator=SYSTEM.name,
        ),
        doc_no=order.order_no,
        now=work.now,
    )


def order_lines(tx: Session, order_id: int) -> list[OrderLine]:
    """The lines of an order in the ERP's order."""
    return list(tx.scalars(select(OrderLine).where(OrderLine.order_id == order_id).order_by(OrderLine.id)))


def release_open(work: Work, order_id: int) -> None:
    """Give back what is promised but not picked: allocations, their share of pick tasks, reservations."""
    tx = work.tx
    rows = tx.execute(
        select(Allocation.id, Allocation.stock_id, Allocation.qty, Allocation.qty_taken, Allocation.task_id)
        .join(OrderLine, OrderLine.id == Allocation.owner_id)
        .where(OrderLine.order_id == order_id, Allocation.state == "OPEN")
    ).all()
    for row in rows:
        left = row.qty - row.qty_taken
        promises.let_go(tx, row.stock_id, left)
        values = (
            {"state": AllocationState.PICKED, "qty": row.qty_taken}
            if row.qty_taken
            else {"state": AllocationState.RELEASED}
        )
        tx.execute(update(Allocation).where(Allocation.id == row.id).values(ended_at=work.now, **values))
        if row.task_id is not None:
            _shrink_task(tx, row.task_id, left)
    tx.execute(update(OrderLine).where(OrderLine.order_id == order_id).values(qty_reserved=0))


def _shrink_task(tx: Session, task_id: int, qty: int) -> None:
    task = tx.get_one(PickTask, task_id)
    if task.qty - qty > task.qty_picked:
        task.qty -= qty
    elif task.qty - qty == task.qty_picked and task.qty_picked:
        task.qty -= qty
        task.state = "DONE"
    else:
        task.state = "CANCELLED"
    tx.flush()
    _drop_empty_list(tx, task.pick_list_id)


def _drop_empty_list(tx: Session, pick_list_id: int) -> None:
    """A list nobody has taken and on which nothing is left to pick is not offered any more."""
    left = tx.scalar(
        select(func.count())
        .select_from(PickTask)
        .where(PickTask.pick_list_id == pick_list_id, PickTask.state != "CANCELLED")
    )
    if not left:
        tx.execute(
            update(PickList)
            .where(PickList.id == pick_list_id, PickList.state == "OPEN")
            .values(state="CANCELLED")
        )
