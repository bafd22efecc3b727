"""What the page of an article asks of all rooms; each list is short and found by its index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.catalog.models import Sku
from station.exchange.models import InboxDocument
from station.ground import db
from station.inbound.models import InboundLine, InboundNotice
from station.outbound.orders.models import DeliveryOrder, OrderLine
from station.outbound.orders.registers import ENDED
from station.stock.lots import lot_no
from station.stock.models import Location, Lot, Movement, Stock

SHOWN = 50


def last_word(tx: Session, code: str) -> Any:
    """Who of the office said something of the article last, and when; None when nobody did."""
    mine = InboxDocument.doc_type == "product", InboxDocument.doc_no == code
    return tx.execute(select(InboxDocument.source, InboxDocument.at).where(*mine)).first()


def home(tx: Session, sku: Sku) -> str:
    """Its pick slot."""
    return tx.scalar(select(Location.code).where(Location.id == (sku.home_location_id or 0))) or ""


def stock(tx: Session, sku_id: int) -> list[Any]:
    """What lies where."""
    rows = tx.execute(
        select(
            Location.code.label("place"),
            Stock.status.label("state"),
            Stock.lot_id,
            Lot.supplier_lot,
            Lot.expires_on,
            Stock.on_hand,
            Stock.allocated,
        )
        .join(Location, Location.id == Stock.location_id)
        .join(Lot, Lot.id == Stock.lot_id)
        .where(Stock.sku_id == sku_id, Stock.on_hand > 0)
        .order_by(Location.pick_seq, Location.code, Stock.id)
        .limit(SHOWN)
    ).all()
    return [_Row(row._asdict() | {"lot": row.supplier_lot or lot_no(row.lot_id)}) for row in rows]


class _Row:
    """A row with a column more."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.__dict__.update(values)


def receipts(tx: Session, sku_id: int) -> Sequence[Any]:
    """Notices that are open and name it."""
    return tx.execute(
        select(InboundNotice.asn_no, InboundNotice.expected_on, InboundLine.qty_expected.label("qty"))
        .join(InboundLine, InboundLine.notice_id == InboundNotice.id)
        .where(InboundLine.sku_id == sku_id, ~InboundNotice.is_closed)
        .order_by(InboundNotice.id.desc())
        .limit(SHOWN)
    ).all()


def orders(tx: Session, sku_id: int) -> Sequence[Any]:
    """Orders that want it and are not over."""
    return tx.execute(
        select(DeliveryOrder.order_no, DeliveryOrder.state, OrderLine.qty, OrderLine.qty_picked)
        .join(OrderLine, OrderLine.order_id == DeliveryOrder.id)
        .where(OrderLine.sku_id == sku_id, DeliveryOrder.state.not_in(sorted(ENDED)))
        .order_by(DeliveryOrder.id.desc())
        .limit(SHOWN)
    ).all()


def movements(tx: Session, sku_id: int) -> Sequence[Any]:
    """Its last rows of the ledger, newest first."""
    source, target = db.table(Location).alias("source"), db.table(Location).alias("target")
    return tx.execute(
        select(
            Movement.at,
            Movement.type,
            Movement.doc_no,
            Movement.qty,
            source.c.code.label("source"),
            target.c.code.label("target"),
        )
        .join(source, source.c.id == Movement.from_location_id)
        .join(target, target.c.id == Movement.to_location_id)
        .where(Movement.sku_id == sku_id)
        .order_by(Movement.id.desc())
        .limit(SHOWN)
    ).all()
