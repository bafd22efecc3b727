"""Which slot a worker is sent to (P8): proposed only when the goods may stand there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session

from station.catalog import rules as catalog
from station.catalog.models import Sku
from station.ground.tasks.models import LIVE
from station.ground.work import Work
from station.stock import ledger, standing
from station.stock.models import (
    Location,
    LocationKind,
    LocationState,
    Lot,
    Movement,
    MovementType,
    Stock,
)
from station.stock.standing import Goods, Limits, Standing
from station.storage.keeping import rules as keeping
from station.storage.putaway import fullness
from station.storage.putaway.models import PutawayTask


def propose(work: Work, task: PutawayTask, status: str) -> Location | None:
    """The slot for a task's goods in this status; None when no slot fits.

    The article's pick slot when it runs low and no older lot waits in reserve; a first carton's new pick
    slot; a reserve slot that holds the same lot and has room; an empty reserve slot nearest to the pick slot;
    the new-goods area. Gifts and rejects have areas of their own.
    """
    _one_at_a_time(work.tx)
    goods = standing.goods_of(work, task.sku_id, task.lot_id, task.qty, status)
    return next(_candidates(work, task, goods), None)


def _one_at_a_time(tx: Session) -> None:
    """Two cartons must not be sent to the same empty slot (T30): a row that always exists is kept."""
    gate = select(Location.id).where(Location.id == ledger.SUPPLIER)
    tx.execute(gate.with_for_update(key_share=True))


def _candidates(work: Work, task: PutawayTask, goods: Goods) -> Iterator[Location]:
    """Places in the order of preference; found one after another, only as far as somebody asks."""
    kinds = standing.kinds_for(goods)
    yield from _fitting(work, task, goods, _came_from(work.tx, task))
    if LocationKind.RSV not in kinds:
        yield from _fitting(work, task, goods, _areas(work.tx, kinds))
        return
    home = work.tx.get(Location, goods.home_id) if goods.home_id else None
    if home is None:
        yield from _new_home(work, task, goods)
    elif _wants(work, task, goods, home):
        yield home
    near = home.pick_seq if home else 0
    yield from _fitting(work, task, goods, _same_lot(work.tx, goods, near))
    kept = keeping.order_for(work.tx, task.origin_type, task.origin_no)
    for kind in (LocationKind.RSV, LocationKind.NEW):
        yield from _fitting(work, task, goods, empty(work.tx, kind, near, first=kept))


def _came_from(tx: Session, task: PutawayTask) -> Sequence[Location]:
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


def _areas(tx: Session, kinds: Iterable[LocationKind]) -> Sequence[Location]:
    """Open places of these kinds, which hold anything of their kind."""
    query = select(Location).where(Location.kind.in_(sorted(kinds)), Location.state == LocationState.OPEN)
    return tx.scalars(query.order_by(Location.pick_seq, Location.code)).all()


def _new_home(work: Work, task: PutawayTask, goods: Goods) -> Iterator[Location]:
    """An empty pick slot for an article's first carton, bound at once: a second one must not get another."""
    place = next(_fitting(work, task, goods, empty(work.tx, LocationKind.PICK, near=0)), None)
    if place is not None:
        catalog.bind_home(work.tx, goods.sku_id, place.id)
        yield place


def _wants(work: Work, task: PutawayTask, goods: Goods, home: Location) -> bool:
    """Whether the pick slot runs low, takes these goods, and no older lot should go there first."""
    on_hand = sum(other.qty for other in standing.standing_at(work.tx, home.id))
    if on_hand > catalog.sku(work.tx, goods.sku_id).min_qty:
        return False
    return any(_fitting(work, task, goods, [home])) and not _older_waits(work.tx, goods)


def _older_waits(tx: Session, goods: Goods) -> bool:
    lot = tx.get_one(Lot, goods.lot_id)
    older: ColumnElement[bool] = (
        Lot.expires_on < lot.expires_on if lot.expires_on else Lot.received_on < lot.received_on
    )
    stock_id = tx.scalar(
        select(Stock.id)
        .join(Lot, Lot.id == Stock.lot_id)
        .join(Location, Location.id == Stock.location_id)
        .where(
            Stock.sku_id == goods.sku_id,
            Stock.on_hand > 0,
            Location.kind == LocationKind.RSV,
            older,
        )
        .limit(1)
    )
    return stock_id is not None


def _same_lot(tx: Session, goods: Goods, near: int) -> Sequence[Location]:
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


def _fitting(work: Work, task: PutawayTask, goods: Goods, places: Iterable[Location]) -> Iterator[Location]:
    """Those where the goods may stand beside what is there and what is on its way, and that are not full."""
    limits = Limits.of(work.rules)
    for place in places:
        others = standing.standing_at(work.tx, place.id) + _coming(work.tx, task, place.id)
        fits = standing.may_stand(goods, standing.place_of(place), others, limits) is None
        if fits and not fullness.is_full(work.tx, place):
            yield place


def _coming(tx: Session, task: PutawayTask, place_id: int) -> list[Standing]:
    """What others are bringing to a place just now."""
    rows = tx.execute(
        select(
            PutawayTask.sku_id, PutawayTask.lot_id, PutawayTask.qty, Sku.gross_g, Sku.name_zh, Sku.volume_cm3
        )
        .join(Sku, Sku.id == PutawayTask.sku_id)
        .where(PutawayTask.proposed_id == place_id, PutawayTask.state.in_(LIVE), PutawayTask.id != task.id)
    )
    return [
        Standing(row.sku_id, row.lot_id, row.qty, row.gross_g, row.name_zh, row.volume_cm3) for row in rows
    ]


def empty(
    tx: Session,
    kind: LocationKind,
    near: int,
    limit: int = 5,
    *,
    first: ColumnElement[int] | None = None,
) -> Sequence[Location]:
    """Empty open slots of `kind`, by `first` (lowest first) and nearest in the walk; one proposed to others
    is not empty, and a pick slot must be nobody's home.
    """
    occupied = exists().where(Stock.location_id == Location.id, Stock.on_hand > 0)
    promised = exists().where(and_(PutawayTask.proposed_id == Location.id, PutawayTask.state.in_(LIVE)))
    query = select(Location).where(
        Location.kind == kind, Location.state == LocationState.OPEN, ~occupied, ~promised
    )
    if kind == LocationKind.PICK:
        query = query.where(~exists().where(Sku.home_location_id == Location.id))
    order = [func.abs(Location.pick_seq - near), Location.code]
    return tx.scalars(query.order_by(*([] if first is None else [first]), *order).limit(limit)).all()
