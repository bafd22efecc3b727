"""Drafts of opening stock (P29): begun by a file or by counting, changed line by line, thrown away, taken
back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from station.ground.db import table
from station.ground.documents.history import record
from station.ground.documents.numbers import next_no
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.stock.models import Location, LocationState
from station.storage.opening import judging, looking_up
from station.storage.opening.judging import Wanted
from station.storage.opening.models import OPENING, Opening, OpeningLine, OpeningSource, OpeningState

TITLE = 80
STANDS = OpeningLine.removed_at.is_(None)
"""A line that was not taken out of its draft."""


def begin(
    work: Work, source: OpeningSource, title: str = "", lines: Sequence[Wanted] = (), *, os_no: str = ""
) -> Opening:
    """A new draft with its lines, counted or brought by whoever does it."""
    opening = Opening(
        os_no=os_no or next_no(work.tx, "OS", work.today),
        state=OpeningState.DRAFT,
        source=source,
        title=title[:TITLE],
        created_at=work.now,
        created_by=work.by.name,
    )
    work.tx.add(opening)
    work.tx.flush()
    if lines:
        work.tx.execute(insert(table(OpeningLine)), [_row(work, opening.id, line) for line in lines])
    return opening


def find(tx: Session, os_no: str, *, lock: bool = False) -> Opening | None:
    """The document with this number; kept from others until the unit of work ends when `lock` says so."""
    query = select(Opening).where(Opening.os_no == os_no)
    return tx.scalars(query.with_for_update() if lock else query).first()


def draft(work: Work, os_no: str) -> Opening:
    """The draft with this number, kept for this unit of work; E-OPN-01 when it is none any more."""
    opening = find(work.tx, os_no, lock=True)
    if opening is None:
        raise Refused("E-OPN-17")
    if opening.state != OpeningState.DRAFT:
        raise Refused("E-OPN-01", st=opening.state)
    return opening


def counting(work: Work) -> Opening:
    """The draft that everybody who counts by scan writes into; begun by the first of them."""
    known = present_count(work.tx, keep=True)
    if known is not None:
        return known
    os_no = next_no(work.tx, "OS", work.today)  # whoever takes a number at the same moment waits here
    return present_count(work.tx, keep=True) or begin(work, OpeningSource.SCAN, os_no=os_no)


def present_count(tx: Session, *, keep: bool = False) -> Opening | None:
    """The draft of those who count; None when nobody has begun. With `keep` nobody posts it meanwhile."""
    mine = Opening.state == OpeningState.DRAFT, Opening.source == OpeningSource.SCAN
    query = select(Opening).where(*mine).order_by(Opening.id).limit(1)
    return tx.scalars(query.with_for_update(read=True) if keep else query).first()


def lines_of(tx: Session, opening_id: int) -> list[OpeningLine]:
    """Its lines in the order in which they were written."""
    query = select(OpeningLine).where(OpeningLine.opening_id == opening_id, STANDS)
    return list(tx.scalars(query.order_by(OpeningLine.id)))


def lines_at(tx: Session, opening_id: int, location_id: int) -> list[OpeningLine]:
    """What it says of one place."""
    here = OpeningLine.opening_id == opening_id, OpeningLine.location_id == location_id, STANDS
    return list(tx.scalars(select(OpeningLine).where(*here).order_by(OpeningLine.id)))


def check_place(tx: Session, place: Any) -> None:
    """Refuse a place in which no opening can be: any row with id, code, kind and state."""
    if place.kind not in judging.KINDS:
        raise Refused("E-OPN-15")
    if place.state != LocationState.OPEN:
        raise Refused("E-LOC-02")
    if looking_up.opened_places(tx, [place.id]):
        raise Refused("E-OPN-05")


def check_goods(work: Work, opening_id: int, place: Any, line: Wanted, *, ignoring: int = 0) -> None:
    """Refuse goods that cannot be what they are said to be, or that the draft names there already."""
    sku = looking_up.skus_of(work.tx, [line.sku_id])[line.sku_id]
    code = judging.fault(sku, place.kind, line, work.today)
    if code:
        raise Refused(code)
    others = [wanted_of(one) for one in _same(work.tx, opening_id, line) if one.id != ignoring]
    twice = judging.doubled([*others, line])
    if twice and twice[-1][0] is line:
        raise Refused(twice[-1][1])


def check_dates(work: Work, place: Any, line: Wanted) -> None:
    """Refuse dates that cannot be (E-EXP-01, -02, -04), before the lot and the quantity are known."""
    sku = looking_up.skus_of(work.tx, [line.sku_id])[line.sku_id]
    code = judging.fault(sku, place.kind, line, work.today)
    if code in judging.OF_DATES:
        raise Refused(code)


def count(work: Work, opening: Opening, line: Wanted) -> tuple[int, int]:
    """Goods counted in a place: a line more, or more of the line that is there; its id and what it said
    before.
    """
    for one in _same(work.tx, opening.id, line):
        if one.location_id == line.location_id and wanted_of(one).lot_key == line.lot_key:
            check_place(work.tx, work.tx.get_one(Location, line.location_id))
            before = one.qty
            recount(work, opening, one.id, before + line.qty)
            return one.id, before
    return add(work, opening, line).id, 0


def add(work: Work, opening: Opening, line: Wanted) -> OpeningLine:
    """One line more. Refused for the place (E-OPN-05, -15, E-LOC-02) or the goods (E-EXP-…, E-OPN-06 to
    -10).
    """
    place = work.tx.get_one(Location, line.location_id)
    check_place(work.tx, place)
    check_goods(work, opening.id, place, line)
    for empty in lines_at(work.tx, opening.id, place.id):
        if empty.sku_id is None:  # it is not empty after all
            empty.removed_at = work.now
    made = OpeningLine(**_row(work, opening.id, line))
    work.tx.add(made)
    work.tx.flush()
    return made


def set_empty(work: Work, opening: Opening, place: Any) -> int:
    """Nothing lies in this place: that was looked at. E-OPN-18 when the draft has goods there; the line's
    id.
    """
    check_place(work.tx, place)
    there = lines_at(work.tx, opening.id, place.id)
    if any(line.sku_id is not None for line in there):
        raise Refused("E-OPN-18")
    if there:
        return there[0].id
    made = OpeningLine(
        opening_id=opening.id,
        location_id=place.id,
        sku_id=None,
        supplier_lot="",
        qty=0,
        counted_by=work.by.user_id,
        counter=work.by.name,
        counted_at=work.now,
    )
    work.tx.add(made)
    work.tx.flush()
    return made.id


def recount(work: Work, opening: Opening, line_id: int, qty: int) -> None:
    """Another quantity of one line; whoever says so counted it."""
    line = _line(work.tx, opening, line_id)
    if line.sku_id is None:
        raise Refused("E-OPN-17")
    told = {"line": line.id, "old": line.qty, "new": qty}
    line.qty, line.counted_by, line.counter, line.counted_at = qty, work.by.user_id, work.by.name, work.now
    work.tx.flush()
    record(work, "OS", opening.os_no, "recount", old="", new="", detail=told)


def remove(work: Work, opening: Opening, line_id: int) -> None:
    """A line that is not so after all; what it said stays in the history."""
    line = _line(work.tx, opening, line_id)
    place = work.tx.get_one(Location, line.location_id)
    told = {"line": line.id, "slot": place.code, "sku": line.sku_id, "qty": line.qty}
    line.removed_at = work.now
    work.tx.flush()
    record(work, "OS", opening.os_no, "remove_line", old="", new="", detail=told)


def drop(work: Work, os_no: str, reason: str) -> None:
    """Throw a draft away: it never was in the books."""
    OPENING.move(work, draft(work, os_no), "drop", detail={"reason": reason})


def take_back(work: Work, os_no: str) -> Opening:
    """A draft that reverses a posted document (I9), to be signed like every other; E-OPN-13 when there is
    one.
    """
    original = find(work.tx, os_no, lock=True)
    if original is None:
        raise Refused("E-OPN-17")
    if original.state != OpeningState.POSTED or original.reverses_id is not None:
        raise Refused("E-OPN-01", st=original.state)
    alive = Opening.reverses_id == original.id, Opening.state != OpeningState.DROPPED
    if work.tx.scalar(select(Opening.id).where(*alive).limit(1)) is not None:
        raise Refused("E-OPN-13")
    reversal = begin(work, OpeningSource.REVERSAL, original.os_no)
    reversal.reverses_id = original.id
    work.tx.flush()
    return reversal


def _line(tx: Session, opening: Opening, line_id: int) -> OpeningLine:
    line = tx.get(OpeningLine, line_id)
    if line is None or line.opening_id != opening.id or line.removed_at is not None:
        raise Refused("E-OPN-17")
    return line


def _same(tx: Session, opening_id: int, line: Wanted) -> list[OpeningLine]:
    """Lines that say something of the same article."""
    query = select(OpeningLine).where(OpeningLine.opening_id == opening_id, OpeningLine.sku_id == line.sku_id)
    return list(tx.scalars(query.order_by(OpeningLine.id)))


def wanted_of(line: OpeningLine) -> Wanted:
    """A line with goods, as it is judged."""
    assert line.sku_id is not None
    return Wanted(
        line.location_id, line.sku_id, line.qty, line.supplier_lot, line.produced_on, line.expires_on
    )


def _row(work: Work, opening_id: int, line: Wanted) -> dict[str, Any]:
    return {
        "opening_id": opening_id,
        "location_id": line.location_id,
        "sku_id": line.sku_id,
        "supplier_lot": line.lot,
        "produced_on": line.produced_on,
        "expires_on": line.expires_on,
        "qty": line.qty,
        "counted_by": work.by.user_id,
        "counter": work.by.name,
        "counted_at": work.now,
    }
