"""The photos of a receipt (P1, P5): its history names each."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.catalog import proofs
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.inbound import rules
from station.inbound.models import AT_DOCK, RECEIPT, Receipt

MOST = 12
"""So many are proof enough."""


def names(tx: Session, receipt_no: str) -> list[str]:
    """The photos that the receipt's history tells of, in the order in which they were taken."""
    return proofs.names(tx, RECEIPT.doc_type, receipt_no)


def last_arrival(tx: Session, user_id: int) -> str:
    """The receipt that a person registered last, as long as its goods are here; empty for none."""
    mine = (Receipt.arrived_by == user_id, Receipt.state.in_(AT_DOCK))
    return (
        tx.scalars(select(Receipt.receipt_no).where(*mine).order_by(Receipt.id.desc()).limit(1)).first() or ""
    )


def may_add(receipt: Receipt, count: int) -> bool:
    """Whether another photo may be taken: the goods are still here."""
    return receipt.state in AT_DOCK and count < MOST


def tell(work: Work, receipt_no: str, name: str) -> None:
    """The receipt's history says who took it and when; E-RCV-07 once the truck has gone."""
    receipt, told = rules.receipt_by_code(work.tx, receipt_no), names(work.tx, receipt_no)
    if name in told:
        return
    if not may_add(receipt, len(told)):
        raise Refused("E-RCV-07", st=receipt.state)
    proofs.tell(work, RECEIPT.doc_type, receipt_no, receipt.state, name)
