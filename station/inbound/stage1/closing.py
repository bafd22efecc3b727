"""The count is finished, or taken back: what it lacks, and when it may go on (P2)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.catalog import rules as catalog
from station.ground.scan.models import Run
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.inbound import faults, photos, rules
from station.inbound.blind.rules import is_blind
from station.inbound.models import RECEIPT, InboundLine, Receipt, ReceiptLine, ReceiptState
from station.inbound.stage1.rules import still_expected
from station.inbound.stage2 import plans, sharing

REOPENED = (ReceiptState.STAGE2, ReceiptState.AWAIT_SIGN, ReceiptState.SUSPENDED)
"""In which a count is closed and the sheet is not signed."""


@dataclass(frozen=True, slots=True)
class Missing:
    """An article of the notice of which nothing (`counted` is None) or not all was counted; EACH."""

    name: str
    counted: int | None
    expected: int


def missing(work: Work, receipt: Receipt) -> list[Missing]:
    """What the count lacks. A blind count is told what was not counted at all, never how much is short."""
    delivered, still = _delivered(work.tx, receipt), _still(work.tx, receipt)
    lacking = []
    for sku_id, left in still.items():
        counted, refused = delivered.get(sku_id, (None, 0))
        short = left - refused
        if short > 0 and (counted is None or not work.rules.blind_receive):
            lacking.append(Missing(catalog.sku(work.tx, sku_id).name_zh, counted, (counted or 0) + short))
    return lacking


def lacks_photo(tx: Session, receipt: Receipt) -> bool:
    """Whether goods are refused for their packing, and no photo of this truck shows it (P5, S-06)."""
    spoilt = any(line.qty_rejected and line.outer != faults.INTACT for line in rules.lines(tx, receipt.id))
    return spoilt and not photos.names(tx, receipt.receipt_no)


def articles(tx: Session, receipt: Receipt, counted: list[ReceiptLine]) -> tuple[int, int] | None:
    """How many articles of the order are counted on this truck, of how many that were still to come; None
    without an order.
    """
    if is_blind(tx, receipt.notice_id):
        return None
    open_lines = InboundLine.qty_received < InboundLine.qty_expected
    query = select(InboundLine.sku_id).where(InboundLine.notice_id == receipt.notice_id, open_lines)
    done = {line.sku_id for line in counted}
    return len(done), len(done | set(tx.scalars(query)))


def _delivered(tx: Session, receipt: Receipt) -> dict[int, tuple[int, int]]:
    """Article → EACH delivered and EACH refused of it, on this receipt."""
    sums: dict[int, tuple[int, int]] = {}
    for line in rules.lines(tx, receipt.id):
        came, refused = sums.get(line.sku_id, (0, 0))
        sums[line.sku_id] = came + line.qty_delivered, refused + line.qty_rejected
    return sums


def _still(tx: Session, receipt: Receipt) -> dict[int, int]:
    """Article → EACH of the notice that may still come, in the notice's order."""
    query = select(InboundLine).where(InboundLine.notice_id == receipt.notice_id).order_by(InboundLine.id)
    still: dict[int, int] = {}
    for line in tx.scalars(query):
        still[line.sku_id] = still.get(line.sku_id, 0) + still_expected(tx, line)
    return still


def close_count(work: Work, receipt: Receipt) -> bool:
    """The count is finished: stage 2's samples are drawn. Whether the cartons differ from the delivery note
    (W-RCV-06). E-RCV-08 when nothing was counted.
    """
    counted = rules.lines(work.tx, receipt.id)
    if not counted:
        raise Refused("E-RCV-08")
    RECEIPT.move(work, receipt, "begin_stage2", stage1_by=work.by.user_id)
    plans.draw(work, receipt)
    cartons = sum(line.cartons + (bool(line.loose) and not line.is_mixed) for line in counted)
    return bool(receipt.cartons_declared) and cartons != receipt.cartons_declared


def may_reopen(tx: Session, receipt: Receipt) -> bool:
    """Whether a finished count may be taken back: until the sheet is signed, when nobody inspects or signs at
    this moment. A truck that was refused as a whole is not counted after all.
    """
    if receipt.state not in REOPENED:
        return False
    is_signed_now = Run.subject == f"RC3:{receipt.receipt_no}"
    if sharing.holders(tx, receipt) or tx.scalar(select(Run.id).where(is_signed_now).limit(1)) is not None:
        return False
    is_refused = receipt.state != ReceiptState.STAGE2
    return not is_refused or any(line.qty_accepted for line in rules.lines(tx, receipt.id))


def reopen(work: Work, receipt: Receipt) -> None:
    """Go on counting after the count was closed; E-RCV-07 while somebody inspects, and once it is signed.

    What was inspected stays so, as long as its line is not taken out.
    """
    if not may_reopen(work.tx, receipt):
        raise Refused("E-RCV-07", st=receipt.state)
    RECEIPT.move(work, receipt, "reopen_stage1")
    for line in rules.lines(work.tx, receipt.id):
        if line.samples_done:
            continue
        line.samples_due, line.is_full_check = 0, False
    work.tx.flush()
