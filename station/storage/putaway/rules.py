"""Bringing goods from where they stand to a slot (P8): a received carton, returned or intercepted units."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from station.catalog import rules as catalog
from station.ground.tasks import Origin, TaskState
from station.ground.tasks.models import LIVE
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.stock import holds, ledger, standing
from station.stock.ledger import Place, Posting
from station.stock.models import (
    HANDLING_UNIT,
    LOOSE,
    SELLABLE_KINDS,
    HandlingUnit,
    Location,
    LocationKind,
    MovementType,
    Stock,
    StockStatus,
    UnitState,
)
from station.storage.putaway import origins, proposing
from station.storage.putaway.models import PUTAWAY, PutawayTask

DAMAGED, GONE = "DAMAGED", "goods are not at their source"


def open_task(
    work: Work,
    origin: Origin,
    unit: HandlingUnit | None,
    *,
    sku_id: int,
    lot_id: int,
    qty: int,
    source_id: int,
    status: str = StockStatus.GOOD,
    priority: int = 0,
) -> PutawayTask:
    """Goods stand somewhere and must be put away: a carton, or `qty` loose EACH (`unit` None).

    Higher priorities go first. An article that stands nowhere yet is new and comes after the others (S-24).
    """
    stands = work.tx.scalar(
        select(Stock.id)
        .join(Location, Location.id == Stock.location_id)
        .where(Stock.sku_id == sku_id, Stock.on_hand > 0, Location.kind.in_(sorted(SELLABLE_KINDS)))
        .limit(1)
    )
    task = PutawayTask(
        origin_type=origin.type,
        origin_no=origin.no,
        priority=priority,
        hu_id=unit.id if unit else None,
        sku_id=sku_id,
        lot_id=lot_id,
        qty=qty,
        source_id=source_id,
        status=status,
        state=TaskState.OPEN,
        is_new_sku=stands is None,
        created_at=work.now,
    )
    work.tx.add(task)
    return task


def waiting(tx: Session, limit: int) -> list[Any]:
    """What waits, in the order of work (S-24, T32); `lpn` is None for loose goods."""
    query = PUTAWAY.waiting(PutawayTask.id, HandlingUnit.lpn, PutawayTask.sku_id, PutawayTask.qty)
    return list(tx.execute(query.outerjoin(HandlingUnit, HandlingUnit.id == PutawayTask.hu_id).limit(limit)))


def task_of(tx: Session, lpn: str) -> PutawayTask:
    """The live task of a carton: unlabelled E-LBL-03, on a pallet E-PAL-01, unsigned E-PUT-01, put away
    already E-PUT-07.
    """
    unit = tx.scalars(select(HandlingUnit).where(HandlingUnit.lpn == lpn)).first()
    if unit is None or unit.state == UnitState.PRINTED:
        raise Refused("E-LBL-03")
    pallet = tx.get(HandlingUnit, unit.parent_id) if unit.parent_id else None
    if pallet is not None and pallet.state in {UnitState.PRINTED, UnitState.APPLIED}:
        raise Refused("E-PAL-01", pallet=pallet.lpn)
    tasks = tx.scalars(
        select(PutawayTask).where(PutawayTask.hu_id == unit.id).order_by(PutawayTask.id.desc())
    ).all()
    if not tasks:
        raise Refused("E-PUT-01")
    live = next((task for task in tasks if task.state in LIVE), None)
    if live is None:
        raise Refused("E-PUT-07" if tasks[0].state == TaskState.DONE else "E-TSK-04")
    return live


def untouched_task(tx: Session, unit: HandlingUnit) -> PutawayTask | None:
    """The task of a carton that nobody has in hand, kept for this unit of work."""
    query = select(PutawayTask).where(PutawayTask.hu_id == unit.id, PutawayTask.state == TaskState.OPEN)
    return tx.scalars(query.with_for_update()).first()


def is_in_hand(tx: Session, row: Any) -> bool:
    """Whether somebody is putting the goods of a stock row away at this moment."""
    mine = (PutawayTask.lot_id == row.lot_id, PutawayTask.source_id == row.location_id)
    of_it = PutawayTask.hu_id.is_(None) if row.hu_id == LOOSE else PutawayTask.hu_id == row.hu_id
    taken = select(PutawayTask.id).where(*mine, of_it, PutawayTask.state == TaskState.TAKEN)
    return tx.scalar(taken.limit(1)) is not None


def loose_task(tx: Session, sku_id: int) -> PutawayTask:
    """The first task that waits for loose goods of an article; E-TSK-02 when there is none."""
    return PUTAWAY.next_open(tx, PutawayTask.sku_id == sku_id, PutawayTask.hu_id.is_(None))


def has_goods(tx: Session, task: PutawayTask) -> bool:
    """Whether the book still says that the goods stand at their source, promised to nobody."""
    free = tx.scalar(
        select(Stock.on_hand - Stock.allocated).where(
            Stock.sku_id == task.sku_id,
            Stock.lot_id == task.lot_id,
            Stock.location_id == task.source_id,
            Stock.status == task.status,
            Stock.hu_id == (task.hu_id or LOOSE),
        )
    )
    return (free or 0) >= task.qty


def follow(work: Work, row: Any, status: str) -> None:
    """Goods that wait to be put away (a stock row) have another status from now on: so has their task. What
    is rejected and stands in quarantine stays there.
    """
    is_away = work.tx.get_one(Location, row.location_id).kind == LocationKind.QUAR
    if is_away and status in standing.REJECTS:
        for task in work.tx.scalars(select(PutawayTask).where(*_of(row))).all():
            cancel(work, task, "it stays in quarantine")
        return
    work.tx.execute(update(PutawayTask).where(*_of(row)).values(status=status, proposed_id=None))


def bring_back(work: Work, origin: Origin, row: Any, status: str) -> None:
    """Goods in quarantine (a stock row as it was) are fit for sale again: they wait to be put away."""
    if status in standing.REJECTS:
        return
    there = select(Stock.on_hand).where(
        Stock.lot_id == row.lot_id,
        Stock.location_id == row.location_id,
        Stock.status == status,
        Stock.hu_id == row.hu_id,
    )
    unit = work.tx.get_one(HandlingUnit, row.hu_id) if row.hu_id != LOOSE else None
    open_task(
        work,
        origin,
        unit,
        sku_id=row.sku_id,
        lot_id=row.lot_id,
        qty=work.tx.scalar(there) or 0,
        source_id=row.location_id,
        status=status,
    )


def _of(row: Any) -> tuple[ColumnElement[bool], ...]:
    """Live tasks of the goods of a stock row."""
    return (
        PutawayTask.state.in_(LIVE),
        PutawayTask.source_id == row.location_id,
        PutawayTask.lot_id == row.lot_id,
        PutawayTask.status == row.status,
        PutawayTask.hu_id.is_(None) if row.hu_id == LOOSE else PutawayTask.hu_id == row.hu_id,
    )


def propose(work: Work, task: PutawayTask, status: str) -> int | None:
    """Name the slot to bring the goods to, and why that one; its id, None when no slot fits."""
    found = proposing.propose(work, task, status)
    task.proposed_id, task.proposed_why = (found.place.id, found.why) if found else (None, "")
    return task.proposed_id


def check(work: Work, task: PutawayTask, place_id: int, status: str) -> None:
    """Refuse the task's goods, in this status, in a place with the first rule that they would break there."""
    goods = standing.goods_of(work, task.sku_id, task.lot_id, task.qty, status)
    standing.check_stand(work, goods, place_id)


