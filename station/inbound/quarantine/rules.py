"""Into quarantine by one person, out of it by two (P5, S-29).

What lies there is never allocated: a quarantine is no place for sale. It leaves by a release (inspector and
supervisor), by a return to whoever delivered it (keeper; the driver signs the paper), or as scrap (keeper and
supervisor, with a copy for Finance). Each has its number, and the office hears of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.ground.documents.numbers import next_no
from station.ground.documents.signatures import sign
from station.ground.scan.kit.choice import Reason
from station.ground.tasks import Origin
from station.ground.words.actor import Actor
from station.ground.work import Work
from station.inbound.quarantine import documents, origins
from station.inbound.quarantine.models import Exit, LetOut, LetOutLine, SetApart
from station.paper.sending import print_
from station.stock import ledger, standing
from station.stock.ledger import Place, Posting
from station.stock.models import (
    HANDLING_UNIT,
    LOOSE,
    HandlingUnit,
    Location,
    LocationKind,
    MovementType,
    Stock,
    StockStatus,
)
from station.storage import telling
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
    Reason("OTHER", "L-QUA-OTHER"),
)
"""破损/箱损/浸水/有疑问/其他."""
STATUS = {"BOX": StockStatus.BOXDMG, "DOUBT": StockStatus.HOLD, "OTHER": StockStatus.HOLD}
"""What the goods are for a reason; DEFECT for the others."""


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
    lots = [row.lot_id for row, _qty in rows]
    made = LetOut(
        exit_no=next_no(work.tx, NUMBERS[kind], work.today),
        kind=kind,
        supplier_id=origins.supplier(work.tx, lots) if kind == Exit.RETURN else None,
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
    now = origins.released(work, row) if kind == Exit.RELEASE else was
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


def _left_in(tx: Session, hu_id: int) -> int:
    left = select(Stock.on_hand).where(Stock.hu_id == hu_id, Stock.on_hand > 0)
    return sum(tx.scalars(left))


def place_for_rejects(tx: Session) -> Location | None:
    """The first open quarantine."""
    query = select(Location).where(Location.kind == LocationKind.QUAR, Location.state == "OPEN")
    return tx.scalars(query.order_by(Location.pick_seq, Location.code).limit(1)).first()
