"""Taking a posted inbound slip back (红冲, P4): the ledger mirrored, the receipt unsigned again.

A supervisor and a keeper sign. Everything of the slip is taken back, or nothing: the cartons must stand
where they were posted, untouched. Then the count can be opened again, and the receipt is signed, labelled and
posted anew under another number.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, func, select, update
from sqlalchemy.orm import Session

from station.exchange import outbox
from station.ground.documents.history import record
from station.ground.documents.numbers import next_no
from station.ground.documents.signatures import sign
from station.ground.words.actor import Actor, Role
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.inbound import rules
from station.inbound.models import RECEIPT, InboundLine, InboundNotice, Receipt, ReceiptState
from station.inbound.reverse.models import SlipReversal
from station.inbound.sign import confirmation, documents
from station.paper.sending import print_
from station.stock import ledger, serials
from station.stock.models import (
    HANDLING_UNIT,
    HandlingUnit,
    Location,
    Movement,
    MovementType,
    Stock,
    StockStatus,
)
from station.storage.putaway import rules as putaway

POSTED = frozenset({ReceiptState.POSTED, ReceiptState.PUTAWAY_DONE})
"""States of a receipt whose slip may be asked back; whether its goods allow it is seen then."""


def signers(one: Actor, other: Actor) -> tuple[Actor, Actor]:
    """(supervisor, keeper) among two people; E-AUTH-03 when they are one, E-AUTH-02 for a missing role."""
    if one.user_id == other.user_id:
        raise Refused("E-AUTH-03")
    for boss, keeper in ((one, other), (other, one)):
        if Role.SUPERVISOR in boss.roles and Role.KEEPER in keeper.roles:
            return boss, keeper
    raise Refused("E-AUTH-02")


def of(tx: Session, receipt_id: int) -> list[SlipReversal]:
    """The reversals of a receipt's slips, oldest first."""
    query = select(SlipReversal).where(SlipReversal.receipt_id == receipt_id)
    return list(tx.scalars(query.order_by(SlipReversal.id)))


def reverse(work: Work, receipt: Receipt, reason: str, one: Actor, other: Actor) -> str:
    """Take the receipt's slip back; the number of the reversing slip.

    Refused: E-AUTH-02 and E-AUTH-03 (see `signers`), E-RCV-07 when the receipt is not posted, E-REV-01 with
    the first carton that is not where it was posted any more, E-REV-02 with one that is on hold.
    """
    supervisor, keeper = signers(one, other)
    if receipt.state not in POSTED or receipt.grn_no is None:
        raise Refused("E-RCV-07", st=receipt.state)
    old, cartons = receipt.grn_no, _cartons(work.tx, receipt.grn_no)
    for carton in cartons:
        _check_untouched(work.tx, carton)
    made = SlipReversal(
        grn_no=next_no(work.tx, "GR", work.today),
        reverses_no=old,
        receipt_id=receipt.id,
        reason=reason,
        at=work.now,
    )
    work.tx.add(made)
    told = confirmation.taken_back(work, receipt, made.grn_no, reason)
    # the state goes first: the end of a posted receipt's last putaway task would finish the receipt
    RECEIPT.move(
        work, receipt, "reverse", grn_no=None, posted_at=None, detail={"slip": old, "reason": reason}
    )
    for number, carton in enumerate(cartons):
        _take_back(work, carton, made.grn_no, f"{work.key}:reverse:{number}")
    _expect_again(work, receipt)
    for meaning, signer in (("supervisor", supervisor), ("keeper", keeper)):
        sign(work, "GR", made.grn_no, meaning, signer=signer)
    outbox.put(work.tx, told, doc_no=old, now=work.now)
    for ply in (1, 2, 3):
        slip = documents.reversing_slip(work.tx, work.settings, receipt, made, ply)
        print_(work, slip, "GR", made.grn_no, key=f"ply{ply}")
    return made.grn_no


def _cartons(tx: Session, grn_no: str) -> list[Row[Any]]:
    """What a slip posted, carton by carton, with each one's unit."""
    query = (
        select(Movement.idem_key, Movement.lot_id, Movement.to_status, HandlingUnit)
        .join(HandlingUnit, HandlingUnit.id == Movement.to_hu_id)
        .where(Movement.doc_type == "GR", Movement.doc_no == grn_no, Movement.type == MovementType.ACCEPT)
        .order_by(Movement.id)
    )
    return list(tx.execute(query))


def _check_untouched(tx: Session, carton: Row[Any]) -> None:
    """A carton in somebody's hands has moved on as well; of one on hold the office has heard more already."""
    if carton.to_status != StockStatus.GOOD:
        raise Refused("E-REV-02", no=carton.HandlingUnit.lpn)
    if putaway.untouched_task(tx, carton.HandlingUnit) is None:
        raise _moved(tx, carton)


def _moved(tx: Session, carton: Row[Any]) -> Refused:
    """The refusal, with the carton's number and the place where its lot lies now."""
    unit: HandlingUnit = carton.HandlingUnit
    lies = select(Location.code).join(Stock, Stock.location_id == Location.id)
    lies = lies.where(Stock.lot_id == carton.lot_id, Stock.on_hand > 0)
    places = tx.scalars(lies.order_by(Stock.hu_id != unit.id, Stock.id.desc()).limit(1)).all()
    return Refused("E-REV-01", no=unit.lpn, slot=places[0] if places else "-")


def _take_back(work: Work, carton: Row[Any], grn_no: str, key: str) -> None:
    """The mirror of the posting; the carton's label is void, and another one prints later."""
    unit: HandlingUnit = carton.HandlingUnit
    task = putaway.untouched_task(work.tx, unit)
    if task is None:
        raise _moved(work.tx, carton)
    putaway.cancel(work, task, "slip taken back")
    try:
        ledger.reverse(work, carton.idem_key, key, doc_no=grn_no)
    except Refused as gone:
        if gone.code != "E-STK-02":
            raise
        raise Refused("E-REV-02", no=unit.lpn) from None  # they stand there, and are good no more
    HANDLING_UNIT.move(work, unit, "empty", receipt_line_id=None)


def _expect_again(work: Work, receipt: Receipt) -> None:
    """The order waits for these goods as before; one that they had completed is open again."""
    mine = InboundLine.notice_id == receipt.notice_id
    short = InboundLine.qty_received < InboundLine.qty_expected
    was_whole = not work.tx.scalar(select(func.count()).select_from(InboundLine).where(mine, short))
    for line in rules.lines(work.tx, receipt.id):
        serials.unreceive_lot(work, line.lot_id)
        came = InboundLine.qty_received - line.qty_accepted
        work.tx.execute(
            update(InboundLine).where(InboundLine.id == line.inbound_line_id).values(qty_received=came)
        )
    notice = work.tx.get_one(InboundNotice, receipt.notice_id, with_for_update=True)
    if notice.is_closed and was_whole:
        notice.is_closed = False
        record(work, "ASN", notice.asn_no, "reopen", old="CLOSED", new="OPEN", detail={})
