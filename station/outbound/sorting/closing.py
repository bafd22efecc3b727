"""A wave is sorted: what nobody found is brought, what belongs to no order goes back (P16)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.ground.words.messages import Refused
from station.ground.work import Work
from station.outbound.interception import rules as interception
from station.outbound.orders.models import PULLED, DeliveryOrder
from station.outbound.orders.releasing import kick_out, release_open
from station.outbound.orders.shortage import fall_short
from station.outbound.packing import verifying
from station.outbound.packing.totes import Units
from station.outbound.picking.models import ListState, PickList
from station.outbound.replacing import queries
from station.outbound.replacing import rules as replacing
from station.outbound.sorting import cells, demand
from station.outbound.sorting.choosing import Want
from station.outbound.sorting.models import SORTING, CellState, SortCell, Sorting
from station.stock import locations
from station.stock.models import LocationKind, StockStatus

REASON = "NOT_FOUND"


@dataclass(frozen=True, slots=True)
class Closed:
    """What became of the units that nobody found: EACH that are brought, EACH that are not, orders short."""

    brought: int = 0
    lacking: int = 0
    short: tuple[str, ...] = ()


def check_picked(tx: Session, wave_id: int) -> None:
    """E-SRT-06 while pick lists of the wave's own are not over."""
    query = select(PickList.pick_no).where(
        PickList.wave_id == wave_id,
        PickList.state.in_((ListState.OPEN, ListState.TAKEN)),
        ~queries.brings(),
    )
    if walks := tx.scalars(query.order_by(PickList.id).limit(3)).all():
        raise Refused("E-SRT-06", no=", ".join(walks))


def take_out(work: Work, want: Want, place_id: int) -> None:
    """One unit of a stopped order, in the sorter's hand, goes to the shelf instead of a cell (E-INT-01).

    With the last of its units an order of which nothing lies in a cell is done with.
    """
    order = work.tx.get_one(DeliveryOrder, want.order_id, with_for_update=True)
    own = _own(work.tx, order.id)
    unit = next(
        unit
        for unit in in_totes(work.tx, order.id)
        if (unit.sku_id, unit.lot_id, unit.status) == (want.sku_id, want.lot_id, want.status)
    )
    replacing.take_out(work, order, {unit.line_id: (1, StockStatus(unit.status))}, place_id, leave=own)
    _finish(work, order, place_id)


def in_totes(tx: Session, order_id: int) -> list[Units]:
    """Units of an order that lie in no cell."""
    own = _own(tx, order_id)
    return [unit for unit in verifying.unpacked_units(tx, order_id) if unit.tote_id not in own]


def _finish(work: Work, order: DeliveryOrder, shelf_id: int) -> None:
    """A stopped order of which nothing is in the house any more is closed."""
    work.tx.expire_all()
    if order.state in PULLED and not interception.goods(work.tx, order.id):
        interception.put_on_shelf(work, order.id, shelf_id)


def close(work: Work, sorting: Sorting) -> Closed:
    """The wave is sorted. E-SRT-06 while some of it is still being picked.

    What an order lacks leaves it for the intercept shelf, on HOLD, where it is counted; another one is
    brought from a slot while the order waits in its cell; where none is, the order is short and its goods are
    pulled.
    """
    check_picked(work.tx, sorting.wave_id)
    shelf = locations.by_kind(work.tx, LocationKind.INTC).id
    brought, lacking, short = 0, 0, list[str]()
    for order_id in sorted({want.order_id for want in demand.wants(work.tx, sorting.wave_id)}):
        order = work.tx.get_one(DeliveryOrder, order_id, with_for_update=True)
        marked = _missing(work.tx, order_id)
        qty = sum(n for n, _status in marked.values())
        if order.state in PULLED:
            replacing.take_out(work, order, marked, shelf, leave=_own(work.tx, order_id))
            _finish(work, order, shelf)
        elif _is_brought(work, order, marked, shelf):
            brought += qty
        else:
            _fall_short(work, order, marked, shelf)
            lacking += qty
            short.append(order.order_no)
    SORTING.move(work, sorting, "close", closed_at=work.now, closed_by=work.by.name)
    _free_cells(work, sorting.id)
    return Closed(brought, lacking, tuple(short))


def _missing(tx: Session, order_id: int) -> dict[int, tuple[int, StockStatus]]:
    """What of each line lies in no cell, to be held until somebody has counted it."""
    marked: dict[int, tuple[int, StockStatus]] = {}
    for unit in in_totes(tx, order_id):
        marked[unit.line_id] = (marked.get(unit.line_id, (0, ""))[0] + unit.qty, StockStatus.HOLD)
    return marked


def _own(tx: Session, order_id: int) -> list[int]:
    return [one.id for one in cells.of_order(tx, order_id)]


def _is_brought(work: Work, order: DeliveryOrder, marked: replacing.Marked, shelf_id: int) -> bool:
    """Whether other slots have what the order lacks: somebody is sent for it, and the cell waits."""
    if not replacing.may_be_brought(work, order.id, marked):
        return False
    own = _own(work.tx, order.id)
    where = own[-1] if own else shelf_id
    walk = replacing.replace(work, order.id, marked, shelf_id, REASON, seen={}, bench_id=where, leave=own)
    return walk is not None


def _fall_short(work: Work, order: DeliveryOrder, marked: replacing.Marked, shelf_id: int) -> None:
    replacing.take_out(work, order, marked, shelf_id, leave=_own(work.tx, order.id))
    release_open(work, order.id)
    kick_out(work, order.id)
    missing = {line_id: qty for line_id, (qty, _status) in marked.items()}
    lack = {str(line_id): qty for line_id, qty in missing.items()}
    fall_short(work, order, missing, detail={"reason": REASON, "lack": lack})
    _finish(work, order, shelf_id)


def _free_cells(work: Work, sorting_id: int) -> None:
    """Cells in which nothing lies may be another wave's."""
    query = select(SortCell.location_id).where(
        SortCell.sorting_id == sorting_id, SortCell.state == CellState.BOUND
    )
    for location_id in work.tx.scalars(query).all():
        cells.free(work, location_id)
