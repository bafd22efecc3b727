"""Pieces with serial numbers on their way: picked for a line, packed into a parcel, gone, or stock again.

A number is at most one order's (I6): it changes hands by its own state, which only one can change. What
leaves an order for the shelf is stock again; of a broken or missing piece that was replaced nobody says which
one it was, so its number is stock again when the order's last unit is packed without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from station.ground.db import changed
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.outbound.orders.models import Allocation, OrderLine
from station.outbound.picking.models import PickList, PickTask
from station.outbound.pieces.models import OrderSerial
from station.stock import serials
from station.stock.serials import SERIAL, Serial, SerialState

AT_ONCE = 500
"""Parcels of one question."""
Numbers = dict[tuple[int, int], tuple[str, ...]]
"""(Order line, lot) → the numbers of its pieces."""


def pick(work: Work, line_id: int, sku_id: int, lot_id: int, serial_no: str) -> None:
    """A piece was taken for an order line: E-SN-01 to E-SN-05 (`serials.piece`)."""
    row = serials.piece(work, sku_id, lot_id, serial_no)
    SERIAL.move(work, row, "pick")
    work.tx.add(OrderSerial(serial_id=row.id, order_line_id=line_id))
    work.tx.flush()


def unpick(work: Work, serial_no: str) -> None:
    """The piece lies in its slot again."""
    row = serials.by_number(work.tx, serial_no)
    if row is not None:
        _free(work, OrderSerial.serial_id == row.id)


def free_order(work: Work, order_id: int) -> None:
    """The goods of the order that did not leave lie on the shelf: their numbers are stock again."""
    _free(work, OrderSerial.order_line_id.in_(_lines(order_id)))


def free_unpacked(work: Work, line_id: int) -> None:
    """The line is packed whole: what was picked for it and is in no parcel is another order's to take."""
    _free(work, OrderSerial.order_line_id == line_id, OrderSerial.parcel_id.is_(None))


def _lines(order_id: int) -> Any:
    return select(OrderLine.id).where(OrderLine.order_id == order_id)


def _free(work: Work, *which: ColumnElement[bool]) -> None:
    for state in (SerialState.PICKED, SerialState.PACKED):
        rows = _locked(work.tx, *which, Serial.state == state)
        if rows:
            SERIAL.move_many(work, [(row.id, row.serial_no) for row in rows], "unpick", old=state)
            work.tx.execute(delete(OrderSerial).where(OrderSerial.id.in_([row.link for row in rows])))
            work.tx.expire_all()


def _locked(tx: Session, *which: ColumnElement[bool]) -> Sequence[Any]:
    """Number, link and owner of the pieces that `which` picks, locked in the order of their ids."""
    query = (
        select(
            Serial.id,
            Serial.serial_no,
            Serial.lot_id,
            OrderSerial.id.label("link"),
            OrderSerial.order_line_id,
            OrderSerial.parcel_id,
        )
        .join(OrderSerial, OrderSerial.serial_id == Serial.id)
        .where(*which)
        .order_by(Serial.id)
    )
    return tx.execute(query.with_for_update(of=Serial)).all()


# --- at the bench ---------------------------------------------------------------------------------


def owner(tx: Session, serial_no: str) -> tuple[int, int] | None:
    """(order, line) that a picked and not yet packed piece is for; None for any other number."""
    row = tx.execute(
        select(OrderLine.order_id, OrderLine.id)
        .join(OrderSerial, OrderSerial.order_line_id == OrderLine.id)
        .join(Serial, Serial.id == OrderSerial.serial_id)
        .where(Serial.serial_no == serial_no.upper(), Serial.state == SerialState.PICKED)
        .where(OrderSerial.parcel_id.is_(None))
    ).first()
    return None if row is None else (row.order_id, row.id)


def unpacked(tx: Session, line_ids: Iterable[int]) -> dict[int, list[str]]:
    """The numbers that were picked for these lines and are in no parcel, in the order of picking."""
    query = (
        select(OrderSerial.order_line_id, Serial.serial_no)
        .join(Serial, Serial.id == OrderSerial.serial_id)
        .where(OrderSerial.order_line_id.in_(set(line_ids)), OrderSerial.parcel_id.is_(None))
        .order_by(OrderSerial.id)
    )
    numbers: dict[int, list[str]] = {}
    for line_id, serial_no in tx.execute(query):
        numbers.setdefault(line_id, []).append(serial_no)
    return numbers


def claim(work: Work, line_id: int, lots: Sequence[int], serial_no: str, *, kept: Sequence[str] = ()) -> None:
    """A piece that no picker named lies among the line's goods. `lots` are those of its units in totes whose
    numbers nobody knows, because they were picked before the article had any; then it is one of them (as
    `pick`). When all have numbers: E-SN-03, or E-SN-01 for a number nobody ever read, unless a supervisor
    says that the picker misread one. One that was not seen (`kept`) gives way to it then.
    """
    line = work.tx.get_one(OrderLine, line_id)
    row = serials.by_number(work.tx, serial_no)
    is_new = row is None or row.state == SerialState.WITHDRAWN
    if lots:
        lot_id = row.lot_id if row is not None and row.lot_id in lots else lots[0]
    elif is_new:
        work.unless_allowed("E-SN-01")
        lot_id = _misread(work, line_id, kept)
    else:
        lot_id = 0
    pick(work, line_id, line.sku_id, lot_id, serial_no)


