"""Holding goods back from sale, and letting them be sold again (P10).

A slot that is held is frozen: nothing goes in or out. A lot or an article that is held is HOLD wherever it
stands, and stays held where it arrives later. Promises on it are withdrawn and made again from other stock;
orders that have it picked or packed already are stopped (see `recalling`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from station.catalog import rules as catalog
from station.ground.documents.numbers import next_no
from station.ground.tasks import Origin
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.outbound.orders import giving_up, recalling
from station.stock import holds, locations
from station.stock.holds import HOLD, Hold, HoldKind, HoldState
from station.stock.lots import lot_no
from station.stock.models import (
    SLOT_KINDS,
    VIRTUAL,
    Location,
    LocationKind,
    LocationState,
    Lot,
    MovementType,
    Stock,
    StockStatus,
)
from station.storage import withdrawing
from station.storage.aging.judging import status_today
from station.storage.counting import rules as counting
from station.storage.holds import barring, dating
from station.storage.putaway import rules as putaway
from station.storage.withdrawing import OF_ORDERS

DOC = "HD"
HELD_PLACES = SLOT_KINDS | {LocationKind.QUAR, LocationKind.RTN}
"""Places that can be held as such."""


def hold_slot(work: Work, code: str, reason: str) -> Hold:
    """Nothing goes into or out of a slot from now on; E-LOC-01 for none, E-LOC-02 for a frozen one."""
    place = work.tx.scalars(select(Location).where(Location.code == code).with_for_update()).first()
    if place is None:
        raise Refused("E-LOC-01")
    if place.kind not in HELD_PLACES:
        raise Refused("E-LOC-03", type=locations.names_of(HELD_PLACES))
    locations.freeze(work, place, reason)
    hold = _made(work, HoldKind.SLOT, reason, location_id=place.id)
    rows = work.tx.scalars(select(Stock).where(Stock.location_id == place.id, Stock.allocated > 0)).all()
    again = [later for row in rows for later in withdrawing.withdraw(work, row.id)]
    for later in again:
        later()
    _fit_reservations(work, {row.sku_id for row in rows})
    return hold


def hold_lot(work: Work, lot_id: int, reason: str) -> Hold:
    """A lot is not sold any more, wherever it is; E-HLD-02 when it is held already."""
    lot = work.tx.get_one(Lot, lot_id)
    if lot_id in holds.held(work.tx).lots:
        raise Refused("E-HLD-02")
    hold = _made(work, HoldKind.LOT, reason, sku_id=lot.sku_id, lot_id=lot_id)
    _take_out_of_sale(work, hold, Stock.lot_id == lot_id, [lot_id])
    return hold


def hold_article(work: Work, sku_id: int, reason: str) -> Hold:
    """No lot of an article is sold any more; E-HLD-02 when it is held already."""
    if sku_id in holds.held(work.tx).articles:
        raise Refused("E-HLD-02")
    hold = _made(work, HoldKind.ARTICLE, reason, sku_id=sku_id)
    lots = work.tx.scalars(select(Lot.id).where(Lot.sku_id == sku_id).order_by(Lot.id)).all()
    _take_out_of_sale(work, hold, Stock.sku_id == sku_id, lots)
    return hold


def find(work: Work, article: str, lot: str) -> tuple[int, int | None]:
    """The ids of an article by its code and of its lot by the supplier's number, ours, or its expiry.

    E-HLD-03 for an article or a lot that there is not, E-HLD-04 where several lots are called so.
    """
    sku_id = catalog.sku_id(work.tx, article)
    if sku_id is None:
        raise Refused("E-HLD-03")
    if not lot:
        return sku_id, None
    lots = [lot_id for lot_id, names in lots_of(work.tx, sku_id).items() if lot in names]
    if not lots:
        raise Refused("E-HLD-03")
    if len(lots) > 1:
        raise Refused("E-HLD-04")
    return sku_id, lots[0]


def lots_of(tx: Session, sku_id: int) -> dict[int, set[str]]:
    """The lots of an article, each with all that it is called."""
    lots = tx.scalars(select(Lot).where(Lot.sku_id == sku_id).order_by(Lot.id))
    return {lot.id: {lot.supplier_lot, lot_no(lot.id), str(lot.expires_on or "")} - {""} for lot in lots}


def _made(work: Work, kind: HoldKind, reason: str, **what: int) -> Hold:
    hold = Hold(
        hold_no=next_no(work.tx, DOC, work.today),
        kind=kind,
        state=HoldState.HELD,
        reason=reason,
        at=work.now,
        by=work.by.name,
        **what,
    )
    work.tx.add(hold)
    work.tx.flush()
    return hold


def _take_out_of_sale(work: Work, hold: Hold, which: ColumnElement[bool], lots: Sequence[int]) -> None:
    rows = _rows(work.tx, which, Stock.status.in_(sorted(holds.SOLD)))
    doc, kind = (DOC, hold.hold_no), MovementType.HOLD
    again = [
        later
        for row in rows
        for later in withdrawing.change_status(work, row, StockStatus.HOLD, kind, doc, hold.reason)
    ]
    for later in again:
        later()
    recalling.recall(work, lots, f"{hold.hold_no} {hold.reason}")
    if hold.sku_id is not None:
        _fit_reservations(work, {hold.sku_id})


def _fit_reservations(work: Work, sku_ids: set[int]) -> None:
    for sku_id in sorted(sku_ids):
        giving_up.unreserve(work, sku_id)


def _rows(tx: Session, *which: ColumnElement[bool]) -> list[Any]:
    """Stock outside orders and frozen places, in the order of its rows."""
    query = (
        select(
            Stock.id, Stock.sku_id, Stock.lot_id, Stock.location_id, Stock.status, Stock.hu_id, Location.kind
        )
        .join(Location, Location.id == Stock.location_id)
        .where(
            *which,
            Stock.on_hand > 0,
            Location.kind.not_in(sorted(OF_ORDERS | VIRTUAL)),
            Location.state != LocationState.FROZEN,
        )
        .order_by(Stock.id)
    )
    return list(tx.execute(query))


def release(work: Work, hold_id: int, why: str = "") -> None:
    """The goods may be sold again, as far as their dates allow; E-HLD-01 when they may already.

    Goods that another hold is on stay held, and so do those whose count is not done. What is good and stands
    in quarantine waits to be put away. For goods that came without a date see `dating.check`, for those
    without an order `barring`; `why` is the reason to release what is too old.
    """
    hold = work.tx.get_one(Hold, hold_id, with_for_update=True, populate_existing=True)
    barring.check(work, hold)
    dating.check(work, hold, why)
    HOLD.move(work, hold, "release", ended_at=work.now, ended_by=work.by.name)
    work.tx.flush()
    if hold.location_id is not None:
        _open(work, work.tx.get_one(Location, hold.location_id))
        return
    which = Stock.lot_id == hold.lot_id if hold.lot_id is not None else Stock.sku_id == hold.sku_id
    still = holds.held(work.tx)
    again = []
    for row in _rows(work.tx, which, Stock.status == StockStatus.HOLD, Location.kind != LocationKind.INTC):
        if still.has(row.sku_id, row.lot_id):
            continue
        status = status_today(work, row.sku_id, row.lot_id)
        doc, kind = (DOC, hold.hold_no), MovementType.RELEASE
        again += withdrawing.change_status(work, row, status, kind, doc, hold.reason)
        if row.kind == LocationKind.QUAR:
            putaway.bring_back(work, Origin(*doc), row, status)
    for later in again:
        later()


def _open(work: Work, place: Location) -> None:
    """A slot takes part again, unless it is to be counted first."""
    if place.state == LocationState.FROZEN and not counting.is_counted(work.tx, place.id):
        locations.thaw(work, place, "hold released")


def sweep(work: Work) -> int:
    """What is held and nevertheless for sale (it stood in a frozen slot, or came in since) is HOLD from now
    on; how many rows there were.
    """
    now = holds.held(work.tx)
    if not now:
        return 0
    is_held = Stock.lot_id.in_(sorted(now.lots)) | Stock.sku_id.in_(sorted(now.articles))
    rows = _rows(work.tx, is_held, Stock.status.in_(sorted(holds.SOLD)))
    again = []
    for row in rows:
        doc = (DOC, _number(work.tx, row))
        again += withdrawing.change_status(work, row, StockStatus.HOLD, MovementType.HOLD, doc, "came later")
    for later in again:
        later()
    return len(rows)


def _number(tx: Session, row: Any) -> str:
    """The hold that is on a stock row."""
    of_it = (Hold.lot_id == row.lot_id) | ((Hold.sku_id == row.sku_id) & Hold.lot_id.is_(None))
    query = select(Hold.hold_no).where(Hold.state == HoldState.HELD, Hold.kind != HoldKind.SLOT, of_it)
    return str(tx.scalars(query.order_by(Hold.id).limit(1)).first())
