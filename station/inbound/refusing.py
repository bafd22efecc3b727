"""Goods that go back with the driver uncounted (P2, P5, P6): what nobody ordered, or everything."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.ground.documents.history import record
from station.ground.scan.kit.choice import Reason
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.inbound import faults, rules
from station.inbound.models import RECEIPT, Receipt, ReceiptLine, ReceiptRefusal
from station.stock import ledger, serials
from station.stock.ledger import Place, Posting
from station.stock.models import MovementType, StockStatus

WHOLE = (
    Reason("HOUSE", "L-WHY-HOUSE"),
    Reason("GOODS", "L-WHY-GOODS"),
    Reason("WARM", "L-WHY-WARM"),
    Reason("PAPERS", "L-WHY-PAPERS"),
    Reason("OTHER", "L-WHY-OTHER"),
)
"""Why a whole truck is refused: 送错仓/送错货/温度不对/单据不全/其他; the smallest screen shows five."""
WHOLE_NAMES = frozenset(reason.name for reason in WHOLE)
NOT_ORDERED, NOT_RIGHT = "ORDERED", "SPEC"
"""An article that nobody ordered; an ordered one that is not what it should be (规格不符)."""


def of(tx: Session, receipt_id: int) -> list[ReceiptRefusal]:
    """What was refused uncounted, in the order in which it was written down."""
    query = select(ReceiptRefusal).where(ReceiptRefusal.receipt_id == receipt_id)
    return list(tx.scalars(query.order_by(ReceiptRefusal.id)))


def note(work: Work, receipt: Receipt, sku_id: int, qty: int, reason: str) -> int:
    """`qty` EACH of an article that is not on the order, or not what it should be: they stand on the sheet
    and are no stock. Its id.
    """
    return _write(work, receipt, reason, sku_id, qty)


def forget(work: Work, receipt: Receipt, refusal_id: int) -> None:
    """It was a mistake; E-CMD-02 when it is there no more."""
    row = work.tx.get(ReceiptRefusal, refusal_id)
    if row is None or row.receipt_id != receipt.id:
        raise Refused("E-CMD-02")
    said = {"sku": row.sku_id, "refused": row.qty}
    _tell(work, receipt, "remove_line", said)
    work.tx.delete(row)
    work.tx.flush()


def refuse_all(work: Work, receipt: Receipt, reason: str) -> None:
    """The whole truck goes back: what was counted is booked back to the supplier, the sheet waits for both
    signatures. E-RCV-07 once it was signed.
    """
    for number, line in enumerate(rules.lines(work.tx, receipt.id)):
        send_back(work, receipt, line, reason, f"{work.key}:refuse:{number}")
    _write(work, receipt, reason, None, 0)
    RECEIPT.move(work, receipt, "refuse", detail={"reason": faults.words(reason)})


def send_back(work: Work, receipt: Receipt, line: ReceiptLine, reason: str, key: str) -> None:
    """Nothing of a counted line is received, and no sample of it is looked at any more;
    `key` names its posting.
    """
    if line.qty_accepted:
        assert line.lot_id is not None
        source = Place(receipt.dock_id, StockStatus.INSPECT)
        target = Place(ledger.SUPPLIER, StockStatus.INSPECT)
        what = (MovementType.REJECT, line.sku_id, line.lot_id, line.qty_accepted)
        ledger.post(work, Posting(*what, source, target, "RC", receipt.receipt_no, key))
    serials.withdraw_lot(work, line.lot_id)
    line.qty_rejected = line.qty_delivered
    line.samples_due = line.samples_done
    line.reject_reason = faults.together(line.reject_reason, reason)[:60]
    work.tx.flush()


def _write(work: Work, receipt: Receipt, reason: str, sku_id: int | None, qty: int) -> int:
    row = ReceiptRefusal(
        receipt_id=receipt.id, sku_id=sku_id, qty=qty, reason=reason, at=work.now, by=work.by.name
    )
    work.tx.add(row)
    work.tx.flush()
    if sku_id is not None:
        _tell(work, receipt, "refuse_line", {"sku": sku_id, "refused": qty, "reason": faults.words(reason)})
    return row.id


def _tell(work: Work, receipt: Receipt, event: str, said: dict[str, Any]) -> None:
    state = receipt.state
    record(work, RECEIPT.doc_type, receipt.receipt_no, event, old=state, new=state, detail=said)
