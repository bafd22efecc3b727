"""Into quarantine by one person, out of it by two (P5, S-29).

What lies there is never allocated: a quarantine is no place for sale. It leaves by a release (inspector and
supervisor), by a return to whoever delivered it (keeper; the driver signs the paper), or as scrap (keeper and
supervisor, with a copy for Finance). Each has its number, and the office hears of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from station.ground.documents.numbers import next_no
from station.ground.documents.signatures import sign
from station.ground.scan.kit.choice import Reason
from station.ground.tasks import Origin
from station.ground.words.actor import Actor
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.inbound import rules as receipts
from station.inbound.gifts.models import GiftEntry
from station.inbound.models import Receipt
from station.inbound.quarantine import documents
from station.inbound.quarantine.models import Exit, LetOut, LetOutLine, SetApart
from station.paper.sending import print_
from station.stock import holds, ledger, standing
from station.stock.ledger import Place, Posting
from station.stock.models import (
    HANDLING_UNIT,
    LOOSE,
    HandlingUnit,
    Location,
    LocationKind,
    Lot,
    Movement,
    MovementType,
    Stock,
    StockStatus,
)
from station.storage import telling
from station.storage.aging.judging import status_today
from station.storage.moves.rules import free_of
from station.storage.putaway import rules as putaway
from station.storage.telling import Told

IN = "QR"
NUMBERS = {Exit.RELEASE: "QL", Exit.RETURN: "RV", Exit.SCRAP: "SC"}
FIRST, SECOND, DRIVER = "FIRST", "SECOND", "DRIVER"
REASONS = (
    Reason("BROKEN", "L-QUA-BROKEN"),
    Reason("BOX", "L-QUA-BOX"),
    Reason("WET", "L-QUA-WET"),
    Reason("DOUBT", "L-QUA-DOUBT"),
    Reason("OTHER", "L-WHY-OTHER"),
)
"""破损/箱损/浸水/有疑问/其他."""
STATUS = {"BOX": StockStatus.BOXDMG, "DOUBT": StockStatus.HOLD, "OTHER": StockStatus.HOLD}
"""What the goods are for a reason; DEFECT for the others."""
SALEABLE = frozenset({StockStatus.GOOD, StockStatus.NEAR, StockStatus.LOCKED})


@dataclass
class Line:
    """`qty` EACH of a stock row in quarantine."""

    stock: int = 0
    qty: int = 0


def set_apart(work: Work, row: Any, qty: int, reason: str, place: Any) -> SetApart:
    """`qty` EACH of a stock row lie in the quarantine `place` from now on; their red label is printed.

    E-QUAR-01 for any other kind of place, E-MOV-01 for goods that are promised to somebody.
    """
    free_of(work.tx, row, qty)
    status = STATUS.get(reason, StockStatus.DEFECT)
    standing.check_stand(work, standing.goods_of(work, row.sku_id, row.lot_id, qty, status), place.id)
    unit = work.tx.get_one(HandlingUnit, row.hu_id) if row.hu_id != LOOSE else None
    is_whole = unit is not None and qty == row.on_hand
    source_id, was = row.location_id, row.status
    entry = SetApart(
        entry_no=next_no(work.tx, IN, work.today),
        sku_id=row.sku_id,
        lot_id=row.lot_id,
        qty=qty,
        source_id=source_id,
        location_id=place.id,
        now_status=status,
        reason=reason,
        at=work.now,
        by=work.by.name,
    )
    source, target = (
        Place(source_id, was, row.hu_id),
        Place(place.id, status, row.hu_id if is_whole else LOOSE),
    )
    what = (MovementType.MOVE, row.sku_id, row.lot_id, qty, source, target)
    ledger.post(work, Posting(*what, IN, entry.entry_no, f"{IN}:{entry.entry_no}", reason=reason))
    if is_whole and unit is not None:
        HANDLING_UNIT.move(work, unit, "store")
    work.tx.add(entry)
    work.tx.flush()
    told = Told(entry.sku_id, entry.lot_id, qty, was, status)
    telling.tell(work, entry.entry_no, entry.entry_no, "STATUS", reason, [told])
    documents.red_label(work, entry)
    return entry


def let_out(
    work: Work,
    kind: Exit,
    lines: Sequence[Line],
    first: Actor,
    second: Actor | None = None,
    *,
    truck: tuple[str, str] = ("", ""),
) -> LetOut:
    """These goods leave quarantine; who signed is written down, the paper is printed, the office hears of it.

    E-QUAR-02 when one of them may not be sold (a release), E-QUAR-03 when they come from several suppliers (a
    return), E-STK-02 when they are not there any more.
    """
    rows = [(work.tx.get_one(Stock, line.stock, populate_existing=True), line.qty) for line in lines]
    made = LetOut(
        exit_no=next_no(work.tx, NUMBERS[kind], work.today),
        kind=kind,
        supplier_id=_supplier(work.tx, [row.lot_id for row, _qty in rows]) if kind == Exit.RETURN else None,
        plate=truck[0],
        driver=truck[1],
        first_name=first.name,
        second_name=second.name if second else "",
        at=work.now,
    )
    work.tx.add(made)
    work.tx.flush()
    told = [_leave(work, made, kind, row, qty, number) for number, (row, qty) in enumerate(rows)]
    signers: list[tuple[str, Actor | str | None]] = [(FIRST, first), (SECOND, second), (DRIVER, truck[1])]
    for meaning, signer in signers:
        if signer:
            sign(work, NUMBERS[kind], made.exit_no, meaning, signer=signer)
    telling.tell(
        work, made.exit_no, made.exit_no, "STATUS" if kind == Exit.RELEASE else "COUNT", kind.value, told
    )
    for paper in documents.papers(work, made):
        print_(work, paper, NUMBERS[kind], made.exit_no, key=f"ply{paper.ply_no}")
    return made


def _leave(work: Work, made: LetOut, kind: Exit, row: Stock, qty: int, number: int) -> Told:
    """One line: its booking, and what the office is told of it."""
    was = row.status
    now = _good(work, row) if kind == Exit.RELEASE else was
    source = Place(row.location_id, was, row.hu_id)
    target = {
        Exit.RELEASE: Place(row.location_id, now, row.hu_id),
        Exit.RETURN: Place(ledger.SUPPLIER, was),
        Exit.SCRAP: Place(ledger.SCRAP, StockStatus.SCRAP),
    }[kind]
    what = (MovementType(kind.value), row.sku_id, row.lot_id, qty, source, target)
    doc = NUMBERS[kind]
    ledger.post(work, Posting(*what, doc, made.exit_no, f"{doc}:{made.exit_no}:{number}"))
    work.tx.add(
        LetOutLine(
            let_out_id=made.id,
            sku_id=row.sku_id,
            lot_id=row.lot_id,
            location_id=row.location_id,
            hu_id=row.hu_id,
            was_status=was,
            qty=qty,
        )
    )
    work.tx.flush()
    if kind == Exit.RELEASE:
        unit = work.tx.get_one(HandlingUnit, row.hu_id) if row.hu_id != LOOSE else None
        putaway.open_task(
            work,
            Origin(doc, made.exit_no),
            unit,
            sku_id=row.sku_id,
            lot_id=row.lot_id,
            qty=qty,
            source_id=row.location_id,
            status=now,
        )
    elif row.hu_id != LOOSE and not _left_in(work.tx, row.hu_id):
        HANDLING_UNIT.move(work, work.tx.get_one(HandlingUnit, row.hu_id), "empty")
    return Told(row.sku_id, row.lot_id, qty if kind == Exit.RELEASE else -qty, was, now)


def _good(work: Work, row: Stock) -> str:
    """What the goods are once they are released: good, or gifts again.

    E-QUAR-02 when a hold, their date or its lack forbids it.
    """
    lot = work.tx.get_one(Lot, row.lot_id)
    now = status_today(work, row.sku_id, row.lot_id)
    if holds.held(work.tx).has(row.sku_id, row.lot_id) or lot.lacks_date or now not in SALEABLE:
        raise Refused("E-QUAR-02")
    return StockStatus.GIFT if _was_gift(work.tx, row) else now


def _was_gift(tx: Session, row: Stock) -> bool:
    """Whether the lot was ever given to us: then it is never sold (S-07), whatever became of it since."""
    of_lot = (Movement.sku_id == row.sku_id, Movement.lot_id == row.lot_id)
    ever = or_(Movement.from_status == StockStatus.GIFT, Movement.to_status == StockStatus.GIFT)
    return tx.scalar(select(Movement.id).where(*of_lot, ever).limit(1)) is not None


def _left_in(tx: Session, hu_id: int) -> int:
    left = select(Stock.on_hand).where(Stock.hu_id == hu_id, Stock.on_hand > 0)
    return sum(tx.scalars(left))


def _supplier(tx: Session, lot_ids: Sequence[int]) -> int | None:
    """Who delivered these lots; None when nobody knows (they lay here from the beginning)."""
    known = {_supplier_of(tx, lot_id) for lot_id in lot_ids}
    if len(known) > 1:
        raise Refused("E-QUAR-03")
    return known.pop()


def _supplier_of(tx: Session, lot_id: int) -> int | None:
    receipt = tx.get(Receipt, tx.get_one(Lot, lot_id).receipt_id or 0)
    if receipt is not None:
        return receipts.parties(tx, receipt)[1].id
    return tx.scalar(select(GiftEntry.supplier_id).where(GiftEntry.lot_id == lot_id))


def place_for_rejects(tx: Session) -> Location | None:
    """The first open quarantine."""
    query = select(Location).where(Location.kind == LocationKind.QUAR, Location.state == "OPEN")
    return tx.scalars(query.order_by(Location.pick_seq, Location.code).limit(1)).first()
