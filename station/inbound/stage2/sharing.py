"""Several inspectors on one receipt (P3): each has a line, or cartons of one that colleagues are at too.

Whoever begins a line holds it; whoever joins holds a part of it. Every sample is counted on the line, so
their counts add up, and the line keeps everybody's name.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.ground.scan.models import Run
from station.ground.words.messages import Refused
from station.inbound import rules as receipts
from station.inbound.models import Receipt, ReceiptLine

_JOINED = "+"


def subject(receipt: Receipt, line: ReceiptLine | None = None, joined_by: int = 0) -> str:
    """The task of whoever inspects this line, or has joined a colleague at it; without a line that of whoever
    ends the inspection.
    """
    whole = f"RC2:{receipt.receipt_no}"
    if line is None:
        return whole
    return f"{whole}/{line.id}{_JOINED}{joined_by}" if joined_by else f"{whole}/{line.id}"


def is_of(task: str | None, receipt: Receipt, line: ReceiptLine) -> bool:
    """Whether a task is to inspect this line, alone or with others."""
    return (task or "").partition(_JOINED)[0] == subject(receipt, line)


def holders(tx: Session, receipt: Receipt) -> dict[str, int]:
    """Who inspects of this receipt what: task → the person's id."""
    mine = Run.subject.startswith(subject(receipt), autoescape=True)
    return {row.subject: row.user_id for row in tx.execute(select(Run.subject, Run.user_id).where(mine))}


def follow(tx: Session, line: ReceiptLine, old: Receipt, new: Receipt) -> None:
    """The line moves to another receipt: whoever inspects it goes on there."""
    mine = Run.subject.startswith(subject(old, line), autoescape=True)
    for run in tx.scalars(select(Run).where(mine)).all():
        if is_of(run.subject, old, line):
            run.subject = (run.subject or "").replace(subject(old), subject(new), 1)
    tx.flush()


@dataclass(frozen=True, slots=True)
class Shares:
    """What is left to inspect of a receipt, for one person: lines that nobody else is at, and lines that
    others are at, with their ids. `is_ending`: somebody else is about to end the inspection.
    """

    free: list[ReceiptLine]
    others: list[tuple[ReceiptLine, list[int]]]
    is_ending: bool

    @property
    def to_join(self) -> ReceiptLine | None:
        """The line of others of which most is left, as long as each of them keeps a sample to look at."""
        wide = [line for line, who in self.others if line.samples_due - line.samples_done > len(who)]
        return max(wide, key=lambda line: (line.samples_due - line.samples_done, -line.id), default=None)


def shares(tx: Session, receipt: Receipt, user_id: int) -> Shares:
    """How the receipt's inspection is divided at this moment; the receipt must be locked."""
    held = {task: who for task, who in holders(tx, receipt).items() if who != user_id}
    left = [line for line in receipts.lines(tx, receipt.id) if line.samples_done < line.samples_due]
    at = {line.id: [who for task, who in held.items() if is_of(task, receipt, line)] for line in left}
    return Shares(
        free=[line for line in left if not at[line.id]],
        others=[(line, at[line.id]) for line in left if at[line.id]],
        is_ending=subject(receipt) in held,
    )


def colleagues(tx: Session, receipt: Receipt, line: ReceiptLine, user_id: int) -> dict[int, int]:
    """Who else is at this line: the person's id → the number of the carton that is open there, 0 for none."""
    mine = Run.subject.startswith(subject(receipt, line), autoescape=True)
    rows = tx.execute(select(Run.user_id, Run.subject, Run.data).where(mine, Run.user_id != user_id))
    return {row.user_id: int(row.data.get("carton", 0)) for row in rows if is_of(row.subject, receipt, line)}


def check_free(tx: Session, receipt: Receipt, line: ReceiptLine, number: int, user_id: int) -> None:
    """E-QC-09 for a carton that a colleague has open."""
    if number in colleagues(tx, receipt, line, user_id).values():
        raise Refused("E-QC-09", n=number)
