"""Moving goods from one place to another (P10), by the same judgement as putting them away.

Goods in hand are promised to their move, so that no wave sends a picker for them. What is promised to
somebody else stays where it is (E-MOV-01).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from station.catalog import rules as catalog
from station.ground.tasks import Origin, TaskState
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.outbound.orders import claims
from station.stock import holds, ledger, promises, standing
from station.stock.ledger import Place, Posting
from station.stock.models import (
    HANDLING_UNIT,
    LOOSE,
    SLOT_KINDS,
    HandlingUnit,
    Location,
    LocationKind,
    LocationState,
    MovementType,
    Promise,
    PromiseState,
    Stock,
    StockStatus,
)
from station.storage.moves.models import MOVES, InHand, MoveTask

OWN = "US"
"""The origin of a move that somebody began of their own accord: themselves."""
SOURCES = SLOT_KINDS | {LocationKind.QUAR, LocationKind.RTN}
"""Where goods are moved from; what lies in totes, at benches and in lanes belongs to orders."""


def row_of_unit(tx: Session, lpn: str) -> Stock:
    """The stock row of a whole carton; E-LBL-03 for a label that is on none, E-MOV-02 when it is empty."""
    unit = tx.scalars(select(HandlingUnit).where(HandlingUnit.lpn == lpn)).first()
    if unit is None:
        raise Refused("E-LBL-03")
    row = tx.scalars(select(Stock).where(Stock.hu_id == unit.id, Stock.on_hand > 0).limit(1)).first()
    if row is None:
        raise Refused("E-MOV-02")
    return row


def free_of(tx: Session, row: Any, wanted: int) -> int:
    """EACH of a stock row that nobody waits for; E-MOV-01 with who does when they are fewer than `wanted`."""
    free = int(row.on_hand - row.allocated)
    if free < wanted:
        raise Refused("E-MOV-01", free=free, who=claims.wanted_by(tx, row.id))
    return free


def ordered(tx: Session, row: Any) -> MoveTask | None:
    """The move that waits for these goods; None when nobody ordered one."""
    return next(iter(ordered_all(tx, row)), None)


def ordered_all(tx: Session, row: Any) -> Sequence[MoveTask]:
    """All moves that wait for these goods, the oldest first."""
    return tx.scalars(
        select(MoveTask)
        .where(
            MoveTask.source_id == row.location_id,
            MoveTask.state == TaskState.OPEN,
            MoveTask.lot_id == row.lot_id,
            MoveTask.status == row.status,
            MoveTask.hu_id.is_(None) if row.hu_id == LOOSE else MoveTask.hu_id == row.hu_id,
        )
        .order_by(MoveTask.id)
    ).all()


def order(work: Work, origin: Origin, row: Stock, *, priority: int = 0) -> MoveTask:
    """Somebody shall bring all of a stock row elsewhere; who takes it up holds it from then on."""
    return _made(work, origin, row, row.on_hand, priority)


def begin(work: Work, row: Stock, qty: int) -> MoveTask:
    """Whoever does this has `qty` EACH in hand; E-MOV-01 when they are promised to somebody."""
    free_of(work.tx, row, qty)
    task = _made(work, Origin(OWN, str(work.by.user_id)), row, qty, 0)
    MOVES.take(work, task)
    hold(work, task, row.id)
    return task


def _made(work: Work, origin: Origin, row: Stock, qty: int, priority: int) -> MoveTask:
    task = MoveTask(
        origin_type=origin.type,
        origin_no=origin.no,
        priority=priority,
        hu_id=row.hu_id or None,
        sku_id=row.sku_id,
        lot_id=row.lot_id,
        qty=qty,
        source_id=row.location_id,
        status=row.status,
        state=TaskState.OPEN,
        created_at=work.now,
    )
    work.tx.add(task)
    work.tx.flush()
    return task


def hold(work: Work, task: MoveTask, stock_id: int) -> None:
    """The goods of a move are in somebody's hand: nobody else gets them."""
    promises.promise(work, _owner(), task.id, stock_id, task.qty)


def _owner() -> str:
    return str(InHand.__mapper__.polymorphic_identity)


