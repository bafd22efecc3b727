"""Which slot a worker is sent to, and why there (P8): proposed only when the goods may stand there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from station.catalog import rules as catalog
from station.catalog.models import Sku
from station.ground.tasks.models import LIVE
from station.ground.work import Work
from station.stock import ledger, standing
from station.stock.models import Location, LocationKind, Lot, Stock
from station.stock.standing import Goods, Limits, Standing
from station.storage.keeping import rules as keeping
from station.storage.putaway import fullness, places
from station.storage.putaway.models import PutawayTask

NEW_HOME = "L-NAMED-HOME"
"""A new article's pick slot was named, and nothing of it stands there yet."""
NEAREST, FARTHER = 5, 200
"""So many empty slots are looked at near the pick slot, and so many more when all of those will not do."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A slot, and the label that says why it is this one."""

    place: Location
    why: str


def propose(work: Work, task: PutawayTask, status: str) -> Proposal | None:
    """The slot for a task's goods in this status; None when no slot fits.

    The article's pick slot when it runs low and no older lot waits in reserve; a first carton's new pick
    slot; a reserve slot that holds the same lot and has room, or another lot of the article in front of
    which there is room; an empty reserve slot, of the article's turnover if there is one, nearest to the
    pick slot; the new-goods area; any other reserve slot. Gifts, rejects and valuables have areas of their
    own.
    """
    one_at_a_time(work.tx)
    goods = standing.goods_of(work, task.sku_id, task.lot_id, task.qty, status)
    return next(_candidates(work, task, goods), None)


def one_at_a_time(tx: Session) -> None:
    """Two cartons must not be sent to the same empty slot (T30): a row that always exists is kept."""
    gate = select(Location.id).where(Location.id == ledger.SUPPLIER)
    tx.execute(gate.with_for_update(key_share=True))


def _candidates(work: Work, task: PutawayTask, goods: Goods) -> Iterator[Proposal]:
    """Places in the order of preference; found one after another, only as far as somebody asks."""

    def fitting(found: Iterable[Location], why: str) -> Iterator[Proposal]:
        return (Proposal(place, why) for place in _fitting(work, task, goods, found))

    kinds = standing.kinds_for(goods)
    yield from fitting(places.came_from(work.tx, task), "L-NAMED-BACK")
    if LocationKind.RSV not in kinds:
        yield from fitting(places.areas(work.tx, kinds), "L-NAMED-AREA")
        return
    home = work.tx.get(Location, goods.home_id) if goods.home_id else None
    if home is None:
        yield from _new_home(work, task, goods)
    else:
        yield from _face(work, task, goods, home)
    near = home.pick_seq if home else 0
    yield from fitting(places.same_lot(work.tx, goods, near), "L-NAMED-LOT")
    yield from fitting(places.same_article(work.tx, goods, near), "L-NAMED-BEHIND")
    abc = catalog.sku(work.tx, goods.sku_id).abc
    kept = keeping.order_for(work.tx, task.origin_type, task.origin_no)
    wanted = places.Wanted(near, abc, goods.goods_class, first=kept)
    for place in _fitting(work, task, goods, places.empty(work.tx, LocationKind.RSV, wanted, NEAREST)):
        yield Proposal(place, "L-NAMED-ABC" if place.abc == abc else "L-NAMED-EMPTY")
    yield from fitting(places.empty(work.tx, LocationKind.NEW, wanted, NEAREST), "L-NAMED-NEW")
    for kind in (LocationKind.RSV, LocationKind.NEW):
        farther = places.empty(work.tx, kind, wanted, FARTHER, skip=NEAREST)
        yield from fitting(farther, "L-NAMED-OVERFLOW")


def _new_home(work: Work, task: PutawayTask, goods: Goods) -> Iterator[Proposal]:
    """An empty pick slot for an article's first carton, bound at once: a second one must not get another."""
    wanted = places.Wanted(0, "", goods.goods_class)
    found = places.empty(work.tx, LocationKind.PICK, wanted, NEAREST)
    place = next(_fitting(work, task, goods, found), None)
    if place is not None:
        catalog.bind_home(work.tx, goods.sku_id, place.id)
        yield Proposal(place, NEW_HOME)


def _face(work: Work, task: PutawayTask, goods: Goods, home: Location) -> Iterator[Proposal]:
    """The pick slot, when it runs low with what is on its way there, takes these goods, and no older lot
    should go there first. Goods of the very lot that lies in it are no reason to wait.
    """
    there = standing.standing_at(work.tx, home.id)
    on_hand = sum(other.qty for other in [*there, *_coming(work.tx, task, home.id)])
    if on_hand > catalog.sku(work.tx, goods.sku_id).min_qty:
        return
    if any(_fitting(work, task, goods, [home])) and not _older_waits(work.tx, goods):
        yield Proposal(home, "L-NAMED-LOW" if on_hand else "L-NAMED-FACE")


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


def _fitting(work: Work, task: PutawayTask, goods: Goods, found: Iterable[Location]) -> Iterator[Location]:
    """Those where the goods may stand beside what is there and what is on its way, and that are not full."""
    limits = Limits.of(work.rules)
    for place in found:
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


def side(tx: Session, goods: Sequence[tuple[int, int]], place: Any) -> str:
    """Where in a slot the goods (article, lot) go (S-17): the label of "behind", "in front" or "a new
    place"; "" when there is no slot.
    """
    if place is None:
        return ""
    lots = {lot_id: sku_id for sku_id, lot_id in goods}
    there = {other.lot_id for other in standing.standing_at(tx, place.id) if other.sku_id in lots.values()}
    others = there - lots.keys()
    if not others:
        return "L-PUT-BESIDE" if there else "L-PUT-NEWPLACE"
    oldest = min(places.age(tx, lot_id) for lot_id in others)
    return "L-PUT-BEHIND" if oldest <= min(places.age(tx, lot_id) for lot_id in lots) else "L-PUT-FRONT"
