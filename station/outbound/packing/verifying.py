"""Every unit is seen before it goes into a parcel (P17): the heart of "no wrong parcel"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, exists, func, select, update
from sqlalchemy.orm import Session

from station.catalog.models import Sku
from station.ground.db import Prepared, changed, table
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.outbound.orders.lifecycle import ORDER
from station.outbound.orders.models import STOPPED, DeliveryOrder, OrderLine, OrderState
from station.outbound.packing import totes
from station.outbound.packing.models import Parcel, ParcelLine, ParcelState
from station.outbound.packing.position import Line, Packing
from station.outbound.pieces import rules as pieces
from station.stock import ledger, locations
from station.stock.ledger import Place, Posting
from station.stock.models import LocationKind, MovementType

UNFINISHED = (ParcelState.OPEN, ParcelState.LABELLED, ParcelState.PACKED)
_STATE = Prepared(select(DeliveryOrder.state).where(DeliveryOrder.id == bindparam("order_id")))
_L = table(OrderLine)
_FILLED = exists().where(ParcelLine.parcel_id == Parcel.id)
"""Parcels in which something is; one that was opened again has its number and its label, and is empty."""


def check_live(tx: Session, order_id: int) -> str:
    """The order's present state; on hold → E-MAN-06, stopped → E-INT-01 (the local cancel list is the order
    itself).
    """
    state = str(_STATE.scalar(tx, order_id=order_id))
    if state == OrderState.HOLD:
        raise Refused("E-MAN-06")
    if state in STOPPED:
        raise Refused("E-INT-01")
    return state


def lines_left(tx: Session, order_id: int) -> list[Line]:
    """What of the order is in no parcel yet."""
    rows = tx.execute(
        select(
            OrderLine.id,
            (OrderLine.qty - OrderLine.qty_packed).label("qty"),
            OrderLine.is_gift,
            OrderLine.sku_id,
            Sku.code,
            Sku.name_zh,
            Sku.is_serial,
        )
        .join(Sku, Sku.id == OrderLine.sku_id)
        .where(OrderLine.order_id == order_id, OrderLine.qty_packed < OrderLine.qty)
        .order_by(OrderLine.id)
    )
    return [
        Line(row.id, row.sku_id, row.code, row.name_zh, row.qty, row.is_gift, is_serial=row.is_serial)
        for row in rows
    ]


def lines_of(tx: Session, parcel_id: int) -> list[Line]:
    """What was seen into a parcel."""
    rows = tx.execute(
        select(
            OrderLine.id, OrderLine.is_gift, OrderLine.sku_id, Sku.code, Sku.name_zh, func.sum(ParcelLine.qty)
        )
        .join(OrderLine, OrderLine.id == ParcelLine.order_line_id)
        .join(Sku, Sku.id == OrderLine.sku_id)
        .where(ParcelLine.parcel_id == parcel_id)
        .group_by(OrderLine.id, OrderLine.is_gift, OrderLine.sku_id, Sku.code, Sku.name_zh)
        .order_by(OrderLine.id)
    )
    return [
        Line(line_id, sku, code, name, int(qty), gift, seen=int(qty))
        for line_id, gift, sku, code, name, qty in rows
    ]


def make_parcel(work: Work, at: Packing) -> Parcel:
    """The units seen are the order's next parcel, TOTE → PACK with their lots; with the last of them the
    order is CHECKED. E-SN-07 when a piece that has a serial number was seen without it.
    """
    lines, tote_id, order_id = at.lines, at.tote, at.order
    order = work.tx.get_one(DeliveryOrder, order_id)
    parcel = _begun(work, order, tote_id)
    units = unpacked_units(work.tx, order_id)
    for line in lines:
        if line.seen:
            own = [unit for unit in units if unit.line_id == line.id]
            lots = _by_number(work, parcel, line, at.numbers_of(line.id)) if line.is_serial else None
            _fill(work, order.order_no, parcel, line, own, lots)
    if all(line.seen == line.qty for line in lines):
        ORDER.move(work, order, "verify", detail={"parcel": parcel.parcel_no})
    totes.free_empty(work, {unit.tote_id for unit in units})
    return parcel


def _begun(work: Work, order: DeliveryOrder, tote_id: int) -> Parcel:
    """The order's next parcel, or the one that was opened again."""
    values = {"tote_id": tote_id, "pack_location_id": bench_of(work).id, "packed_by": work.by.name}
    last = work.tx.scalar(select(func.max(Parcel.seq)).where(Parcel.order_id == order.id)) or 0
    if last:
        opened = (Parcel.order_id == order.id, Parcel.state == ParcelState.OPEN, ~_FILLED)
        parcel = work.tx.scalars(select(Parcel).where(*opened).order_by(Parcel.seq).limit(1)).first()
        if parcel is not None:
            for name, value in values.items():
                setattr(parcel, name, value)
            return parcel
    seq, number = last + 1, f"{order.order_no}-{last + 1}"
    parcel = Parcel(parcel_no=number, order_id=order.id, seq=seq, state=ParcelState.OPEN, **values)
    work.tx.add(parcel)
    work.tx.flush()
    return parcel


