"""Places that goods could be brought to, before anybody asks whether they may stand there (P8)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, not_, select
from sqlalchemy.orm import Session

from station.catalog.models import Sku
from station.ground.tasks.models import LIVE
from station.stock.fifo import lot_key
from station.stock.models import Location, LocationKind, LocationState, Lot, Movement, MovementType, Stock
from station.stock.standing import Goods
from station.storage.putaway.models import PutawayTask


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an empty slot should be like: near this number of the walk, for this turnover ("": any), for this
    class of goods, for pallets or not; `first` comes before all that (lowest first), such as a zone kept for
    it.
    """

    near: int
    abc: str = ""
    goods_class: str = ""
    is_on_pallet: bool = False
    first: ColumnElement[int] | None = None


def came_from(tx: Session, task: PutawayTask) -> Sequence[Location]:
    """The slot that goods on an intercept shelf were picked from (P24)."""
    if tx.get_one(Location, task.source_id).kind != LocationKind.INTC:
        return ()
    picked = (
        select(Movement.from_location_id)
        .where(
            Movement.sku_id == task.sku_id,
            Movement.lot_id == task.lot_id,
            Movement.type == MovementType.PICK,
            Movement.reverse_of.is_(None),
        )
        .order_by(Movement.id.desc())
        .limit(1)
    )
    return tx.scalars(select(Location).where(Location.id == tx.scalar(picked))).all()


def areas(tx: Session, kinds: Iterable[LocationKind]) -> Sequence[Location]:
    """Open places of these kinds, which hold anything of their kind."""
    query = select(Location).where(Location.kind.in_(sorted(kinds)), Location.state == LocationState.OPEN)
    return tx.scalars(query.order_by(Location.pick_seq, Location.code)).all()


def same_lot(tx: Session, goods: Goods, near: int) -> Sequence[Location]:
    """Reserve slots that hold this lot, or that a carton of it is on its way to: eight cartons of one
    lot must not take eight slots.
    """
    holds = select(Stock.location_id).where(
        Stock.sku_id == goods.sku_id, Stock.lot_id == goods.lot_id, Stock.on_hand > 0
    )
    comes = select(PutawayTask.proposed_id).where(
        PutawayTask.lot_id == goods.lot_id, PutawayTask.state.in_(LIVE)
    )
    query = select(Location).where(Location.kind == LocationKind.RSV, Location.id.in_(holds.union(comes)))
    return tx.scalars(query.order_by(func.abs(Location.pick_seq - near), Location.code)).all()


def same_article(tx: Session, goods: Goods, near: int) -> Sequence[Location]:
    """Reserve slots with an older lot of the article: behind it is room for this one, where several lots may
    stand in a slot (S-17).
    """
    lot = tx.get_one(Lot, goods.lot_id)
    holds = (
        select(Stock.location_id, Lot.expires_on, Lot.received_on, Lot.id)
        .join(Lot, Lot.id == Stock.lot_id)
        .where(Stock.sku_id == goods.sku_id, Stock.lot_id != lot.id, Stock.on_hand > 0)
    )
    mine = lot_key(lot.expires_on, lot.received_on, lot.id)
    older = {
        row.location_id
        for row in tx.execute(holds)
        if lot_key(row.expires_on, row.received_on, row.id) < mine
    }
    query = select(Location).where(Location.kind == LocationKind.RSV, Location.id.in_(older))
    return (
        tx.scalars(query.order_by(func.abs(Location.pick_seq - near), Location.code)).all() if older else ()
    )


def mixing(tx: Session, near: int) -> Sequence[Location]:
    """Reserve slots where articles stand beside each other."""
    query = select(Location).where(
        Location.kind == LocationKind.RSV, Location.is_mixed, Location.state == LocationState.OPEN
    )
    return tx.scalars(query.order_by(func.abs(Location.pick_seq - near), Location.code)).all()


def empty(tx: Session, kind: LocationKind, wanted: Wanted, limit: int, skip: int = 0) -> Sequence[Location]:
    """Empty open slots of `kind`: of the wanted turnover first, nearest in the walk; one proposed to others
    is not empty, and a pick slot must be nobody's home.
    """
    occupied = exists().where(Stock.location_id == Location.id, Stock.on_hand > 0)
    promised = exists().where(and_(PutawayTask.proposed_id == Location.id, PutawayTask.state.in_(LIVE)))
    query = select(Location).where(
        Location.kind == kind,
        Location.state == LocationState.OPEN,
        Location.goods_class == wanted.goods_class,
        ~occupied,
        ~promised,
    )
    if kind == LocationKind.PICK:
        query = query.where(~exists().where(Sku.home_location_id == Location.id))
    if not wanted.is_on_pallet:
        query = query.where(not_(Location.needs_pallet))
    turnover = case((Location.abc == wanted.abc, 0), (Location.abc == "", 1), else_=2)
    order: tuple[Any, ...] = (Location.is_mixed, turnover) if kind == LocationKind.RSV else ()
    order = order if wanted.first is None else (wanted.first, *order)
    order = (*order, func.abs(Location.pick_seq - wanted.near), Location.code)
    return tx.scalars(query.order_by(*order).offset(skip).limit(limit)).all()


def age(tx: Session, lot_id: int) -> tuple[date, date, int]:
    """By what lots are older or younger (I7)."""
    lot = tx.get_one(Lot, lot_id)
    return lot_key(lot.expires_on, lot.received_on, lot.id)