def _misread(work: Work, line_id: int, kept: Sequence[str]) -> int:
    """Let one number of the line go that was not seen; the lot of its piece. E-SN-03 when all were seen."""
    mine = (OrderSerial.order_line_id == line_id, OrderSerial.parcel_id.is_(None))
    rows = [row for row in _locked(work.tx, *mine) if row.serial_no not in kept]
    if not rows:
        raise Refused("E-SN-03")
    first = min(rows, key=lambda row: row.link)
    _free(work, OrderSerial.id == first.link)
    return int(first.lot_id)


def lots_unpacked(tx: Session, line_id: int) -> dict[int, int]:
    """Lot → how many numbers of it were picked for a line and are in no parcel."""
    lots: dict[int, int] = {}
    for row in _locked(tx, OrderSerial.order_line_id == line_id, OrderSerial.parcel_id.is_(None)):
        lots[row.lot_id] = lots.get(row.lot_id, 0) + 1
    return lots


def are_together(tx: Session, line_id: int, other_id: int) -> bool:
    """Whether units of both order lines were picked in one wave: they lay in one tote, or at one wall."""
    waves = (
        select(PickList.wave_id)
        .join(PickTask, PickTask.pick_list_id == PickList.id)
        .join(Allocation, Allocation.task_id == PickTask.id)
        .where(Allocation.qty_taken > 0)
    )
    both = (set(tx.scalars(waves.where(Allocation.owner_id == one))) for one in (line_id, other_id))
    return bool(set.intersection(*both))


def swap(work: Work, serial_no: str, line_id: int, *, kept: Sequence[str] = ()) -> None:
    """Two orders have their pieces exchanged: this number is `line_id`'s now. E-SN-03 when none of that
    line's pieces but those that were seen (`kept`) is of the same lot.
    """
    mine = _locked(work.tx, Serial.serial_no == serial_no.upper(), OrderSerial.parcel_id.is_(None))
    waiting = (OrderSerial.order_line_id == line_id, OrderSerial.parcel_id.is_(None))
    others = [row for row in _locked(work.tx, *waiting) if row.serial_no not in kept] if mine else []
    alike = [row for row in others if row.lot_id == mine[0].lot_id]
    if not alike:
        raise Refused("E-SN-03")
    other = max(alike, key=lambda row: row.link)  # an older one may be of a piece that was missing
    for link, line in ((mine[0].link, line_id), (other.link, mine[0].order_line_id)):
        changed(work.tx, update(OrderSerial).where(OrderSerial.id == link).values(order_line_id=line))
    work.tx.expire_all()


# --- parcels --------------------------------------------------------------------------------------


def pack(work: Work, parcel_id: int, line_id: int, numbers: Sequence[str]) -> dict[int, int]:
    """These pieces of the line lie in the parcel; lot → how many. E-SN-03 when one is not the line's."""
    named = Serial.serial_no.in_(numbers)
    rows = _locked(work.tx, named, OrderSerial.order_line_id == line_id, OrderSerial.parcel_id.is_(None))
    if len(rows) != len(set(numbers)):
        raise Refused("E-SN-03")
    SERIAL.move_many(work, [(row.id, row.serial_no) for row in rows], "pack", old=SerialState.PICKED)
    links = [row.link for row in rows]
    changed(work.tx, update(OrderSerial).where(OrderSerial.id.in_(links)).values(parcel_id=parcel_id))
    lots: dict[int, int] = {}
    for row in rows:
        lots[row.lot_id] = lots.get(row.lot_id, 0) + 1
    return lots


def unpack(work: Work, parcel_id: int) -> None:
    """The parcel's pieces lie in the tote again."""
    rows = _locked(work.tx, OrderSerial.parcel_id == parcel_id)
    SERIAL.move_many(work, [(row.id, row.serial_no) for row in rows], "unpack", old=SerialState.PACKED)
    changed(work.tx, update(OrderSerial).where(OrderSerial.parcel_id == parcel_id).values(parcel_id=None))
    work.tx.expire_all()


def ship(work: Work, parcel_ids: Sequence[int]) -> dict[int, Numbers]:
    """The parcels left with their pieces: parcel → its numbers."""
    left: dict[int, Numbers] = {}
    for start in range(0, len(parcel_ids), AT_ONCE):
        part = parcel_ids[start : start + AT_ONCE]
        rows = _locked(work.tx, OrderSerial.parcel_id.in_(part))
        SERIAL.move_many(work, [(row.id, row.serial_no) for row in rows], "ship", old=SerialState.PACKED)
        for row in rows:
            numbers, key = left.setdefault(row.parcel_id, {}), (row.order_line_id, row.lot_id)
            numbers[key] = (*numbers.get(key, ()), row.serial_no)
    return left
