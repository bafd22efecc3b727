"""上架 · putaway (P8, S-14..S-20).

Scan the carton's receiving label, or the product when the goods are loose. The screen names the slot; go
there, old goods to the front, and scan the slot's label. Another slot is possible when it is legal; the
station asks why. The slot is full: press 库位满, and another one is named. The goods are damaged: press
破损, and bring them to quarantine. Confirm that the pallet is clear of the aisle line and all labels face
out. The first carton of a new article wants a new slot label, where the warehouse says so: stick it on and
scan it. Skipping or leaving gives the task back; the goods stay where they are.

Many cartons go on one cart: scan one after another before going, and the screen names their slots in the
order of the walk. A carton of the cart that is scanned again is the next; skipping puts one off; leaving
gives all of them back.
"""

from __future__ import annotations

from typing import Any

from station.catalog import rules as catalog
from station.ground.scan import levels
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.kit import choice
from station.ground.scan.kit.choice import Reason
from station.ground.scan.workflow import Context, Facts, Outcome
from station.ground.words.messages import Refused
from station.stock import locations
from station.stock.models import Location
from station.storage.putaway import cart, fullness, label_steps, new_articles, rules
from station.storage.putaway.flow import at_slot, go_on, in_hand, let_go, propose, putaway
from station.storage.putaway.models import PUTAWAY, PutawayTask
from station.storage.putaway.position import Putting, facts_of, slot_of, status_of

__all__ = ["putaway"]

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
    task = rules.loose_task(ctx.tx, code.sku_id)
    levels.at_most(code, task.qty)
    return _take(ctx, task)


def _take(ctx: Context, task: PutawayTask) -> Outcome:
    if PUTAWAY.claim(ctx, task):
        cart.take_over(ctx)
        return ctx.resumed("S-PUT-TAKEN")
    if not rules.has_goods(ctx.tx, task):
        return _gone(ctx, task)
    ctx.begin(Putting(task=task.id))
    code = propose(ctx, task, "S-PUT-TAKEN")
    return ctx.go("slot", code, undo={"task": task.id})


@putaway.undo
def take_back(ctx: Context, payload: dict[str, Any]) -> None:
    """A task that was taken or put on the cart, or goods that are not damaged after all."""
    if "proposed" in payload:
        in_hand(ctx).proposed_id = payload["proposed"]
        return
    let_go(ctx, payload.get("task") or payload.get("added") or 0)
    ctx.run.subject = payload.get("subject")


@putaway.leave
def leave(ctx: Context) -> None:
    """What is in hand and on the cart waits again."""
    at = ctx.at(Putting)
    for task_id in (at.task, *at.load):
        let_go(ctx, task_id)


def _gone(ctx: Context, task: PutawayTask) -> Outcome:
    """Somebody else took the goods away meanwhile: there is nothing to bring any more."""
    rules.cancel(ctx, task, rules.GONE)
    return go_on(ctx, "W-PUT-GONE")


@putaway.screen("slot", prompt="P-PUT-SLOT")
def ask_slot(ctx: Context) -> Facts:
    at = ctx.at(Putting)
    return facts_of(ctx, ctx.tx.get(Location, at.proposed) if at.proposed else None)


putaway.on("slot", Kind.CARTON, to="slot")(cart.add_carton)


@putaway.on("slot", Kind.LOCATION, to=("confirm", "reason", "label"))
def take_slot(ctx: Context, code: Code) -> Outcome:
    at, task = ctx.at(Putting), in_hand(ctx)
    slot = locations.find(ctx.tx, code.text)
    new_articles.choose_home(ctx, task, slot)
    rules.check(ctx, task, slot.id, status_of(at, task))
    if new_articles.needs_label(ctx, task, slot):
        return label_steps.ask(ctx, slot)
    return at_slot(ctx, slot)


@putaway.command("slot", "CM-FULL", to="slot", label="L-OFF-FULL")
def slot_is_full(ctx: Context) -> Outcome:
    """The proposed slot has no room: that is kept, and the next one is named."""
    at, task = ctx.at(Putting), in_hand(ctx)
    if at.proposed is None:
        raise Refused("E-CMD-01", card="CM-FULL")
    slot = ctx.tx.get_one(Location, at.proposed)
    is_frozen = fullness.report(ctx, slot, {"task": task.task_no, "by": ctx.by.name})
    if is_frozen:
        catalog.unbind_home(ctx.tx, task.sku_id, slot.id)
    task.off_reason = "FULL"
    return ctx.go("slot", propose(ctx, task, "W-PUT-COUNT" if is_frozen else "S-PUT-NEXT"))


@putaway.command("slot", "CM-DAMAGE", to="slot", label="L-PUT-DAMAGED")
def goods_are_damaged(ctx: Context) -> Outcome:
    """They must not be sold: to quarantine with them, as defects."""
    at, task = ctx.at(Putting), in_hand(ctx)
    before = {"task": task.id, "proposed": at.proposed}
    at.is_damaged = True
    return ctx.go("slot", propose(ctx, task, "W-PUT-DAMAGED"), undo=before)


@putaway.command("slot", "CM-SKIP", to=("carton", "slot"), label="L-PUT-SKIP")
def skip(ctx: Context) -> Outcome:
    """Another one first: the next of the cart; without one this task waits behind the others."""
    if ctx.at(Putting).load:
        return cart.rotate(ctx)
    let_go(ctx, ctx.at(Putting).task, later=True)
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
    facts.lines = [line for line in facts.lines if line[0] != "L-PUT-FROM"]  # one stands at the slot
    facts.hint = "CM-OK"
    return facts


@putaway.command("confirm", "CM-OK", to=("carton", "slot"), label="L-PUT-DONE")
def confirm(ctx: Context) -> Outcome:
    at, task, slot = ctx.at(Putting), in_hand(ctx), slot_of(ctx)
    if not rules.has_goods(ctx.tx, task):
        return _gone(ctx, task)
    status = status_of(at, task)
    rules.check(ctx, task, slot.id, status)
    rules.put_away(
        ctx, task, slot, status, at.reason or (rules.DAMAGED if at.is_damaged else task.off_reason)
    )
    return go_on(ctx, "S-PUT-DONE", slot=slot.code)


@putaway.command("confirm", "CM-SKIP", to="slot", label="L-BACK")
def another_slot(ctx: Context) -> Outcome:
    """Not this slot after all."""
    ctx.at(Putting).slot = ""
    return ctx.go("slot", "S-OK")
