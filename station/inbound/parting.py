"""Releasing what is ready of a truck while the rest is still inspected (P4, P6): the receipt is parted.

Lines whose samples are complete stay, and go on to signatures, labels and slip at once. The others move to a
receipt of their own, with its own sheet: each line is signed and posted once, by one slip, and the office
hears of each slip as of any other.
"""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from station.ground.documents.history import record
from station.ground.documents.numbers import next_no
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.inbound import rules
from station.inbound.arrive.documents import draft
from station.inbound.models import RECEIPT, Receipt, ReceiptLine, ReceiptState
from station.inbound.stage2 import sharing
from station.inbound.stage2.rules import inspectors
from station.paper.sending import print_
from station.stock.models import Lot


def is_ready(line: ReceiptLine) -> bool:
    """Whether every sample of the line was looked at."""
    return line.samples_done >= line.samples_due


def may_part(tx: Session, receipt: Receipt) -> bool:
    """Whether some lines are ready, and some are not; a truck without an order stays whole."""
    if receipt.state != ReceiptState.STAGE2 or rules.parties(tx, receipt)[0].is_blind:
        return False
    return len({is_ready(line) for line in rules.lines(tx, receipt.id)}) > 1


def part(work: Work, receipt: Receipt, reason: str) -> Receipt:
    """The lines that wait move to a receipt of their own, which is given back; this one waits for signatures.

    E-RCV-07 unless it is inspected, E-QC-07 when everything is ready, or nothing.
    """
    if receipt.state != ReceiptState.STAGE2:
        raise Refused("E-RCV-07", st=receipt.state)
    if not may_part(work.tx, receipt):
        raise Refused("E-QC-07")
    counted = rules.lines(work.tx, receipt.id)
    ready = [line for line in counted if is_ready(line)]
    waiting = [line for line in counted if not is_ready(line)]
    rest = _rest(work, receipt, waiting)
    for line in waiting:
        sharing.follow(work.tx, line, receipt, rest)
        line.receipt_id = rest.id
        work.tx.execute(update(Lot).where(Lot.id == line.lot_id).values(receipt_id=rest.id))
    work.tx.flush()
    for one, other in ((receipt, rest), (rest, receipt)):
        said = {"other": other.receipt_no, "reason": reason}
        record(work, RECEIPT.doc_type, one.receipt_no, "part", old=one.state, new=one.state, detail=said)
    seen = inspectors(ready)
    RECEIPT.move(work, receipt, "finish_checks", stage2_by=seen[-1] if seen else work.by.user_id)
    print_(work, draft(work.tx, work.settings, rest), "AS", rest.sheet_no, key="draft")
    return rest


def _rest(work: Work, receipt: Receipt, waiting: list[ReceiptLine]) -> Receipt:
    rest = Receipt(
        receipt_no=next_no(work.tx, "RC", work.today),
        sheet_no=next_no(work.tx, "AS", work.today),
        notice_id=receipt.notice_id,
        state=ReceiptState.STAGE2,
        plate=receipt.plate,
        driver=receipt.driver,
        cartons_declared=sum(line.cartons + bool(line.loose) for line in waiting),
        dock_id=receipt.dock_id,
        arrived_at=receipt.arrived_at,
        arrived_by=receipt.arrived_by,
        stage1_by=receipt.stage1_by,
        part_of=receipt.id,
    )
    work.tx.add(rest)
    work.tx.flush()
    return rest


def parts(tx: Session, receipt: Receipt) -> list[Receipt]:
    """The other receipts of the same truck: the one that this was parted from, and those parted from it."""
    of_it = (Receipt.part_of == receipt.id) | (Receipt.id == receipt.part_of)
    return list(tx.scalars(select(Receipt).where(of_it).order_by(Receipt.id)))
