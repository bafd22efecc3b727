"""How things stand here, as far as an ERP could know: stock, orders, and what it was not told yet."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from station.catalog.models import Sku
from station.erp.compare.comparison import SET_ASIDE, Effect, Key, reason
from station.erp.models import InboxProblem, ProblemState
from station.exchange.documents import (
    ReceiptConfirmation,
    ReceiptReversal,
    ReturnResult,
    ShipmentConfirmation,
    StockAdjustment,
    from_data,
)
from station.exchange.models import OutboxMessage
from station.inbound import standing as goods
from station.outbound.orders import standing as orders
from station.outbound.packing import standing as parcels
from station.stock.ledger import ADJUST, CUSTOMER, SCRAP, SUPPLIER
from station.stock.models import Movement, StockStatus

CHANGES_STOCK = (
    "receipt_confirmation",
    "receipt_reversal",
    "shipment_confirmation",
    "stock_adjustment",
    "return_result",
)
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
        stock=goods.posted_stock(tx),
        waiting=_waiting(tx, code),
        open_orders=orders.open_of(tx, code),
        shipped=_shipped(tx, code, since, undelivered.get("shipment_confirmation", {})),
        undelivered=undelivered,
    )


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
    if isinstance(doc, ReceiptConfirmation | ReceiptReversal):
        sign = -1 if isinstance(doc, ReceiptReversal) else 1
        for received in doc.lines:
            yield (received.sku_code, StockStatus.GOOD.value, received.lot), sign * received.qty_good
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


def _shipped(tx: Session, code: str, since: datetime, also: Collection[str]) -> dict[str, str]:
    """Order → tracking number of what left since an instant, and of the orders named."""
    shipped = parcels.handed(tx, orders.shipped_since(code, since))
    for query in orders.shipped_among(code, set(also) - shipped.keys()):
        shipped |= parcels.handed(tx, query)
    return shipped


def _undelivered(tx: Session, code: str) -> dict[str, dict[str, str]]:
    """Shipments and states of orders that the ERP was not told yet."""
    rows = tx.execute(
        select(OutboxMessage.doc_no, OutboxMessage.kind, OutboxMessage.state, func.count().label("messages"))
        .where(
            OutboxMessage.target == code,
            OutboxMessage.done_at.is_(None),
            OutboxMessage.kind.in_(("shipment_confirmation", "order_state")),
        )
        .group_by(OutboxMessage.doc_no, OutboxMessage.kind, OutboxMessage.state)
    ).all()
    numbers = orders.erp_nos(tx, {row.doc_no for row in rows})
    counts: dict[str, dict[str, dict[str, int]]] = {}
    for row in rows:
        if row.doc_no not in numbers:
            continue
        of = counts.setdefault(row.kind, {}).setdefault(numbers[row.doc_no], {})
        of[row.kind] = of.get(row.kind, 0) + row.messages
        if row.state == SET_ASIDE:
            of[SET_ASIDE] = row.messages
    return {kind: {no: reason(of) for no, of in by_no.items()} for kind, by_no in counts.items()}


def set_aside(tx: Session, code: str, numbers: Collection[str]) -> set[str]:
    """Orders with these numbers that could not be taken over and wait for a person."""
    waiting: set[str] = set()
    ordered = sorted(numbers)
    for part in (ordered[start : start + _PART] for start in range(0, len(ordered), _PART)):
        waiting |= set(
            tx.scalars(
                select(InboxProblem.doc_no).where(
                    InboxProblem.source == code,
                    InboxProblem.doc_type == "order",
                    InboxProblem.state == ProblemState.OPEN,
                    InboxProblem.doc_no.in_(part),
                )
            )
        )
    return waiting
