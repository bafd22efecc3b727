"""How things stand here, as far as an ERP could know: stock, orders, and what it was not told yet."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from station.carriers.models import Waybill
from station.catalog.models import Sku
from station.erp.compare.comparison import SET_ASIDE, Effect, Key, reason
from station.erp.inward.openset import CLOSED
from station.erp.models import InboxProblem
from station.exchange.documents import (
    ReceiptConfirmation,
    ReturnResult,
    ShipmentConfirmation,
    StockAdjustment,
    from_data,
)
from station.exchange.models import InboxDocument, OutboxMessage
from station.inbound.models import Receipt
from station.outbound.orders.models import DeliveryOrder, OrderState
from station.outbound.packing.models import Parcel, ParcelState
from station.stock.ledger import ADJUST, CUSTOMER, SCRAP, SUPPLIER
from station.stock.lots import lot_no
from station.stock.models import Lot, Movement, Stock, StockStatus

CHANGES_STOCK = ("receipt_confirmation", "shipment_confirmation", "stock_adjustment", "return_result")
_VIRTUAL = (SUPPLIER, CUSTOMER, ADJUST, SCRAP)
_PART = 500


@dataclass(frozen=True)
class Standing:
    """What we say at one moment; orders by the ERP's numbers."""

    movement_id: int
    stock: dict[Key, int]
    waiting: list[Effect]
    open_orders: dict[str, str]
    shipped: dict[str, str]
    undelivered: dict[str, dict[str, str]]
    """Kind of message → order → why the ERP cannot know yet."""


def read(tx: Session, code: str, since: datetime) -> Standing:
    """How things stand, for the connection `code`; shipments since an instant, and those it was not told."""
    undelivered = _undelivered(tx, code)
    return Standing(
        movement_id=tx.scalar(select(func.max(Movement.id))) or 0,
        stock=_stock(tx),
        waiting=_waiting(tx, code),
        open_orders=_open_orders(tx, code),
        shipped=_shipped(tx, code, since, undelivered.get("shipment_confirmation", {})),
        undelivered=undelivered,
    )


def _stock(tx: Session) -> dict[Key, int]:
    """EACH by article, status and lot. Goods whose receipt is not posted are none of the ERP's yet."""
    rows = tx.execute(
        select(Sku.code, Stock.status, Lot.id, Lot.supplier_lot, func.sum(Stock.on_hand).label("qty"))
        .join(Sku, Sku.id == Stock.sku_id)
        .join(Lot, Lot.id == Stock.lot_id)
        .outerjoin(Receipt, Receipt.id == Lot.receipt_id)
        .where(Stock.on_hand > 0, or_(Lot.receipt_id.is_(None), Receipt.posted_at.is_not(None)))
        .group_by(Sku.code, Stock.status, Lot.id, Lot.supplier_lot)
    )
    found: dict[Key, int] = {}
    for row in rows:
        key = (row.code, row.status, row.supplier_lot or lot_no(row.id))
        found[key] = found.get(key, 0) + int(row.qty)
    return found


def _waiting(tx: Session, code: str) -> list[Effect]:
    """What undelivered messages will change in the ERP's stock, a line each."""
    rows = tx.execute(
        select(OutboxMessage.id, OutboxMessage.kind, OutboxMessage.state, OutboxMessage.payload)
        .where(
            OutboxMessage.target == code,
            OutboxMessage.done_at.is_(None),
            OutboxMessage.kind.in_(CHANGES_STOCK),
        )
        .order_by(OutboxMessage.id)
    )
    return [
        Effect(row.id, row.kind, row.state == SET_ASIDE, key, delta)
        for row in rows
        for key, delta in changes(from_data(row.kind, row.payload))
    ]


def changes(doc: Any) -> Iterator[tuple[Key, int]]:
    """What a confirmation will change in the stock of whoever hears it."""
    if isinstance(doc, ReceiptConfirmation):
        for received in doc.lines:
            yield (received.sku_code, StockStatus.GOOD.value, received.lot), received.qty_good
    elif isinstance(doc, ShipmentConfirmation):
        for sent in doc.lines:
            yield (sent.sku_code, StockStatus.GOOD.value, sent.lot), -sent.qty_each
    elif isinstance(doc, ReturnResult):
        for back in doc.lines:
            yield (back.sku_code, back.status, back.lot), back.qty_each
    elif isinstance(doc, StockAdjustment):
        for line in doc.lines:
            if line.status_from and line.status_to and line.status_from != line.status_to:
                yield (line.sku_code, line.status_from, line.lot), -abs(line.delta_each)
                yield (line.sku_code, line.status_to, line.lot), abs(line.delta_each)
            else:
                yield (line.sku_code, line.status_to or line.status_from, line.lot), line.delta_each


