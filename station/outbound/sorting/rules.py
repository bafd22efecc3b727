"""Binding a wave to a wall, and putting goods into cells (P16). Closing is in `closing`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from station.ground.words.messages import Refused
from station.ground.work import Work
from station.outbound.orders.models import PULLED, DeliveryOrder
from station.outbound.picking import totes as carried
from station.outbound.picking.models import ListState, PickList
from station.outbound.replacing import queries as replacing
from station.outbound.sorting import cells, demand
from station.outbound.sorting.choosing import Want, wall_of
from station.outbound.sorting.models import CellState, SortCell, Sorting, SortingState
from station.outbound.sorting.position import Hand
from station.outbound.waves.kinds import PacksBy, kind_of
from station.outbound.waves.models import Seat, Wave, WaveOrder
from station.settings import Settings
from station.stock import ledger
from station.stock.ledger import Place, Posting
from station.stock.models import Location, LocationKind, LocationState, MovementType


def sorting_of(tx: Session, wave_id: int) -> Sorting | None:
    """The wave at its wall; None before it is bound to one."""
    return tx.scalars(select(Sorting).where(Sorting.wave_id == wave_id)).first()


def waiting(tx: Session) -> Sequence[Any]:
    """Waves whose goods stand at a wall or are being sorted, the most urgent first: id, wave_no."""
    names = [name for name in tx.scalars(select(Wave.type).distinct()) if packs_by_cell(name)]
    due = (
        select(func.min(DeliveryOrder.latest_ship_at))
        .join(WaveOrder, WaveOrder.order_id == DeliveryOrder.id)
        .where(WaveOrder.wave_id == Wave.id)
        .scalar_subquery()
    )
    brought = select(PickList.id).where(
        PickList.wave_id == Wave.id, PickList.state == ListState.DONE, ~replacing.brings()
    )
    begun = select(Sorting.state).where(Sorting.wave_id == Wave.id).scalar_subquery()
    return tx.execute(
        select(Wave.id, Wave.wave_no)
        .where(Wave.type.in_(names))
        .where((begun == SortingState.OPEN) | (begun.is_(None) & brought.exists()))
        .order_by(due.is_(None), due, Wave.id)
    ).all()


def count_waiting(tx: Session, _settings: Settings | None = None) -> int:
    """How many waves wait for a sorter."""
    return len(waiting(tx))


def packs_by_cell(wave_type: str) -> bool:
    """Whether the goods of such a wave go over a wall."""
    return kind_of(wave_type).packs_by is PacksBy.CELL


def begin(work: Work, wave_id: int, cell: Any) -> int:
    """Bind the wave to the wall of this cell; how many orders got one, small numbers first.

    E-SRT-05 for a wave that is not for a wall, or is at one; E-SRT-07 when too few cells are free.
    """
    tx = work.tx
    wave = tx.get_one(Wave, wave_id, with_for_update=True)
    if not packs_by_cell(wave.type) or sorting_of(tx, wave_id) is not None:
        raise Refused("E-SRT-05")
    orders = _to_sort(tx, wave_id)
    wall = wall_of(cell.code)
    places = _free_cells(tx, wall)
    if len(places) < len(orders):
        raise Refused("E-SRT-07", n=len(orders), have=len(places))
    made = Sorting(
        wave_id=wave.id,
        wave_no=wave.wave_no,
        wall=wall,
        state=SortingState.OPEN,
        begun_at=work.now,
        begun_by=work.by.name,
    )
    tx.add(made)
    tx.flush()
    for order_id, place in zip(orders, places, strict=False):
        tx.add(SortCell(sorting_id=made.id, order_id=order_id, location_id=place.id, state=CellState.BOUND))
    tx.flush()
    return len(orders)


def _to_sort(tx: Session, wave_id: int) -> Sequence[int]:
    """The wave's orders in its order; those that were stopped need no cell."""
    query = (
        select(WaveOrder.order_id)
        .join(DeliveryOrder, DeliveryOrder.id == WaveOrder.order_id)
        .where(WaveOrder.wave_id == wave_id, WaveOrder.flag == Seat.IN, DeliveryOrder.state.not_in(PULLED))
    )
    return tx.scalars(query.order_by(WaveOrder.seq)).all()


def _free_cells(tx: Session, wall: str) -> list[Location]:
    """Open, empty cells of a wall that are nobody's, as they hang there."""
    query = select(Location).where(
        Location.kind == LocationKind.WALL,
        Location.state == LocationState.OPEN,
        Location.code.startswith(wall, autoescape=True),
    )
    places = tx.scalars(query.order_by(Location.code).with_for_update()).all()
    own = [place for place in places if wall_of(place.code) == wall]
    taken = cells.waves_of(tx, [place.id for place in own])
    return [place for place in own if place.id not in taken and not cells.is_filled(tx, place.id)]


def another_cell(work: Work, order_id: int) -> None:
    """The order's cell is full: the next free one of the wall is its too, and what is put from now on goes
    there. E-SRT-07 when none is free.
    """
    query = select(SortCell.sorting_id, Sorting.wall).join(Sorting, Sorting.id == SortCell.sorting_id)
    row: Any = work.tx.execute(
        query.where(SortCell.order_id == order_id, SortCell.state == CellState.BOUND).limit(1)
    ).one()
    place = next(iter(_free_cells(work.tx, row.wall)), None)
    if place is None:
        raise Refused("E-SRT-07", n=1, have=0)
    work.tx.add(
        SortCell(sorting_id=row.sorting_id, order_id=order_id, location_id=place.id, state=CellState.BOUND)
    )
    work.tx.flush()


def put(work: Work, wave_id: int, hand: Hand, cell: int, qty: int) -> int:
    """So many units out of the totes into a cell of their order; how many EACH the order still waits for.

    E-SRT-03 for another order's cell, E-SRT-11 when the order does not want them any more (somebody else put
    them, or it changed), E-INT-01 when it was stopped.
    """
    tx = work.tx
    tx.execute(select(Sorting.id).where(Sorting.wave_id == wave_id).with_for_update())
    if cell not in {one.id for one in cells.of_order(tx, hand.order)}:
        raise Refused("E-SRT-03", n=hand.cell_no)
    want = still_wanted(tx, wave_id, hand)
    if want.state in PULLED:
        raise Refused("E-INT-01")
    if qty > want.qty:
        raise Refused("E-SRT-11")
    left, used = qty, set[int]()
    for tote_id, there in demand.in_totes(tx, wave_id, want):
        part = min(left, there)
        if part:
            left -= part
            used.add(tote_id)
            _post(work, want, part, tote_id, cell)
    if left:
        raise Refused("E-STK-02")
    for tote_id in sorted(used):
        carried.free(work, tote_id)
    return want.left - qty


def still_wanted(tx: Session, wave_id: int, hand: Hand) -> Want:
    """What the order in hand still waits for of these goods; E-SRT-11 when it is nothing."""
    mine = (hand.order, hand.sku, hand.lot, hand.status)
    for want in demand.wants(tx, wave_id):
        if (want.order_id, want.sku_id, want.lot_id, want.status) == mine:
            return want
    raise Refused("E-SRT-11")


def _post(work: Work, want: Want, qty: int, tote_id: int, cell_id: int) -> None:
    source, target = Place(tote_id, want.status), Place(cell_id, want.status)
    what = (MovementType.SORT, want.sku_id, want.lot_id, qty, source, target)
    ledger.post(work, Posting(*what, "DO", want.order_no, f"{work.key}:sort:{tote_id}"))
