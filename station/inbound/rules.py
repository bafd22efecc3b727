"""What every process of the dock asks about receipts. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from station.catalog.models import Supplier
from station.ground.words.messages import Refused
from station.inbound.models import InboundNotice, Receipt, ReceiptLine, ReceiptState
from station.settings import Settings


def receipt_by_code(tx: Session, text: str) -> Receipt:
    """The receipt with this receipt or acceptance-sheet barcode; E-RCV-01 when there is none.

    It is locked for this unit of work: two processes that open the same receipt come one after the other.
    """
    query = select(Receipt).where((Receipt.receipt_no == text) | (Receipt.sheet_no == text))
    receipt = tx.scalars(query.with_for_update()).first()
    if receipt is None:
        raise Refused("E-RCV-01")
    return receipt


def receipt_in(tx: Session, receipt_id: int, *states: ReceiptState) -> Receipt:
    """The receipt with this id, locked; E-RCV-07 when it is in none of `states` any more."""
    query = select(Receipt).where(Receipt.id == receipt_id).with_for_update()
    receipt = tx.scalars(query.execution_options(populate_existing=True)).one()
    if receipt.state not in states:
        raise Refused("E-RCV-07", st=receipt.state)
    return receipt


def receipt(tx: Session, receipt_id: int) -> Receipt:
    """The receipt with this id."""
    return tx.get_one(Receipt, receipt_id)


def lines(tx: Session, receipt_id: int) -> list[ReceiptLine]:
    """The lines counted so far, in the order they were counted."""
    return list(
        tx.scalars(select(ReceiptLine).where(ReceiptLine.receipt_id == receipt_id).order_by(ReceiptLine.id))
    )


def parties(tx: Session, receipt: Receipt) -> tuple[InboundNotice, Supplier]:
    """The notice a receipt came for, and who sent it."""
    notice = tx.get_one(InboundNotice, receipt.notice_id)
    return notice, tx.get_one(Supplier, notice.supplier_id)


def waiting(tx: Session, states: Sequence[ReceiptState], limit: int) -> list[Any]:
    """Receipts in one of `states`, oldest first, with the supplier's name."""
    return list(
        tx.execute(
            select(Receipt.receipt_no, Receipt.sheet_no, Receipt.plate, Supplier.name)
            .join(InboundNotice, InboundNotice.id == Receipt.notice_id)
            .join(Supplier, Supplier.id == InboundNotice.supplier_id)
            .where(Receipt.state.in_(states))
            .order_by(Receipt.id)
            .limit(limit)
        )
    )


def waiting_in(*states: ReceiptState) -> Callable[[Session, Settings], int]:
    """Counts the receipts that are in one of `states`."""

    def count(tx: Session, _settings: Settings) -> int:
        query = select(func.count()).select_from(Receipt).where(Receipt.state.in_(states))
        return tx.scalar(query) or 0

    return count