def moved(tx: Session, after_id: int) -> set[str]:
    """Articles whose stock changed for an ERP since a movement: in, out, or in status."""
    rows = tx.scalars(
        select(Sku.code)
        .join(Movement, Movement.sku_id == Sku.id)
        .where(
            Movement.id > after_id,
            or_(
                Movement.from_location_id.in_(_VIRTUAL),
                Movement.to_location_id.in_(_VIRTUAL),
                Movement.from_status != Movement.to_status,
            ),
        )
        .distinct()
    )
    return set(rows)


# --- orders --------------------------------------------------------------------------------------


def _of(code: str) -> Any:
    """Orders that came from a connection."""
    return and_(
        InboxDocument.doc_no == DeliveryOrder.erp_no,
        InboxDocument.doc_type == "order",
        InboxDocument.source == code,
    )


def _open_orders(tx: Session, code: str) -> dict[str, str]:
    rows = tx.execute(
        select(DeliveryOrder.erp_no, DeliveryOrder.state)
        .join(InboxDocument, _of(code))
        .where(DeliveryOrder.state.not_in(CLOSED))
    )
    return {row.erp_no: row.state for row in rows}


def _shipped(tx: Session, code: str, since: datetime, also: Collection[str]) -> dict[str, str]:
    """Order → tracking number of what left since an instant, and of the orders named."""
    query = (
        select(DeliveryOrder.erp_no, Waybill.waybill_no)
        .join(InboxDocument, _of(code))
        .outerjoin(Parcel, and_(Parcel.order_id == DeliveryOrder.id, Parcel.state == ParcelState.SHIPPED))
        .outerjoin(Waybill, and_(Waybill.parcel_id == Parcel.id, Waybill.state == "HANDED"))
        .where(DeliveryOrder.state == OrderState.SHIPPED)
        .order_by(DeliveryOrder.id, Waybill.id)
    )
    found: dict[str, list[str]] = {}
    for row in tx.execute(query.where(DeliveryOrder.shipped_at >= since)):
        found.setdefault(row.erp_no, []).append(row.waybill_no or "")
    for part in _parts(sorted(set(also) - found.keys())):
        for row in tx.execute(query.where(DeliveryOrder.erp_no.in_(part))):
            found.setdefault(row.erp_no, []).append(row.waybill_no or "")
    return {number: " ".join(filter(None, bills)) for number, bills in found.items()}


def _undelivered(tx: Session, code: str) -> dict[str, dict[str, str]]:
    """Shipments and states of orders that the ERP was not told yet."""
    rows = tx.execute(
        select(DeliveryOrder.erp_no, OutboxMessage.kind, OutboxMessage.state, func.count().label("messages"))
        .join(DeliveryOrder, DeliveryOrder.order_no == OutboxMessage.doc_no)
        .where(
            OutboxMessage.target == code,
            OutboxMessage.done_at.is_(None),
            OutboxMessage.kind.in_(("shipment_confirmation", "order_state")),
        )
        .group_by(DeliveryOrder.erp_no, OutboxMessage.kind, OutboxMessage.state)
    )
    counts: dict[str, dict[str, dict[str, int]]] = {}
    for row in rows:
        of = counts.setdefault(row.kind, {}).setdefault(row.erp_no, {})
        of[row.kind] = of.get(row.kind, 0) + row.messages
        if row.state == SET_ASIDE:
            of[SET_ASIDE] = row.messages
    return {kind: {no: reason(of) for no, of in by_no.items()} for kind, by_no in counts.items()}


def states(tx: Session, numbers: Collection[str]) -> dict[str, str]:
    """Our state of the orders with these numbers of an ERP, whichever it is."""
    found: dict[str, str] = {}
    for part in _parts(sorted(numbers)):
        rows = tx.execute(
            select(DeliveryOrder.erp_no, DeliveryOrder.state).where(DeliveryOrder.erp_no.in_(part))
        )
        found |= {row.erp_no: row.state for row in rows}
    return found


def set_aside(tx: Session, code: str, numbers: Collection[str]) -> set[str]:
    """Orders with these numbers that could not be taken over and wait for a person."""
    found: set[str] = set()
    for part in _parts(sorted(numbers)):
        found |= set(
            tx.scalars(
                select(InboxProblem.doc_no).where(
                    InboxProblem.source == code,
                    InboxProblem.doc_type == "order",
                    InboxProblem.state == "OPEN",
                    InboxProblem.doc_no.in_(part),
                )
            )
        )
    return found


def _parts(numbers: Sequence[str]) -> Iterator[Sequence[str]]:
    return (numbers[start : start + _PART] for start in range(0, len(numbers), _PART))