def in_hand(tx: Session, task: MoveTask) -> Promise | None:
    """The promise by which a move has its goods; None when they were taken away from it."""
    return tx.scalars(
        select(InHand).where(InHand.owner_id == task.id, InHand.state == PromiseState.OPEN)
    ).first()


def let_go(work: Work, task_id: int) -> None:
    """The goods are back where they were: a move of one's own ends, an ordered one waits again."""
    if not task_id:
        return
    task = MOVES.load(work.tx, task_id)
    if task.state != TaskState.TAKEN or task.taken_by != work.by.user_id:
        return
    promises.release(work, _owner(), task.id)
    if task.origin_type == OWN:
        MOVES.cancel(work, task, "put back")
    else:
        MOVES.give_back(work, task)


def put(work: Work, task: MoveTask, slot: Any, status: str) -> None:
    """The goods stand in `slot` in this status, if they may (see `standing.breaches`).

    E-MOV-04 for the slot they came from.
    """
    if slot.id == task.source_id:
        raise Refused("E-MOV-04")
    arrives = holds.status_for(work.tx, task.sku_id, task.lot_id, status)
    held = in_hand(work.tx, task)
    assert held is not None
    goods = standing.goods_of(work, task.sku_id, task.lot_id, task.qty, status)
    moves_home = _takes_all_of_home(work.tx, task, goods)
    standing.check_stand(work, replace(goods, home_id=None) if moves_home else goods, slot.id)
    unit = work.tx.get_one(HandlingUnit, task.hu_id) if task.hu_id else None
    is_whole = unit is not None and slot.kind != LocationKind.PICK
    promises.end(work, held.id, PromiseState.PICKED, qty_taken=task.qty)
    ledger.post(
        work,
        Posting(
            MovementType.MOVE,
            task.sku_id,
            task.lot_id,
            task.qty,
            Place(task.source_id, task.status, task.hu_id or LOOSE),
            Place(slot.id, arrives, task.hu_id if task.hu_id and is_whole else LOOSE),
            MoveTask.PREFIX,
            task.task_no,
            f"{work.key}:move",
            uses_allocated=task.qty,
        ),
    )
    if unit is not None:
        HANDLING_UNIT.move(work, unit, "store" if is_whole else "empty")
    if slot.kind == LocationKind.PICK and (moves_home or goods.home_id is None):
        catalog.bind_home(work.tx, task.sku_id, slot.id)
    MOVES.finish(work, task, location_id=slot.id)


def _takes_all_of_home(tx: Session, task: MoveTask, goods: standing.Goods) -> bool:
    """Whether the article's pick slot is empty after this move: then another one may become it."""
    if goods.home_id != task.source_id:
        return False
    return sum(other.qty for other in standing.standing_at(tx, task.source_id)) == task.qty


def proposed(tx: Session, status: str) -> Location | None:
    """Where goods in this status must go, when that is an area; None where the worker chooses a slot."""
    if status not in standing.REJECTS:
        return None
    query = select(Location).where(Location.kind == LocationKind.QUAR, Location.state == LocationState.OPEN)
    return tx.scalars(query.order_by(Location.pick_seq, Location.code).limit(1)).first()


def status_of(task: MoveTask, *, is_damaged: bool) -> str:
    """The status the goods will have where they are brought."""
    return StockStatus.DEFECT if is_damaged else task.status


def follow(work: Work, row: Any, status: str) -> None:
    """Goods whose move waits (a stock row) have another status: so has their move, or it is not wanted."""
    for task in ordered_all(work.tx, row):
        if status in standing.REJECTS:
            work.tx.execute(update(MoveTask).where(MoveTask.id == task.id).values(status=status))
        else:
            MOVES.cancel(work, task, "the goods need not go")


def give_up(work: Work, stock_id: int) -> Callable[[], None]:
    """Whoever carries goods of this stock row puts them back: their move is cancelled, and says so."""
    task_ids = work.tx.scalars(
        select(InHand.owner_id).where(InHand.stock_id == stock_id, InHand.state == PromiseState.OPEN)
    ).all()
    for task_id in task_ids:
        promises.release(work, _owner(), task_id)
        MOVES.cancel(work, MOVES.load(work.tx, task_id), "the goods became something else")
    return lambda: None
