"""What of the accepted goods is no good stock when it is posted: on hold, or near its expiry (P1, P2, P6)."""

from __future__ import annotations

from station.ground.words.messages import say
from station.ground.work import Work
from station.inbound import faults, rules
from station.inbound.blind.rules import is_blind
from station.inbound.models import Receipt, ReceiptLine
from station.stock.models import Lot, StockStatus
from station.storage import telling
from station.storage.aging.judging import status_today
from station.storage.holds import undated
from station.storage.telling import Told


def tell_near(work: Work, receipt: Receipt) -> None:
    """What is received near its expiry, or later (a supervisor allowed it), is no good stock from the first
    moment on: the office heard of it as such.
    """
    for line in rules.lines(work.tx, receipt.id):
        if not line.qty_accepted or line.lot_id is None or why_held(work, receipt, line):
            continue
        status = status_today(work, line.sku_id, line.lot_id)
        if status != StockStatus.GOOD:
            told = Told(line.sku_id, line.lot_id, line.qty_accepted, StockStatus.GOOD, status)
            number = receipt.grn_no or ""
            telling.tell(work, f"GR-{number}-{line.id}", number, "STATUS", str(line.expires_on), [told])


def why_held(work: Work, receipt: Receipt, line: ReceiptLine) -> str:
    """Why accepted goods may not be sold yet, in words; empty when they may."""
    assert line.lot_id is not None
    if is_blind(work.tx, receipt.notice_id):
        return say("L-NO-ORDER")["zh"]
    if line.held or work.tx.get_one(Lot, line.lot_id).lacks_date:
        return faults.allowed_words(line.override) or faults.words(line.held)
    return ""


def hold(work: Work, receipt: Receipt) -> None:
    """What may not be sold yet is held from its first moment on (P1, P6), by its lot."""
    is_told = not is_blind(work.tx, receipt.notice_id)
    for line in rules.lines(work.tx, receipt.id):
        why = why_held(work, receipt, line) if line.qty_accepted else ""
        if line.lot_id is not None and why:
            undated.hold(work, line.lot_id, line.qty_accepted, why, is_told=is_told)
