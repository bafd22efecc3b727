"""Correcting the books (P5, P27): whoever found it signs, a supervisor signs, then it is posted.

What is posted never changes; a mistake is taken back by another correction with two signatures of its own
(I9).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from station.ground.documents.numbers import next_no
from station.ground.documents.signatures import Signature, sign
from station.ground.scan.kit.choice import Reason
from station.ground.words.actor import Actor, Role
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.stock import ledger
from station.stock.ledger import Place, Posting
from station.stock.models import HANDLING_UNIT, LOOSE, HandlingUnit, MovementType, Stock
from station.storage import telling, withdrawing
from station.storage.adjusting import origins
from station.storage.adjusting.models import ADJUSTMENT, Adjustment, AdjustmentLine, AdjustmentState
from station.storage.adjusting.origins import Decision
from station.storage.telling import Told

DOC = "AJ"
FOUND_BY, ALLOWED_BY = "FINDER", "SUPERVISOR"
"""What the two signatures are called."""
REASONS = (
    Reason("PICK_ERROR", "L-ADJ-PICK"),
    Reason("RECEIVING", "L-ADJ-RECEIVE"),
    Reason("DAMAGED", "L-ADJ-DAMAGED"),
    Reason("STOLEN", "L-ADJ-STOLEN"),
    Reason("SYSTEM", "L-ADJ-SYSTEM"),
)
"""拣货错/收货错/破损未报/被盗/系统; what a count found says so by itself."""
COUNTED = "COUNTED"


@dataclass(frozen=True, slots=True)
class Line:
    """`delta` EACH more, or fewer below zero, of one lot in one place."""

    sku_id: int
    lot_id: int
    location_id: int
    delta: int
    status: str
    hu_id: int = LOOSE


def draft(
    work: Work,
    lines: Sequence[Line],
    reason: str,
    finder: Actor,
    *,
    note: str = "",
    origin: tuple[str, str] = ("", ""),
    reverse_of: int | None = None,
) -> Adjustment:
    """A correction, signed by whoever found it; nothing is changed yet.

    E-ADJ-02 without a difference, E-ADJ-03 when the book has fewer than are to be taken away.
    """
    wanted = [line for line in lines if line.delta]
    if not wanted:
        raise Refused("E-ADJ-02")
    for line in wanted:
        _check_there(work.tx, line)
    made = Adjustment(
        adjustment_no=next_no(work.tx, DOC, work.today),
        reason=reason,
        note=note[:60],
        origin_type=origin[0],
        origin_no=origin[1],
        reverse_of=reverse_of,
        made_by=finder.user_id,
        made_name=finder.name,
        made_at=work.now,
    )
    work.tx.add(made)
    work.tx.flush()
    for line in wanted:
        work.tx.add(
            AdjustmentLine(
                adjustment_id=made.id,
                sku_id=line.sku_id,
                lot_id=line.lot_id,
                location_id=line.location_id,
                status=line.status,
                hu_id=line.hu_id,
                delta=line.delta,
            )
        )
    work.tx.flush()
    sign(work, DOC, made.adjustment_no, FOUND_BY, signer=finder)
    return made


def _check_there(tx: Session, line: Line) -> None:
    on_hand = stock_row(tx, line)
    if line.delta < 0 and (on_hand is None or on_hand.on_hand < -line.delta):
        raise Refused("E-ADJ-03", n=on_hand.on_hand if on_hand else 0)


def stock_row(tx: Session, line: Line | AdjustmentLine) -> Stock | None:
    """What the book has of the goods of a line, in that place and status."""
    return tx.scalars(
        select(Stock)
        .where(
            Stock.sku_id == line.sku_id,
            Stock.lot_id == line.lot_id,
            Stock.location_id == line.location_id,
            Stock.status == line.status,
            Stock.hu_id == line.hu_id,
        )
        .execution_options(populate_existing=True)
    ).first()


def post(work: Work, adjustment_id: int, allower: Actor) -> Adjustment:
    """The second signature: the book is corrected, and the office hears of it.

    E-AUTH-02 for nobody of the supervisors, E-AUTH-03 for whoever found it, E-ADJ-01 when it was decided
    before, E-ADJ-03 when the goods are not there any more, E-LOC-02 in a frozen place, E-FIN-02 in a closed
    month. Promised goods that are gone are withdrawn from whom they were promised to.
    """
    made = work.tx.get_one(Adjustment, adjustment_id, with_for_update=True, populate_existing=True)
    if Role.SUPERVISOR not in allower.roles:
        raise Refused("E-AUTH-02")
    if allower.user_id == made.made_by:
        raise Refused("E-AUTH-03")
    ADJUSTMENT.move(work, made, "post", posted_at=work.now, detail={"reason": made.reason})
    sign(work, DOC, made.adjustment_no, ALLOWED_BY, signer=allower)
    origins.tell(work, made.origin_type, made.origin_no, Decision.SIGNED)
    lines = lines_of(work.tx, made.id)
    again = [later for line in lines for later in _book(work, made, line)]
    for later in again:
        later()
    origins.tell(work, made.origin_type, made.origin_no, Decision.POSTED)
    told = [Told(line.sku_id, line.lot_id, line.delta, line.status, line.status) for line in lines]
    telling.tell(work, made.adjustment_no, made.adjustment_no, "COUNT", made.reason, told)
    return made


def _book(work: Work, made: Adjustment, line: AdjustmentLine) -> list[withdrawing.Again]:
    """Post one line; whom its goods were promised to looks elsewhere."""
    again: list[withdrawing.Again] = []
    here, nowhere = Place(line.location_id, line.status, line.hu_id), Place(ledger.ADJUST, line.status)
    source, target = (nowhere, here) if line.delta > 0 else (here, nowhere)
    if line.delta < 0:
        row = stock_row(work.tx, line)
        if row is None or row.on_hand < -line.delta:
            raise Refused("E-ADJ-03", n=row.on_hand if row else 0)
        if row.on_hand - row.allocated < -line.delta:
            again = withdrawing.withdraw(work, row.id)
    ledger.post(
        work,
        Posting(
            MovementType.ADJUST,
            line.sku_id,
            line.lot_id,
            abs(line.delta),
            source,
            target,
            DOC,
            made.adjustment_no,
            f"{DOC}:{line.id}",
            reason=made.reason,
        ),
    )
    if line.hu_id != LOOSE and not left_in(work.tx, line.hu_id):
        HANDLING_UNIT.move(work, work.tx.get_one(HandlingUnit, line.hu_id), "empty")
    return again


def left_in(tx: Session, hu_id: int) -> int:
    """EACH that are still in a carton."""
    return tx.scalar(select(func.sum(Stock.on_hand)).where(Stock.hu_id == hu_id)) or 0


def refuse(work: Work, adjustment_id: int, reason: str) -> None:
    """Nobody believes it: nothing is changed, and what asked for it goes on; E-ADJ-01 when it was decided."""
    made = work.tx.get_one(Adjustment, adjustment_id, with_for_update=True, populate_existing=True)
    ADJUSTMENT.move(work, made, "refuse", detail={"reason": reason}, reverse_of=None)
    origins.tell(work, made.origin_type, made.origin_no, Decision.REFUSED)


def reverse(work: Work, adjustment_id: int, reason: str, finder: Actor) -> Adjustment:
    """A posted correction was wrong: its mirror, which wants two signatures too (I9).

    E-ADJ-01 for one that is not posted, or whose mirror is there already.
    """
    made = work.tx.get_one(Adjustment, adjustment_id)
    mirror = select(Adjustment.id).where(Adjustment.reverse_of == made.id)
    if made.state != AdjustmentState.POSTED or work.tx.scalar(mirror) is not None:
        raise Refused("E-ADJ-01", st=made.state)
    lines = [
        Line(line.sku_id, line.lot_id, line.location_id, -line.delta, line.status, line.hu_id)
        for line in lines_of(work.tx, made.id)
    ]
    return draft(work, lines, made.reason, finder, note=reason, reverse_of=made.id)


def lines_of(tx: Session, adjustment_id: int) -> list[AdjustmentLine]:
    """What a correction changes."""
    query = select(AdjustmentLine).where(AdjustmentLine.adjustment_id == adjustment_id)
    return list(tx.scalars(query.order_by(AdjustmentLine.id)))


def waiting(tx: Session) -> list[Adjustment]:
    """Corrections that want their second signature, the oldest first."""
    query = select(Adjustment).where(Adjustment.state == AdjustmentState.DRAFT)
    return list(tx.scalars(query.order_by(Adjustment.id)))


def find(tx: Session, adjustment_no: str) -> Adjustment | None:
    """The correction with this number."""
    return tx.scalars(select(Adjustment).where(Adjustment.adjustment_no == adjustment_no)).first()


def signers(tx: Session, adjustment_no: str) -> list[str]:
    """Who signed it, first to last."""
    query = select(Signature.signer).where(Signature.doc_type == DOC, Signature.doc_no == adjustment_no)
    return list(tx.scalars(query.order_by(Signature.id)))