def has_other_lot(tx: Session, task: PutawayTask, place_id: int) -> bool:
    """Whether another lot of the article stands there: the older one must be in front (S-17)."""
    others = standing.standing_at(tx, place_id)
    return any(other.sku_id == task.sku_id and other.lot_id != task.lot_id for other in others)


def put_away(work: Work, task: PutawayTask, slot: Any, status: str, off_reason: str) -> None:
    """The goods stand in `slot`: in a pick slot they are loose, elsewhere a carton stays whole."""
    _keep_source(work, task)
    arrives = holds.status_for(work.tx, task.sku_id, task.lot_id, status)
    unit = work.tx.get_one(HandlingUnit, task.hu_id) if task.hu_id else None
    is_whole = unit is not None and slot.kind != LocationKind.PICK
    PUTAWAY.finish(work, task, location_id=slot.id, off_reason=off_reason)
    ledger.post(
        work,
        Posting(
            MovementType.PUT_AWAY,
            task.sku_id,
            task.lot_id,
            task.qty,
            Place(task.source_id, task.status, unit.id if unit else LOOSE),
            Place(slot.id, arrives, unit.id if unit and is_whole else LOOSE),
            "CT" if unit else PutawayTask.PREFIX,
            unit.lpn if unit else task.task_no,
            f"{work.key}:put:{task.task_no}",
        ),
    )
    if unit is not None:
        HANDLING_UNIT.move(work, unit, "store" if is_whole else "empty")
    if slot.kind == LocationKind.PICK and catalog.sku(work.tx, task.sku_id).home_location_id is None:
        catalog.bind_home(work.tx, task.sku_id, slot.id)
    _tell_if_last(work, task)


def cancel(work: Work, task: PutawayTask, why: str) -> None:
    """The goods need not be put away any more; their document hears of it when nothing else is left."""
    _keep_source(work, task)
    PUTAWAY.cancel(work, task, why)
    _tell_if_last(work, task)


def _keep_source(work: Work, task: PutawayTask) -> None:
    """Two workers who end the last two tasks of a document do it one after the other: one is the last."""
    place = select(Location.id).where(Location.id == task.source_id)
    work.tx.execute(place.with_for_update(key_share=True))


def _tell_if_last(work: Work, task: PutawayTask) -> None:
    if not PUTAWAY.left(work.tx, task.origin):
        origins.tell(work, task.origin)
