"""Carton labels: printed when the signed sheet is keyed in, stuck on, scanned once each (S-13, S-26, P4)."""

from __future__ import annotations

from sqlalchemy import func, select

from printers import queue
from station.ground.documents.numbers import next_no
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.inbound import rules
from station.inbound.models import Receipt, ReceiptLine
from station.inbound.sign import documents
from station.paper.sending import print_, print_again, seen
from station.stock.models import HANDLING_UNIT, HandlingUnit, UnitState
from station.storage.holds.dating import when_dated


def label_cartons(work: Work, receipt: Receipt) -> int:
    """One handling unit and one label per accepted carton; the last one may be partial. How many."""
    made: list[tuple[ReceiptLine, HandlingUnit]] = []
    for line in rules.lines(work.tx, receipt.id):
        left = line.qty_accepted
        while left > 0:
            qty = min(left, line.case_qty)
            unit = HandlingUnit(
                lpn=next_no(work.tx, "CT", work.today),
                kind="CARTON",
                state=UnitState.PRINTED,
                receipt_line_id=line.id,
                seq=len(made) + 1,
                qty=qty,
            )
            made.append((line, unit))
            left -= qty
    work.tx.add_all(unit for _line, unit in made)
    work.tx.flush()
    for line, unit in made:
        label = documents.carton_label(work.tx, work.settings, receipt, line, unit, len(made))
        print_(work, label, "CT", unit.lpn, batch=receipt.receipt_no)
    return len(made)


@when_dated
def label_again(work: Work, lot_id: int) -> None:
    """The date of a lot became known, or another one: new labels for its cartons that still hold goods."""
    cartons = (
        select(ReceiptLine, HandlingUnit, Receipt)
        .join(HandlingUnit, HandlingUnit.receipt_line_id == ReceiptLine.id)
        .join(Receipt, Receipt.id == ReceiptLine.receipt_id)
        .where(ReceiptLine.lot_id == lot_id, HandlingUnit.state.in_((UnitState.APPLIED, UnitState.STORED)))
        .order_by(HandlingUnit.seq)
    )
    made = work.tx.execute(cartons).all()
    for line, unit, receipt in made:
        _left, total, _first = left(work, receipt)
        label = documents.carton_label(work.tx, work.settings, receipt, line, unit, total)
        print_(work, label, "CT", unit.lpn, key=f"dated-{work.now.isoformat()}")


def progress(work: Work, receipt: Receipt) -> queue.Progress:
    """How many of the receipt's labels are printed, and which one stops the rest (P30: 已打 j/k)."""
    return queue.progress(work.tx, receipt.receipt_no)


def reprint(work: Work, receipt: Receipt, reason: str) -> str:
    """Print the label in doubt again, else the first one not yet stuck; the carton's number."""
    stopped = progress(work, receipt).stopped_at
    _left, _total, first = left(work, receipt)
    lpn = queue.show(work.tx, stopped).subject_no if stopped is not None else first
    print_again(work, "CT", lpn, reason)
    return lpn


def stick(work: Work, receipt: Receipt, lpn: str) -> None:
    """The receiver stuck this label: foreign or nobody's → E-LBL-02, twice → E-LBL-01 (T21)."""
    unit = work.tx.scalars(
        select(HandlingUnit)
        .join(ReceiptLine, ReceiptLine.id == HandlingUnit.receipt_line_id)
        .where(HandlingUnit.lpn == lpn, ReceiptLine.receipt_id == receipt.id)
    ).first()
    if unit is None:
        raise Refused("E-LBL-02")
    HANDLING_UNIT.move(work, unit, "stick")
    seen(work, "CT", lpn)


def left(work: Work, receipt: Receipt) -> tuple[int, int, str]:
    """Labels not yet stuck, all labels, and the next one."""
    query = (
        select(func.count(), func.min(HandlingUnit.lpn))
        .join(ReceiptLine, ReceiptLine.id == HandlingUnit.receipt_line_id)
        .where(ReceiptLine.receipt_id == receipt.id)
    )
    total, _first = work.tx.execute(query).one()
    waiting, first = work.tx.execute(query.where(HandlingUnit.state == UnitState.PRINTED)).one()
    return waiting, total, first or ""
