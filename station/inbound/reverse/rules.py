"""Taking a posted inbound slip back (红冲, P4): the ledger mirrored, the receipt unsigned again.

A supervisor and a keeper sign. Everything of the slip is taken back, or nothing: what was put away must be
carried back to the dock, as both say with their signatures, and be wanted by nobody. Then the count can be
opened again, and the receipt is signed, labelled and posted anew under another number.
"""

from __future__ import annotations

import itertools
from typing import Any

from sqlalchemy import func, select, update
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
from station.inbound.reverse import standing
from station.inbound.reverse.models import SlipReversal
from station.inbound.reverse.standing import Where
from station.inbound.sign import confirmation, documents
from station.paper.sending import print_
from station.stock import ledger, serials
from station.stock.ledger import Place, Posting
from station.stock.models import (
    HANDLING_UNIT,
    HandlingUnit,
    Location,
    MovementType,
    StockStatus,
    UnitState,
)
from station.storage import telling
from station.storage.aging.judging import AGED
from station.storage.putaway import rules as putaway
from station.storage.telling import Told

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


def reverse(
    work: Work, receipt: Receipt, reason: str, one: Actor, other: Actor, *, is_back: bool = False
) -> str:
    """Take the receipt's slip back; the number of the reversing slip. `is_back`: both signers say that what
    was put away has been carried back to the dock.

    Refused: E-AUTH-02 and E-AUTH-03 (see `signers`), E-RCV-07 when the receipt is not posted; by the name of
    the first goods that do not allow it E-REV-01 (wanted by somebody), E-REV-02 (on hold), E-REV-03 (in a
    slot, and not carried back), E-REV-04 (gone).
    """
    supervisor, keeper = signers(one, other)
    if receipt.state not in POSTED or receipt.grn_no is None:
        raise Refused("E-RCV-07", st=receipt.state)
    old = receipt.grn_no
    cartons, found = standing.posted(work.tx, old), standing.find(work.tx, old, receipt.dock_id)
    _check(work, receipt, cartons, found, is_back=is_back)
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
    _make_young(work, cartons, found, made.grn_no)
    _tell_young(work, found, old, reason)
    _carry_back(work, receipt, cartons, found, made.grn_no)
    for number, carton in enumerate(cartons):
        _take_back(work, carton, made.grn_no, f"GR:{made.grn_no}:reverse:{number}")
    _expect_again(work, receipt)
    for meaning, signer in (("supervisor", supervisor), ("keeper", keeper)):
        sign(work, "GR", made.grn_no, meaning, signer=signer)
    outbox.put(work.tx, told, doc_no=old, now=work.now)
    for ply in (1, 2, 3):
        slip = documents.reversing_slip(work.tx, work.settings, receipt, made, ply)
        print_(work, slip, "GR", made.grn_no, key=f"ply{ply}")
    return made.grn_no


def _check(
    work: Work, receipt: Receipt, cartons: list[Any], found: list[standing.Found], *, is_back: bool
) -> None:
    """Of goods that were on hold from the beginning the office has heard more already."""
    held = next((carton for carton in cartons if carton.to_status not in AGED), None)
    if held is not None:
        raise Refused("E-REV-02", no=held.HandlingUnit.lpn)
    dock = work.tx.get_one(Location, receipt.dock_id).code
    for one in found:
        no = one.carton or f"{one.name} {one.lot}"
        if one.where is Where.GONE:
            raise Refused("E-REV-04", no=no, n=one.qty)
        if one.where is Where.HELD:
            raise Refused("E-REV-02", no=no)
        if one.where is Where.WANTED:
            raise Refused("E-REV-01", no=no, slot=one.place)
        if one.where is Where.SLOT and not is_back:
            raise Refused("E-REV-03", no=no, slot=one.place, dock=dock)


def _make_young(work: Work, cartons: list[Any], found: list[standing.Found], grn_no: str) -> None:
    """What has grown near or older by its dates since is again what it was posted as."""
    was = {carton.lot_id: carton.to_status for carton in cartons}
    for number, one in enumerate(found):
        row, status = one.row, was[one.row.lot_id]
        if row.status != status:
            source = Place(row.location_id, row.status, row.hu_id)
            target = Place(row.location_id, status, row.hu_id)
            what = (MovementType.AGE, row.sku_id, row.lot_id, one.qty, source, target)
            key = f"GR:{grn_no}:young:{number}"
            ledger.post(work, Posting(*what, "GR", grn_no, key, reason="slip taken back"))


def _tell_young(work: Work, found: list[standing.Found], old: str, reason: str) -> None:
    """The office knows by now that goods are near their expiry, and takes back good ones."""
    aged: dict[tuple[int, int, str], int] = {}
    for one in found:
        if one.row.status != StockStatus.GOOD:
            key = (one.row.sku_id, one.row.lot_id, one.row.status)
            aged[key] = aged.get(key, 0) + one.qty
    lines = [Told(sku, lot, qty, was, StockStatus.GOOD) for (sku, lot, was), qty in aged.items()]
    if lines:
        telling.tell(work, f"GR-{old}-YOUNG", old, "STATUS", reason, lines)


def _carry_back(
    work: Work, receipt: Receipt, cartons: list[Any], found: list[standing.Found], grn_no: str
) -> None:
    """Every carton's goods stand at the dock in their carton again, as they were posted."""
    posted = {carton.HandlingUnit.id: carton.qty for carton in cartons}
    at_dock = {
        one.row.hu_id for one in found if one.where is Where.DOCK and posted.get(one.row.hu_id) == one.qty
    }
    steps = itertools.count(1)

    def move(lot: Any, qty: int, source: Place, target: Place) -> None:
        what = (MovementType.MOVE, lot.sku_id, lot.lot_id, qty)
        ledger.post(work, Posting(*what, source, target, "GR", grn_no, f"GR:{grn_no}:back:{next(steps)}"))

    was = {carton.lot_id: carton.to_status for carton in cartons}
    for one in found:
        status = was[one.row.lot_id]
        source, loose = Place(one.row.location_id, status, one.row.hu_id), Place(receipt.dock_id, status)
        if one.row.hu_id not in at_dock and source != loose:
            move(one.row, one.qty, source, loose)
    for carton in cartons:
        if carton.HandlingUnit.id not in at_dock:
            target = Place(receipt.dock_id, carton.to_status, carton.HandlingUnit.id)
            move(carton, carton.qty, Place(receipt.dock_id, carton.to_status), target)


def _take_back(work: Work, carton: Any, grn_no: str, key: str) -> None:
    """The mirror of the posting; the carton's label is void, and another one prints later."""
    unit: HandlingUnit = carton.HandlingUnit
    task = putaway.untouched_task(work.tx, unit)
    if task is not None:
        putaway.cancel(work, task, "slip taken back")
    ledger.reverse(work, carton.idem_key, key, doc_no=grn_no)
    if unit.state == UnitState.EMPTY:
        unit.receipt_line_id = None
    else:
        HANDLING_UNIT.move(work, unit, "empty", receipt_line_id=None)
    work.tx.flush()


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
