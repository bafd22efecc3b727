"""Several cartons on one cart (P8): scanned one after another, put away in the order of the walk."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.ground.scan.kinds import Code
from station.ground.scan.workflow import Context, Outcome
from station.ground.tasks import TaskState
from station.ground.words.messages import Refused
from station.stock.models import Location
from station.stock.walk import walk_key
from station.storage.putaway import rules
from station.storage.putaway.flow import in_hand, on_cart
from station.storage.putaway.models import PUTAWAY, PutawayTask
from station.storage.putaway.position import Putting

MOST = 24
"""More cartons than this are no cart."""


def in_walk_order(tx: Session, task_ids: Sequence[int]) -> list[PutawayTask]:
    """These tasks as one passes their slots, equal ones as they were scanned; what has no slot comes last."""
    rows = tx.execute(
        select(PutawayTask, Location.zone, Location.pick_seq, Location.code)
        .outerjoin(Location, Location.id == PutawayTask.proposed_id)
        .where(PutawayTask.id.in_(task_ids))
    ).all()
    rows = sorted(rows, key=lambda row: task_ids.index(row[0].id))
    placed = [row for row in rows if row.code is not None]
    placed.sort(key=lambda row: walk_key(row.zone, row.pick_seq, row.code))
    return [row[0] for row in (*placed, *(row for row in rows if row.code is None))]


def add_carton(ctx: Context, code: Code) -> Outcome:
    """Another carton onto the cart; one that is on it already is the next to be put away."""
    at, present = ctx.at(Putting), in_hand(ctx)
    task = rules.task_of(ctx.tx, code.text)
    if task.id == at.task:
        return ctx.go("slot", "S-PUT-TAKEN", undo=None)
    if task.id in at.load:
        others = [task_id for task_id in at.load if task_id != task.id]
        return _with(ctx, task, [present.id, *others], "S-PUT-TAKEN", undo={"subject": present.task_no})
    if len(at.load) + 1 >= MOST:
        raise Refused("E-PUT-08", max=MOST)
    task = _take(ctx, task)
    if not rules.has_goods(ctx.tx, task):
        rules.cancel(ctx, task, rules.GONE)
        return ctx.go("slot", "W-PUT-GONE")
    rules.propose(ctx, task, task.status)
    ctx.tx.flush()
    undo = {"added": task.id, "subject": present.task_no}
    if at.is_damaged:  # to quarantine first, with what is on the way there already
        return _keep(ctx, [*at.load, task.id], undo)
    first, *rest = in_walk_order(ctx.tx, [at.task, *at.load, task.id])
    return _with(ctx, first, [other.id for other in rest], "S-PUT-LOADED", undo=undo)


def _take(ctx: Context, task: PutawayTask) -> PutawayTask:
    """It is this worker's now; E-TSK-05 for one that a colleague has in hand."""
    task = PUTAWAY.load(ctx.tx, task.id)
    if task.state == TaskState.OPEN or task.taken_by != ctx.by.user_id:
        PUTAWAY.take(ctx, task)
    return task


def _keep(ctx: Context, load: list[int], undo: dict[str, object]) -> Outcome:
    ctx.at(Putting).load = load
    return ctx.go("slot", "S-PUT-LOADED", undo=undo, n=len(load) + 1)


def _with(ctx: Context, task: PutawayTask, load: list[int], code: str, *, undo: dict[str, object]) -> Outcome:
    """Go on with `task`, the others behind it."""
    ctx.begin(on_cart(task, load))
    ctx.claim(task.task_no)
    return ctx.go("slot", code, undo=undo, n=len(load) + 1)


def rotate(ctx: Context) -> Outcome:
    """The next of the cart first, the one in hand later."""
    present, (first, *rest) = in_hand(ctx), ctx.at(Putting).load
    undo: dict[str, object] = {"subject": present.task_no}
    return _with(ctx, PUTAWAY.load(ctx.tx, first), [*rest, present.id], "S-PUT-ROTATED", undo=undo)


def take_over(ctx: Context) -> None:
    """Whoever took the carton in hand over has the whole cart."""
    for task_id in ctx.at(Putting).load:
        task = PUTAWAY.load(ctx.tx, task_id)
        if task.state == TaskState.TAKEN and task.taken_by != ctx.by.user_id:
            PUTAWAY.hand_over(ctx, task, ctx.by.user_id)
