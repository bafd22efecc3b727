"""上架 · putaway (P8, S-14..S-20).

Scan the carton's receiving label, or the product when the goods are loose. The screen names the slot; go
there, old goods to the front, and scan the slot's label. Another slot is possible when it is legal; the
station asks why. The slot is full: press 库位满, and another one is named. The goods are damaged: press
破损, and bring them to quarantine. Confirm that the pallet is clear of the aisle line and all labels face
out. Skipping or leaving gives the task back; the goods stay where they are.
"""

from __future__ import annotations

from dataclasses import fields

from station.catalog import rules as catalog
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.kit import choice
from station.ground.scan.kit.choice import Reason
from station.ground.scan.workflow import Context, Facts, Outcome, Workflow
from station.ground.words.actor import Role
from station.ground.words.messages import Refused
from station.stock import locations
from station.stock.models import Location
from station.storage.putaway import fullness, proposing, rules
from station.storage.putaway.models import PUTAWAY, PutawayTask
from station.storage.putaway.position import Putting, facts_of, slot_of, status_of

putaway = Workflow(
    "putaway",
    title="L-PUTAWAY",
    roles={Role.KEEPER, Role.SUPERVISOR},
    start="carton",
    waiting=PUTAWAY.count_waiting,
)

REASONS = (
    Reason("FULL", "L-OFF-FULL"),
    Reason("BLOCKED", "L-OFF-BLOCKED"),
    Reason("UNREASONABLE", "L-OFF-UNREASONABLE"),
    Reason("MERGE", "L-OFF-MERGE"),
)


@putaway.screen("carton", prompt="P-PUT-CARTON")
def ask_carton(ctx: Context) -> Facts:
    rows = [(task, catalog.sku(ctx.tx, task.sku_id)) for task in rules.waiting(ctx.tx, limit=3)]
    named = [(task.lpn or sku.code, sku.name_zh, str(task.qty)) for task, sku in rows]
    hints = [task.lpn or f"SKU:{sku.code}" for task, sku in rows]
    return Facts(table=named, hint=hints[0] if hints else "")


@putaway.on("carton", Kind.CARTON, to=("slot", "carton"))
def take_carton(ctx: Context, code: Code) -> Outcome:
    return _take(ctx, rules.task_of(ctx.tx, code.text))


@putaway.on("carton", Kind.PRODUCT, to=("slot", "carton"))
def take_loose(ctx: Context, code: Code) -> Outcome:
    assert code.sku_id is not None
    return _take(ctx, rules.loose_task(ctx.tx, code.sku_id))


def _take(ctx: Context, task: PutawayTask) -> Outcome:
    if PUTAWAY.claim(ctx, task):
        return ctx.resumed("S-PUT-TAKEN")
    if not rules.has_goods(ctx.tx, task):
        return _gone(ctx, task)
    ctx.begin(Putting(task=task.id))
    code = _propose(ctx, task, "S-PUT-TAKEN")
    return ctx.go("slot", code, undo={"task": task.id})


@putaway.undo
def take_back(ctx: Context, payload: dict[str, int]) -> None:
    """A task that was taken, or goods that are not damaged after all."""
    if "proposed" in payload:
        _task(ctx).proposed_id = payload["proposed"]
    else:
        _let_go(ctx, payload["task"])


@putaway.leave
def leave(ctx: Context) -> None:
    _let_go(ctx, ctx.at(Putting).task)


def _let_go(ctx: Context, task_id: int, *, later: bool = False) -> None:
    PUTAWAY.let_go(ctx, task_id, later=later, proposed_id=None)
    ctx.run.subject = None


def _propose(ctx: Context, task: PutawayTask, code: str) -> str:
    """Name the slot to go to; what to tell the worker."""
    at = ctx.at(Putting)
    slot = proposing.propose(ctx, task, status_of(at, task))
    task.proposed_id = at.proposed = slot.id if slot else None
    return code if slot else "W-PUT-NOWHERE"


def _gone(ctx: Context, task: PutawayTask) -> Outcome:
    """Somebody else took the goods away meanwhile: there is nothing to bring any more."""
    rules.cancel(ctx, task, rules.GONE)
    return ctx.restart("W-PUT-GONE")


