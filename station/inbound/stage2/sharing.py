"""Several inspectors on one receipt (P3): each holds a line, and nobody samples another's."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from station.ground.scan.models import Run
from station.inbound import rules as receipts
from station.inbound.models import Receipt, ReceiptLine


def subject(receipt: Receipt, line: ReceiptLine | None = None) -> str:
    """The task of whoever inspects this line; without one that of whoever ends the inspection."""
    whole = f"RC2:{receipt.receipt_no}"
    return f"{whole}/{line.id}" if line is not None else whole


def holders(tx: Session, receipt: Receipt) -> dict[str, int]:
    """Who inspects of this receipt what: task → the person's id."""
    mine = Run.subject.startswith(subject(receipt), autoescape=True)
    return {row.subject: row.user_id for row in tx.execute(select(Run.subject, Run.user_id).where(mine))}


def follow(tx: Session, line: ReceiptLine, old: Receipt, new: Receipt) -> None:
    """The line moves to another receipt: whoever inspects it goes on there."""
    held = update(Run).where(Run.subject == subject(old, line))
    tx.execute(held.values(subject=subject(new, line)))


@dataclass(frozen=True, slots=True)
class Shares:
    """What is left to inspect of a receipt, for one person: lines that nobody holds or that the person does,
    and lines in others' hands. `is_ending`: somebody else is about to end the inspection.
    """

    free: list[ReceiptLine]
    others: list[tuple[ReceiptLine, int]]
    is_ending: bool


def shares(tx: Session, receipt: Receipt, user_id: int) -> Shares:
    """How the receipt's inspection is divided at this moment; the receipt must be locked."""
    held = {task: who for task, who in holders(tx, receipt).items() if who != user_id}
    left = [line for line in receipts.lines(tx, receipt.id) if line.samples_done < line.samples_due]
    return Shares(
        free=[line for line in left if subject(receipt, line) not in held],
        others=[(line, held[subject(receipt, line)]) for line in left if subject(receipt, line) in held],
        is_ending=subject(receipt) in held,
    )
