"""Counting a place blindly, and what comes of it (P27).

One person counts; where the book differs another one counts again, and a supervisor when the two differ. What
is then believed becomes a correction that waits for its second signature; until it is posted the goods stay
kept. A correction that is refused has its place counted again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from station.ground.tasks import Origin, TaskState
from station.ground.tasks.models import LIVE
from station.ground.words.actor import Actor, Role
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.stock import holds
from station.stock.models import LOOSE, Lot, Stock, StockStatus
from station.storage.adjusting import rules as adjusting
from station.storage.adjusting.origins import Decision, when_decided
from station.storage.counting import origins
from station.storage.counting.models import COUNTS, CountLine, CountTask
from station.storage.counting.verdict import Verdict, judge

LAST = 3
"""The count that only a supervisor makes, and that is final."""


def open_task(
    work: Work, origin: Origin, place_id: int, *, sku_id: int | None = None, lot_id: int | None = None
) -> CountTask:
    """Somebody shall count one lot in a place, or the whole place."""
    task = CountTask(
        origin_type=origin.type,
        origin_no=origin.no,
        state=TaskState.OPEN,
        created_at=work.now,
        location_id=place_id,
        sku_id=sku_id,
        lot_id=lot_id,
    )
    work.tx.add(task)
    work.tx.flush()
    return task


def is_counted(tx: Session, place_id: int) -> bool:
    """Whether the whole of a place waits to be counted, or its correction to be signed."""
    live = select(CountTask.id).where(
        CountTask.location_id == place_id, CountTask.sku_id.is_(None), CountTask.state.in_(LIVE)
    )
    return tx.scalar(live.limit(1)) is not None


def at_place(work: Work, place_id: int, who: Actor) -> CountTask:
    """The first task at a place that this person may do.

    E-TSK-02 when none waits there, E-CNT-02 where somebody else must count, E-AUTH-02 where a supervisor
    must.
    """
    tasks = work.tx.scalars(
        select(CountTask)
        .where(CountTask.location_id == place_id, CountTask.state.in_(LIVE))
        .order_by(CountTask.state, CountTask.id)
    ).all()
    if not tasks:
        raise Refused("E-TSK-02")
    refusals = [(task, _not_for(work.tx, task, who)) for task in tasks]
    for task, refusal in refusals:
        if refusal is None:
            return task
    raise Refused(refusals[0][1] or "E-TSK-02")


def _not_for(tx: Session, task: CountTask, who: Actor) -> str | None:
    """Why this person may not count this time."""
    mine = select(CountLine.id).where(CountLine.task_id == task.id, CountLine.counted_by == who.user_id)
    if tx.scalar(mine.limit(1)) is not None:
        return "E-CNT-02"
    if task.rounds + 1 == LAST and Role.SUPERVISOR not in who.roles:
        return "E-AUTH-02"
    return None


def close_round(work: Work, task: CountTask, counted: Mapping[int, int], who: Actor) -> tuple[Verdict, str]:
    """One person's count of a task (lot → EACH): the verdict, and the number of the correction it made."""
    book = _book(work.tx, task)
    number = task.rounds + 1
    for lot_id in sorted({*book, *counted}):
        work.tx.add(
            CountLine(
                task_id=task.id,
                round=number,
                sku_id=work.tx.get_one(Lot, lot_id).sku_id,
                lot_id=lot_id,
                qty=counted.get(lot_id, 0),
                book=book.get(lot_id, 0),
                counted_by=who.user_id,
                counted_at=work.now,
            )
        )
    work.tx.flush()
    verdict = judge([_differences(work.tx, task, one) for one in range(1, number + 1)])
    if verdict in {Verdict.AGAIN, Verdict.BOSS}:
        COUNTS.give_back(work, task, rounds=number)
        return verdict, ""
    if verdict is Verdict.RIGHT:
        COUNTS.finish(work, task, rounds=number)
        origins.tell(work, task, is_right=True)
        return verdict, ""
    lines = _lines(work, task, _differences(work.tx, task, number))
    made = adjusting.draft(work, lines, adjusting.COUNTED, who, origin=(CountTask.PREFIX, task.task_no))
    COUNTS.finish(work, task, rounds=number, adjustment_id=made.id)
    return verdict, made.adjustment_no


def _book(tx: Session, task: CountTask) -> dict[int, int]:
    """Lot → EACH that the book has of what is counted; a lot that is counted is there even with none."""
    query = (
        select(Stock.lot_id, func.sum(Stock.on_hand).label("qty"))
        .where(Stock.location_id == task.location_id, Stock.on_hand > 0)
        .group_by(Stock.lot_id)
    )
    if task.lot_id is not None:
        query = query.where(Stock.lot_id == task.lot_id)
    book = {row.lot_id: int(row.qty) for row in tx.execute(query)}
    return book if task.lot_id is None else {task.lot_id: 0} | book


def _differences(tx: Session, task: CountTask, number: int) -> dict[int, int]:
    rows = tx.scalars(select(CountLine).where(CountLine.task_id == task.id, CountLine.round == number))
    return {row.lot_id: row.qty - row.book for row in rows}


def _lines(work: Work, task: CountTask, differences: Mapping[int, int]) -> list[adjusting.Line]:
    """What has to be corrected: fewer are taken from what is promised least, more are loose."""
    lines: list[adjusting.Line] = []
    for lot_id, delta in sorted(differences.items()):
        sku_id = work.tx.get_one(Lot, lot_id).sku_id
        rows = _rows(work.tx, task.location_id, lot_id)
        if delta > 0:
            status = rows[0].status if rows else StockStatus.GOOD
            status = holds.status_for(work.tx, sku_id, lot_id, status)
            lines.append(adjusting.Line(sku_id, lot_id, task.location_id, delta, status, LOOSE))
        left = min(delta, 0)
        for row in rows:
            part = max(left, -row.on_hand)
            if part:
                left -= part
                lines.append(adjusting.Line(sku_id, lot_id, task.location_id, part, row.status, row.hu_id))
    return lines


def _rows(tx: Session, place_id: int, lot_id: int) -> list[Any]:
    """What stands there of a lot: what was missing on a shelf first, then loose before cartons."""
    return list(
        tx.execute(
            select(Stock.status, Stock.hu_id, Stock.on_hand)
            .where(Stock.location_id == place_id, Stock.lot_id == lot_id, Stock.on_hand > 0)
            .order_by(Stock.status != StockStatus.HOLD, Stock.hu_id, Stock.id)
        )
    )


@when_decided(CountTask.PREFIX)
def decided(work: Work, task_no: str, decision: Decision) -> None:
    """Signed: what was kept is free for the correction. Refused: the place is counted again."""
    task = work.tx.get_one(CountTask, int(task_no.removeprefix(CountTask.PREFIX)))
    if decision is not Decision.REFUSED:
        origins.tell(work, task, is_right=decision is Decision.POSTED)
    else:
        open_task(work, task.origin, task.location_id, sku_id=task.sku_id, lot_id=task.lot_id)


def cancel_of(work: Work, origin: Origin) -> None:
    """Nothing of a document has to be counted any more."""
    live = select(CountTask).where(
        CountTask.origin_type == origin.type, CountTask.origin_no == origin.no, CountTask.state.in_(LIVE)
    )
    for task in work.tx.scalars(live).all():
        COUNTS.cancel(work, task, "somebody looked")