def _by_number(work: Work, parcel: Parcel, line: Line, numbers: Sequence[str]) -> dict[int, int]:
    """The line's pieces lie in the parcel: lot → how many. With its last one the line wants no more."""
    if len(numbers) != line.seen:
        raise Refused("E-SN-07")
    lots = pieces.pack(work, parcel.id, line.id, numbers)
    if line.seen == line.qty:
        pieces.free_unpacked(work, line.id)
    return lots


def _fill(
    work: Work,
    order_no: str,
    parcel: Parcel,
    line: Line,
    units: Sequence[totes.Units],
    of_lot: Mapping[int, int] | None,
) -> None:
    """Post the units of one line out of the totes, the older lot first; `of_lot`: so many of each lot."""
    left, lots = line.seen, dict[int, int]()
    for unit in units:
        room = left if of_lot is None else of_lot.get(unit.lot_id, 0) - lots.get(unit.lot_id, 0)
        part = min(left, unit.qty, room)
        if part <= 0:
            continue
        left -= part
        lots[unit.lot_id] = lots.get(unit.lot_id, 0) + part
        source, target = Place(unit.tote_id, unit.status), Place(parcel.pack_location_id, unit.status)
        key = f"{work.key}:{line.id}:{unit.lot_id}:{unit.tote_id}"
        ledger.post(
            work,
            Posting(MovementType.VERIFY, unit.sku_id, unit.lot_id, part, source, target, "DO", order_no, key),
        )
    packed = _L.c.qty_packed + line.seen
    more = update(_L).where(_L.c.id == line.id, packed <= _L.c.qty_picked).values(qty_packed=packed)
    if left or changed(work.tx, more) != 1:
        raise Refused("E-PAK-03", n=line.seen)
    for lot_id, qty in lots.items():
        work.tx.add(
            ParcelLine(
                parcel_id=parcel.id,
                order_line_id=line.id,
                sku_id=line.sku,
                lot_id=lot_id,
                qty=qty,
                is_numbered=of_lot is not None,
            )
        )
    work.tx.flush()


def unpacked_units(tx: Session, order_id: int) -> list[totes.Units]:
    """The units of an order that still lie in totes."""
    rows = tx.execute(
        select(ParcelLine.order_line_id, ParcelLine.lot_id, func.sum(ParcelLine.qty))
        .join(Parcel, Parcel.id == ParcelLine.parcel_id)
        .where(Parcel.order_id == order_id, Parcel.state != ParcelState.VOID)
        .group_by(ParcelLine.order_line_id, ParcelLine.lot_id)
    )
    packed = {(line_id, lot_id): int(qty) for line_id, lot_id, qty in rows}
    return totes.unpacked(tx, order_id, packed)


def bench_of(work: Work) -> Any:
    """The pack bench this device stands at; E-WS-01 until its label was scanned."""
    if not work.by.workstation:
        raise Refused("E-WS-01")
    return locations.find(work.tx, locations.barcode(LocationKind.PACK, work.by.workstation))


def parcel(tx: Session, parcel_id: int) -> Parcel:
    """The parcel with this id."""
    return tx.get_one(Parcel, parcel_id)


def unfinished_of(tx: Session, order_id: int) -> Parcel | None:
    """The unfinished parcel of an order: after a crash or a takeover the packer goes on with it."""
    return tx.scalars(
        select(Parcel)
        .where(Parcel.order_id == order_id, Parcel.state.in_(UNFINISHED), _FILLED)
        .order_by(Parcel.id)
    ).first()


def unfinished_from(tx: Session, tote_id: int) -> Parcel | None:
    """The unfinished parcel whose goods came in this tote, which itself is empty by now."""
    return tx.scalars(
        select(Parcel)
        .where(Parcel.tote_id == tote_id, Parcel.state.in_(UNFINISHED), _FILLED)
        .order_by(Parcel.id)
    ).first()


def unfinished_at(tx: Session, bench_id: int) -> list[tuple[str, str]]:
    """(order number, parcel's state) of what somebody left unfinished at a bench."""
    rows = tx.execute(
        select(DeliveryOrder.order_no, Parcel.state)
        .join(Parcel, Parcel.order_id == DeliveryOrder.id)
        .where(Parcel.state.in_(UNFINISHED), Parcel.pack_location_id == bench_id, _FILLED)
        .order_by(Parcel.id)
        .limit(4)
    )
    return [(row.order_no, row.state) for row in rows]
