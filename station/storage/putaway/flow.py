"""Putting away: what its steps share (see `station.storage.putaway.workflow`)."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from station.ground.scan import position
from station.ground.scan.workflow import Context, Outcome, Workflow
from station.ground.tasks import TaskState
from station.ground.words.actor import Role
from station.ground.words.messages import Refused
from station.storage.putaway import rules
from station.storage.putaway.models import PUTAWAY, PutawayTask
from station.storage.putaway.position import Putting, status_of

FIELDS = tuple(field.name for field in fields(Putting))

putaway = Workflow(
    "putaway",
    title="L-PUTAWAY",
    roles={Role.KEEPER, Role.SUPERVISOR},
    start="carton",
    waiting=PUTAWAY.count_waiting,
)


def propose(ctx: Context, task: PutawayTask, code: str) -> str:
    """Name the slot to go to; what to tell the worker."""
    at = ctx.at(Putting)
    at.proposed = rules.propose(ctx, task, status_of(at, task))
    return code if at.proposed else "W-PUT-NOWHERE"


def in_hand(ctx: Context) -> PutawayTask:
    """The task this worker does now; when it is not theirs any more they go on with the next carton, of the
    cart or of those that wait.
    """
    at = ctx.at(Putting)
    try:
        return PUTAWAY.held(ctx, at.task)
    except Refused as gone:
        rest = [task for task_id in at.load if (task := _mine(ctx, task_id)) is not None]
        if not rest:
            raise gone.back_to("carton", forget=FIELDS) from None
        onward = position.dump(on_cart(rest[0], [task.id for task in rest[1:]]))
        raise gone.back_to("slot", forget=FIELDS, keep=onward) from None


def at_slot(ctx: Context, slot: Any) -> Outcome:
    """The worker stands at a slot where the goods may stand: why not the proposed one, or is it well so?"""
    at, task = ctx.at(Putting), in_hand(ctx)
    at.slot, at.reason = slot.barcode, ""
    at.proposed = task.proposed_id if at.proposed else None
    if at.proposed and slot.id != at.proposed:
        return ctx.go("reason", "W-PUT-OTHER", undo=None, slot=slot.code)
    said = "W-PUT-07" if rules.has_other_lot(ctx.tx, task, slot.id) else "S-PUT-SLOT"
    return ctx.go("confirm", said, undo=None, slot=slot.code)


def on_cart(task: PutawayTask, load: list[int]) -> Putting:
    """The position of a worker who does `task` and has the tasks `load` on the cart behind it."""
    return Putting(task=task.id, proposed=task.proposed_id, load=load)


def go_on(ctx: Context, code: str, **facts: Any) -> Outcome:
    """The task in hand is over: the next one on the cart, else the next that waits."""
    load = list(ctx.at(Putting).load)
    while load:
        task = _mine(ctx, load.pop(0))
        if task is None:
            continue
        if not rules.has_goods(ctx.tx, task):
            rules.cancel(ctx, task, rules.GONE)
            continue
        ctx.begin(on_cart(task, load))
        ctx.claim(task.task_no)
        return ctx.go("slot", code, **facts)
    return ctx.restart(code, **facts)


def let_go(ctx: Context, task_id: int, *, later: bool = False) -> None:
    """The carton waits again, and nobody holds it."""
    PUTAWAY.let_go(ctx, task_id, later=later, proposed_id=None)
    ctx.run.subject = None


def _mine(ctx: Context, task_id: int) -> PutawayTask | None:
    """A task of the cart, if this worker still holds it."""
    task = PUTAWAY.load(ctx.tx, task_id)
    return task if task.state == TaskState.TAKEN and task.taken_by == ctx.by.user_id else None
