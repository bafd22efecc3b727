"""Pick lists: making, offering, taking, giving back, bringing to the bench (P15)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from station.ground.documents.numbers import next_no
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.outbound.orders.models import Allocation, AllocationState, DeliveryOrder, OrderLine
from station.outbound.picking import totes
from station.outbound.picking.models import PICK_LIST, ListState, PickList, PickTask, StopState
from station.outbound.replacing import queries as replacing
from station.outbound.waves.models import WAVE, Wave, WaveOrder
from station.settings import Settings
from station.stock.models import Location, Stock
from station.stock.walk import walk_key

_WALKED = (ListState.OPEN, ListState.TAKEN)


def make(work: Work, wave_id: int, order_ids: Sequence[int]) -> PickList:
    """One walk for these orders: promises on the same stock row become one stop, in walk order."""
    tx = work.tx
    pick_list = PickList(pick_no=next_no(tx, "PK", work.today), wave_id=wave_id, created_at=work.now)
    tx.add(pick_list)
    tx.flush()
    stops: dict[int, PickTask] = {}
    members: dict[int, list[int]] = {}
    for row in _promises(tx, order_ids):
        stop = stops.get(row.stock_id)
        if stop is None:
            stop = stops[row.stock_id] = PickTask(
                pick_list_id=pick_list.id,
                seq=len(stops) + 1,
                stock_id=row.stock_id,
                location_id=row.location_id,
                sku_id=row.sku_id,
                lot_id=row.lot_id,
                qty=0,
            )
        stop.qty += row.qty
        members.setdefault(row.stock_id, []).append(row.id)
    tx.add_all(stops.values())
    tx.flush()
    for stock_id, stop in stops.items():
        tx.execute(update(Allocation).where(Allocation.id.in_(members[stock_id])).values(task_id=stop.id))
    return pick_list


def _promises(tx: Session, order_ids: Sequence[int]) -> list[Any]:
    rows = tx.execute(
        select(
            Allocation.id,
            Allocation.qty,
            Stock.id.label("stock_id"),
            Stock.sku_id,
            Stock.lot_id,
            Stock.location_id,
            Location.zone,
            Location.pick_seq,
            Location.code,
        )
        .join(OrderLine, OrderLine.id == Allocation.owner_id)
        .join(Stock, Stock.id == Allocation.stock_id)
        .join(Location, Location.id == Stock.location_id)
        .where(OrderLine.order_id.in_(order_ids), Allocation.state == AllocationState.OPEN)
    )
    return sorted(rows, key=lambda row: (*walk_key(row.zone, row.pick_seq, row.code), row.stock_id, row.id))


def next_list(tx: Session) -> PickList | None:
    """The open pick list to walk next: what a bench waits for first, then urgent orders, then by age."""
    return tx.scalars(
        select(PickList)
        .join(WaveOrder, WaveOrder.wave_id == PickList.wave_id)
        .join(DeliveryOrder, DeliveryOrder.id == WaveOrder.order_id)
        .where(PickList.state == ListState.OPEN)
        .order_by(replacing.brings().desc(), DeliveryOrder.is_urgent.desc(), PickList.id)
        .limit(1)
        .with_for_update(of=PickList, skip_locked=True)
    ).first()


def count_open(tx: Session, _settings: Settings | None = None) -> int:
    """How many pick lists nobody has taken."""
    query = select(func.count()).select_from(PickList).where(PickList.state == ListState.OPEN)
    return tx.scalar(query) or 0


def find(tx: Session, text: str) -> PickList:
    """The pick list with this number, or the first open one of this wave; E-TSK-02 when none."""
    pick_list = tx.scalars(select(PickList).where(PickList.pick_no == text)).first()
    if pick_list is None:
        pick_list = tx.scalars(
            select(PickList)
            .join(Wave, Wave.id == PickList.wave_id)
            .where(Wave.wave_no == text, PickList.state.in_(_WALKED))
            .order_by(PickList.state, PickList.id)
            .limit(1)
        ).first()
    if pick_list is None:
        raise Refused("E-TSK-02")
    if pick_list.state not in _WALKED:
        raise Refused("E-PCK-05", st=pick_list.state)
    return pick_list


def take(work: Work, pick_list: PickList) -> None:
    """The picker takes the list; the wave is being picked."""
    PICK_LIST.move(work, pick_list, "take", user_id=work.by.user_id)
    wave = work.tx.get_one(Wave, pick_list.wave_id)
    if WAVE.may(wave.state, "begin"):
        WAVE.move(work, wave, "begin")


def give_back(work: Work, list_id: int) -> None:
    """The picker leaves: whoever takes the list next goes on with its totes; without work it is cancelled."""
    pick_list = work.tx.get_one(PickList, list_id)
    if PICK_LIST.may(pick_list.state, "give_back"):
        PICK_LIST.move(work, pick_list, "give_back", user_id=None)
        drop_if_empty(work, list_id)


def drop_if_empty(work: Work, list_id: int) -> None:
    """A list nobody has taken, with nothing to pick and nothing picked, is not offered any more."""
    pick_list = work.tx.get_one(PickList, list_id)
    wanted = or_(PickTask.state == StopState.OPEN, PickTask.qty_picked > 0)
    left = work.tx.scalar(
        select(func.count()).select_from(PickTask).where(PickTask.pick_list_id == list_id, wanted)
    )
    if pick_list.state == ListState.OPEN and not left:
        totes.free_empty(work, list_id)
        PICK_LIST.move(work, pick_list, "cancel")
        _close_wave(work, pick_list.wave_id)


def finish(work: Work, list_id: int) -> list[Any]:
    """The walk is over: DONE with the totes that carry goods, EMPTY when none does; those totes."""
    pick_list = work.tx.get_one(PickList, list_id)
    full = totes.free_empty(work, list_id)
    PICK_LIST.move(work, pick_list, "drop" if full else "empty", picked_at=work.now)
    _close_wave(work, pick_list.wave_id)
    return full


def _close_wave(work: Work, wave_id: int) -> None:
    """A wave with nothing left to walk is DONE."""
    left = work.tx.scalar(
        select(func.count())
        .select_from(PickList)
        .where(PickList.wave_id == wave_id, PickList.state.in_(_WALKED))
    )
    wave = work.tx.get_one(Wave, wave_id)
    if not left and WAVE.may(wave.state, "finish"):
        WAVE.move(work, wave, "finish")
