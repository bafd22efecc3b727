"""Another unit is brought for one that is broken or missing at a bench (P17, P15).

The unit leaves its order: broken to quarantine or to the shelf, missing to the shelf on HOLD, where it is
counted. The order wants it again, and whatever slot has it (oldest lot first, I7) is promised to it on a walk
of its own, which goes before other walks. Its other goods wait in their totes at the bench; once the unit is
at a bench too the order is PICKED as before. Nothing elsewhere: nothing is changed, and the order must be set
aside.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from station.ground.db import changed, table
from station.ground.documents.numbers import next_no
from station.ground.work import Work
from station.outbound.interception import putting_back
from station.outbound.orders.lifecycle import ORDER
from station.outbound.orders.models import Allocation, DeliveryOrder, OrderLine
from station.outbound.packing import staging, verifying
from station.outbound.packing.models import PARCEL, Parcel, ParcelLine
from station.outbound.packing.totes import Units
from station.outbound.picking import stops, totes
from station.outbound.picking.models import PICK_LIST, ListState, PickList, PickTask
from station.outbound.pieces import rules as pieces
from station.outbound.replacing import queries
from station.outbound.replacing.models import Replacement
from station.outbound.sorting import cells
from station.outbound.waves.models import Seat, WaveOrder
from station.outbound.waves.promising import Held, Want, gather, promised, there_is
from station.stock import ledger
from station.stock.ledger import Place, Posting
from station.stock.models import (
    PROMISE,
    Location,
    LocationKind,
    MovementType,
    PromiseState,
    Stock,
    StockStatus,
)

_A = table(Allocation)
Marked = Mapping[int, tuple[int, StockStatus]]
"""Order line → so many EACH of it leave the order, in that status."""


def wants(tx: Session, marked: Marked) -> list[Want]:
    """What must be brought for the marked lines."""
    query = select(OrderLine).where(OrderLine.id.in_(marked)).order_by(OrderLine.id)
    return [Want(line.id, line.sku_id, marked[line.id][0], line.is_gift) for line in tx.scalars(query)]


def may_be_brought(work: Work, order_id: int, marked: Marked) -> bool:
    """Whether other slots have now what the order would lack, and it is still being packed."""
    order = work.tx.get_one(DeliveryOrder, order_id, populate_existing=True)
    return ORDER.may(order.state, "repick") and there_is(work, wants(work.tx, marked), order.min_left_days)


def begin(work: Work, wave_id: int) -> PickList:
    """An empty walk of a wave that is over, for units to be brought."""
    walk = PickList(pick_no=next_no(work.tx, "PK", work.today), wave_id=wave_id, created_at=work.now)
    work.tx.add(walk)
    work.tx.flush()
    return walk


def wave_of(tx: Session, order_id: int) -> int:
    """The wave in which an order has its seat."""
    seat = select(WaveOrder.wave_id).where(WaveOrder.order_id == order_id, WaveOrder.flag == Seat.IN)
    return tx.scalars(seat.order_by(WaveOrder.id.desc()).limit(1)).one()


def replace(
    work: Work,
    order_id: int,
    marked: Marked,
    place_id: int,
    reason: str,
    *,
    seen: Mapping[int, int],
    walk: PickList | None = None,
    bench_id: int | None = None,
    leave: Collection[int] = (),
) -> PickList | None:
    """The marked units leave the order for `place_id`, others are promised to it on `walk`, or a new walk.

    None, and nothing is changed, when they are nowhere. `seen` is what of each line was seen. The order waits
    at the place `bench_id`, by default the bench of whoever sends for them; what lies in `leave` stays there.
    """
    order = work.tx.get_one(DeliveryOrder, order_id, with_for_update=True, populate_existing=True)
    held = gather(work, wants(work.tx, marked), order.min_left_days)
    if held is None:
        return None
    take_out(work, order, marked, place_id, leave=leave)
    walk = walk or begin(work, wave_of(work.tx, order_id))
    _promise(work, walk, held)
    picked = work.tx.scalar(
        select(OrderLine.id).where(OrderLine.order_id == order_id, OrderLine.qty_picked > 0).limit(1)
    )
    qty = sum(marked[line_id][0] for line_id in marked)
    detail = {"reason": reason, "list": walk.pick_no, "qty": qty}
    ORDER.move(work, order, "repick" if picked else "repick_all", detail=detail)
    work.tx.add(
        Replacement(
            pick_list_id=walk.id,
            order_id=order_id,
            bench_id=verifying.bench_of(work).id if bench_id is None else bench_id,
            qty=qty,
            parcels=queries.parcels_of(work.tx, order_id),
            seen={str(line_id): n for line_id, n in seen.items() if n},
            reason=reason,
            by=work.by.name,
            at=work.now,
        )
    )
    work.tx.flush()
    return walk


def _promise(work: Work, walk: PickList, held: Sequence[Held]) -> None:
    for one in held:
        pick = one[1]
        promised(work, one, stops.add(work, walk.id, pick.stock_id, pick.qty))
    work.tx.flush()


# --- the unit leaves its order ----------------------------------------------------------------------


def take_out(
    work: Work, order: DeliveryOrder, marked: Marked, place_id: int, *, leave: Collection[int] = ()
) -> None:
    """The last units of each marked line: what is missing or broken is what still lay in the tote. What lies
    in the places `leave` stays there.
    """
    units, emptied = verifying.unpacked_units(work.tx, order.id), set[int]()
    units = [unit for unit in units if unit.tote_id not in leave]
    for line_id, (qty, status) in marked.items():
        left = qty
        for number, unit in enumerate(reversed([one for one in units if one.line_id == line_id])):
            part = min(left, unit.qty)
            if not part:
                break
            left -= part
            _post(work, order.order_no, unit, part, Place(place_id, status), f"{line_id}:{number}")
            _forget(work, unit, part)
            emptied.add(unit.tote_id)
        values = {"qty_picked": OrderLine.qty_picked - qty}
        changed(work.tx, update(OrderLine).where(OrderLine.id == line_id).values(**values))
    work.tx.expire_all()
    if work.tx.get_one(Location, place_id).kind != LocationKind.QUAR:
        putting_back.begin(work, order.order_no, place_id)
    for tote_id in sorted(emptied):
        totes.free(work, tote_id)


def _post(work: Work, order_no: str, unit: Units, qty: int, target: Place, key: str) -> None:
    source = Place(unit.tote_id, unit.status)
    what = (MovementType.INTERCEPT, unit.sku_id, unit.lot_id, qty, source, target)
    ledger.post(work, Posting(*what, "DO", order_no, f"{work.key}:replace:{key}"))


def _forget(work: Work, unit: Units, qty: int) -> None:
    """`qty` of a line's picked units are none of it any more; who picked them stays in the ledger."""
    rows = work.tx.execute(
        select(Allocation.id, Allocation.qty, Allocation.qty_taken)
        .join(Stock, Stock.id == Allocation.stock_id)
        .join(PickTask, PickTask.id == Allocation.task_id)
        .where(
            Allocation.owner_id == unit.line_id,
            Allocation.lot_id == unit.lot_id,
            Allocation.state == PromiseState.PICKED,
            Allocation.qty_taken > 0,
            Stock.status == unit.status,
        )
        .order_by(Allocation.id.desc())
    ).all()
    for row in rows:
        part = min(qty, row.qty_taken)
        qty -= part
        if part == row.qty_taken:
            values = {"qty_taken": 0, "ended_at": work.now}
            PROMISE.move_where(work.tx, _A.c.id == row.id, "forget", now=work.now, who=work.by.name, **values)
        elif part:
            less = {"qty": row.qty - part, "qty_taken": row.qty_taken - part}
            changed(work.tx, update(_A).where(_A.c.id == row.id).values(**less))