@putaway.screen("slot", prompt="P-PUT-SLOT")
def ask_slot(ctx: Context) -> Facts:
    at = ctx.at(Putting)
    return facts_of(ctx, ctx.tx.get(Location, at.proposed) if at.proposed else None)


@putaway.on("slot", Kind.LOCATION, to=("confirm", "reason"))
def take_slot(ctx: Context, code: Code) -> Outcome:
    at, task = ctx.at(Putting), _task(ctx)
    slot = locations.find(ctx.tx, code.text)
    rules.check(ctx, task, slot.id, status_of(at, task))
    at.slot, at.reason = code.text, ""
    if slot.id != at.proposed and at.proposed:
        return ctx.go("reason", "W-PUT-OTHER", undo=None, slot=slot.code)
    said = "W-PUT-07" if rules.has_other_lot(ctx.tx, task, slot.id) else "S-PUT-SLOT"
    return ctx.go("confirm", said, undo=None, slot=slot.code)


@putaway.command("slot", "CM-FULL", to="slot", label="L-OFF-FULL")
def slot_is_full(ctx: Context) -> Outcome:
    """The proposed slot has no room: that is kept, and the next one is named."""
    at, task = ctx.at(Putting), _task(ctx)
    if at.proposed is None:
        raise Refused("E-CMD-01", card="CM-FULL")
    slot = ctx.tx.get_one(Location, at.proposed)
    is_frozen = fullness.report(ctx, slot, {"task": task.task_no, "by": ctx.by.name})
    if is_frozen:
        catalog.unbind_home(ctx.tx, task.sku_id, slot.id)
    task.off_reason = "FULL"
    return ctx.go("slot", _propose(ctx, task, "W-PUT-COUNT" if is_frozen else "S-PUT-NEXT"))


@putaway.command("slot", "CM-DAMAGE", to="slot", label="L-PUT-DAMAGED")
def goods_are_damaged(ctx: Context) -> Outcome:
    """They must not be sold: to quarantine with them, as defects."""
    at, task = ctx.at(Putting), _task(ctx)
    before = {"task": task.id, "proposed": at.proposed}
    at.is_damaged = True
    return ctx.go("slot", _propose(ctx, task, "W-PUT-DAMAGED"), undo=before)


@putaway.command("slot", "CM-SKIP", to="carton", label="L-PUT-SKIP")
def skip(ctx: Context) -> Outcome:
    """Another one first: this task waits behind the others."""
    _let_go(ctx, ctx.at(Putting).task, later=True)
    return ctx.restart("S-PUT-SKIPPED")


def _reason_given(ctx: Context, reason: Reason) -> Outcome:
    ctx.at(Putting).reason = reason.name
    return ctx.go("confirm", "S-OK", undo=None)


choice.add_step(
    putaway,
    "reason",
    prompt="P-PUT-REASON",
    reasons=REASONS,
    then=_reason_given,
    to="confirm",
    show=lambda ctx: facts_of(ctx, slot_of(ctx)),
    back="slot",
)


@putaway.screen("confirm", prompt="P-PUT-CONFIRM")
def ask_confirm(ctx: Context) -> Facts:
    facts = facts_of(ctx, slot_of(ctx))
    facts.hint = "CM-OK"
    return facts


@putaway.command("confirm", "CM-OK", to="carton", label="L-PUT-DONE")
def confirm(ctx: Context) -> Outcome:
    at, task, slot = ctx.at(Putting), _task(ctx), slot_of(ctx)
    if not rules.has_goods(ctx.tx, task):
        return _gone(ctx, task)
    status = status_of(at, task)
    rules.check(ctx, task, slot.id, status)
    rules.put_away(
        ctx, task, slot, status, at.reason or (rules.DAMAGED if at.is_damaged else task.off_reason)
    )
    return ctx.restart("S-PUT-DONE", slot=slot.code)


@putaway.command("confirm", "CM-SKIP", to="slot", label="L-BACK")
def another_slot(ctx: Context) -> Outcome:
    """Not this slot after all."""
    ctx.at(Putting).slot = ""
    return ctx.go("slot", "S-OK")


def _task(ctx: Context) -> PutawayTask:
    """The task this worker holds; when it is not theirs any more they go on with the next carton."""
    try:
        return PUTAWAY.held(ctx, ctx.at(Putting).task)
    except Refused as gone:
        raise gone.back_to("carton", forget=tuple(field.name for field in fields(Putting))) from None
