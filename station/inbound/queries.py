"""What the desk looks up of one receipt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from station.catalog.models import Sku
from station.inbound import faults
from station.inbound.models import InboundNotice, Receipt, ReceiptLine, ReceiptRefusal
from station.inbound.stage2.rules import inspectors
from station.people.models import User
from station.stock.serials import Serial


def receipt(tx: Session, receipt_no: str) -> Receipt | None:
    """One receipt."""
    return tx.scalars(select(Receipt).where(Receipt.receipt_no == receipt_no)).first()


@dataclass(frozen=True, slots=True)
class Inspected:
    """One counted line as the desk shows it, its faults and inspectors in words; quantities in EACH."""

    code: str
    name_zh: str
    qty_delivered: int
    qty_rejected: int
    reason: str
    expires_on: date | None
    samples_due: int
    samples_done: int
    inspectors: str
    carton_code: str


def lines(tx: Session, receipt_id: int) -> list[Inspected]:
    """What was counted and what inspection said."""
    query = select(ReceiptLine, Sku.code, Sku.name_zh).join(Sku, Sku.id == ReceiptLine.sku_id)
    rows = tx.execute(query.where(ReceiptLine.receipt_id == receipt_id).order_by(ReceiptLine.id)).all()
    names = {row.id: row.name for row in tx.execute(select(User.id, User.name))}
    return [
        Inspected(
            code,
            name_zh,
            line.qty_delivered,
            line.qty_rejected,
            "; ".join(faults.words(one) for one in line.reject_reason.split()),
            line.expires_on,
            line.samples_due,
            line.samples_done,
            "、".join(names.get(who, "") for who in inspectors([line])),
            line.carton_code,
        )
        for line, code, name_zh in rows
    ]


def serials(tx: Session, receipt_id: int) -> list[Any]:
    """The pieces with serial numbers that came with a receipt, in the order in which they were read."""
    query = (
        select(Serial.serial_no, Sku.code, Serial.carton, Serial.state, Serial.read_by, Serial.read_at)
        .join(Sku, Sku.id == Serial.sku_id)
        .join(ReceiptLine, ReceiptLine.lot_id == Serial.lot_id)
        .where(ReceiptLine.receipt_id == receipt_id)
    )
    return list(tx.execute(query.order_by(Serial.id)))


def totals(tx: Session, receipt_id: int) -> Any:
    """EACH `delivered`, `accepted` and `refused` of a receipt."""
    came = func.coalesce(func.sum(ReceiptLine.qty_delivered), 0)
    back = func.coalesce(func.sum(ReceiptLine.qty_rejected), 0)
    query = select(came.label("delivered"), (came - back).label("accepted"), back.label("refused"))
    return tx.execute(query.where(ReceiptLine.receipt_id == receipt_id)).one()


def notice(tx: Session, notice_id: int) -> InboundNotice:
    """The notice that a receipt came for."""
    return tx.get_one(InboundNotice, notice_id)


@dataclass(frozen=True, slots=True)
class Uncounted:
    """A row of what went back uncounted; the whole truck has neither article nor quantity."""

    code: str
    name_zh: str
    qty: int | str
    reason: str


def refused(tx: Session, receipt_id: int) -> list[Uncounted]:
    """What went back with the driver uncounted."""
    rows = tx.execute(
        select(ReceiptRefusal.qty, ReceiptRefusal.reason, Sku.code, Sku.name_zh)
        .outerjoin(Sku, Sku.id == ReceiptRefusal.sku_id)
        .where(ReceiptRefusal.receipt_id == receipt_id)
        .order_by(ReceiptRefusal.id)
    )
    return [
        Uncounted(row.code or "", row.name_zh or "", row.qty or "", faults.words(row.reason)) for row in rows
    ]
