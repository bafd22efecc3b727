"""Goods that come without an order: what they are counted against, and that they stay on hold (P1).

Such a receipt has a notice of its own, which no office knows and no truck is registered on. Its lines are
what was counted, so that nothing is missing and nothing too much. What is posted is on HOLD, and the office
hears of it when an order is matched (`matching`).
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.catalog import rules as catalog
from station.catalog.models import Supplier
from station.ground.words.messages import say
from station.ground.work import Work
from station.inbound.models import InboundLine, InboundNotice, Receipt

UNKNOWN = "UNKNOWN"
"""The number of the supplier of whom nobody at the dock knows who it is."""


def unknown_supplier(tx: Session) -> int:
    """The id of the supplier that stands for nobody known."""
    return catalog.supplier_id(tx, UNKNOWN, say("L-NO-SUPPLIER")["zh"])


def suppliers(tx: Session, text: str, limit: int) -> list[tuple[int, str]]:
    """Suppliers (id, name) with `text` in their name or number, by name."""
    rows = tx.execute(
        select(Supplier.id, Supplier.name)
        .where(
            Supplier.name.icontains(text, autoescape=True) | Supplier.code.icontains(text, autoescape=True),
            Supplier.code != UNKNOWN,
        )
        .order_by(Supplier.name, Supplier.id)
        .limit(limit)
    )
    return [(row.id, row.name) for row in rows]


def supplier_name(tx: Session, supplier_id: int) -> str:
    """What a supplier is called."""
    return tx.get_one(Supplier, supplier_id).name


def notice_for(work: Work, receipt_no: str, supplier_id: int) -> InboundNotice:
    """The notice of a receipt without an order. It is closed: nobody expects anything more on it."""
    made = InboundNotice(
        asn_no=f"{receipt_no}-X",
        version=0,
        supplier_id=supplier_id,
        warehouse=work.settings.warehouse_code,
        is_closed=True,
        is_blind=True,
    )
    work.tx.add(made)
    work.tx.flush()
    return made


def is_blind(tx: Session, notice_id: int) -> bool:
    """Whether no office knows of this notice."""
    return tx.get_one(InboundNotice, notice_id).is_blind


def line_of(tx: Session, receipt: Receipt, sku_id: int) -> InboundLine:
    """The line of an article on a blind receipt's notice; not in the database before it is counted."""
    mine = (InboundLine.notice_id == receipt.notice_id, InboundLine.sku_id == sku_id)
    found = tx.scalars(select(InboundLine).where(*mine)).first()
    return found or InboundLine(
        notice_id=receipt.notice_id, line_key=str(sku_id), sku_id=sku_id, qty_expected=0, qty_received=0
    )


def expect(tx: Session, line: InboundLine, qty: int) -> None:
    """`qty` EACH more (or less than nothing: fewer) were counted: just so many were expected."""
    line.qty_expected += qty
    if line.qty_expected > 0:
        tx.add(line)
    else:
        tx.delete(line)
    tx.flush()
