"""The driver's signature with a finger on the screen (S-11): its strokes, kept in the sheet's sealed history.

It is worth for the figures that it was given under: whatever moved the receipt after it (the count opened
again, a slip taken back) makes it void, and the driver signs anew.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from printers import strokes
from station.ground.documents.history import History, record
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.inbound import rules
from station.inbound.models import RECEIPT, Receipt, ReceiptState

EVENT, DOC = "driver_pen", "AS"
SHORTEST = 300
"""How far the pen must go on a field of 1000 × 400: more than a slip of the glove."""


def keep(work: Work, receipt_no: str, text: str) -> None:
    """The driver signed. E-RCV-07 when nothing is to sign now, E-SGN-03 for what is no signature."""
    receipt = rules.receipt_by_code(work.tx, receipt_no)
    if receipt.state != ReceiptState.AWAIT_SIGN:
        raise Refused("E-RCV-07", st=receipt.state)
    if strokes.length(strokes.read(text)) < SHORTEST:
        raise Refused("E-SGN-03")
    state, said = receipt.state, {"strokes": text}
    record(work, DOC, receipt.sheet_no, EVENT, old=state, new=state, detail=said)


def given(tx: Session, receipt: Receipt) -> str:
    """The strokes of the signature that counts; empty when there is none."""
    signed = select(History.id, History.detail).where(
        History.doc_type == DOC, History.doc_no == receipt.sheet_no, History.event == EVENT
    )
    last = tx.execute(signed.order_by(History.id.desc()).limit(1)).first()
    if last is None:
        return ""
    moved = select(History.id).where(
        History.doc_type == RECEIPT.doc_type,
        History.doc_no == receipt.receipt_no,
        History.id > last.id,
        History.new == ReceiptState.AWAIT_SIGN,
        History.old != History.new,
    )
    return "" if tx.scalar(moved.limit(1)) is not None else str(last.detail["strokes"])
