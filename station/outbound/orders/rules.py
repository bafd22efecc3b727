"""Delivery orders: taking them over, auditing, reserving, cancelling (P11, P12, P24)."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from station.exchange import documents as erp
from station.exchange import outbox
from station.ground.words.messages import Refused
from station.ground.work import SYSTEM, Work
from station.outbound.orders.lifecycle import ORDER
from station.outbound.orders.models import DeliveryOrder, OrderLine, OrderState
from station.outbound.orders.releasing import kick_out, release_open

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
    if order.state == OrderState.SHIPPED or is_partly_gone(tx, order.id):
        _tell(work, order, "CANCELEDFAIL", event_key)
        return "TOO_LATE"
    release_open(work, order.id)
    event = "intercept" if has_picked(tx, order.id) or not ORDER.may(order.state, "cancel") else "cancel"
    ORDER.move(work, order, event, detail={"reason": reason})
    kick_out(work, order.id)
    if event == "cancel":
        _tell(work, order, "CANCELED", event_key)
        return "CANCELLED"
    return "INTERCEPTING"


def is_partly_gone(tx: Session, order_id: int) -> bool:
    """Whether a parcel of the order was handed over: what is left of it follows (§6.0)."""
    gone = select(OrderLine.id).where(OrderLine.order_id == order_id, OrderLine.qty_shipped > 0).limit(1)
    return tx.scalar(gone) is not None


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


def has_picked(tx: Session, order_id: int) -> bool:
    """Whether units of the order were picked: its goods are on their way."""
    return bool(tx.scalar(select(func.sum(OrderLine.qty_picked)).where(OrderLine.order_id == order_id)))


def restock(work: Work, order_id: int) -> None:
    """A person decides that a short order waits for goods (§6.1); E-ORD-03 while its picked goods lie in a
    tote: they go to the intercept shelf first.
    """
    if has_picked(work.tx, order_id):
        raise Refused("E-ORD-03")
    order = work.tx.get_one(DeliveryOrder, order_id)
    ORDER.move(work, order, "restock", hold_reason="")