# --- a parcel is opened again ------------------------------------------------------------------------


def unpack(work: Work, parcel: Parcel, list_id: int) -> bool:
    """All units of a parcel that is not in its lane yet lie in their tote again; it keeps number and label.

    False, and nothing is changed, when another list uses that tote by now or several lists filled the parcel.
    """
    if _lists_of(work.tx, parcel) != {list_id} or not _is_taken_back(work, parcel, list_id):
        return False
    number = work.tx.get_one(DeliveryOrder, parcel.order_id).order_no
    staging.move_parcel(work, parcel, number, parcel.pack_location_id, parcel.tote_id, MovementType.VERIFY)
    for row in work.tx.scalars(select(ParcelLine).where(ParcelLine.parcel_id == parcel.id)).all():
        less = {"qty_packed": OrderLine.qty_packed - row.qty}
        changed(work.tx, update(OrderLine).where(OrderLine.id == row.order_line_id).values(**less))
    pieces.unpack(work, parcel.id)
    work.tx.execute(delete(ParcelLine).where(ParcelLine.parcel_id == parcel.id))
    if PARCEL.may(parcel.state, "reopen"):
        PARCEL.move(work, parcel, "reopen")
    work.tx.expire_all()
    return True


def _is_taken_back(work: Work, parcel: Parcel, list_id: int) -> bool:
    """Whether the tote, or the cell, out of which the parcel came is its list's, or its order's, again."""
    if work.tx.get_one(Location, parcel.tote_id).kind == LocationKind.WALL:
        return cells.rebind(work, parcel.order_id, parcel.tote_id)
    if not totes.may_bind(work.tx, list_id, parcel.tote_id):
        return False
    pick_list = work.tx.get_one(PickList, list_id)
    if pick_list.state == ListState.EMPTY:
        PICK_LIST.move(work, pick_list, "refill")
    totes.bind(work, list_id, parcel.tote_id)
    return True


def _lists_of(tx: Session, parcel: Parcel) -> set[int]:
    """The pick lists that brought the units of a parcel."""
    rows = tx.scalars(
        select(PickTask.pick_list_id)
        .join(Allocation, Allocation.task_id == PickTask.id)
        .join(ParcelLine, ParcelLine.order_line_id == Allocation.owner_id)
        .where(ParcelLine.parcel_id == parcel.id, Allocation.qty_taken > 0)
    )
    return set(rows)
