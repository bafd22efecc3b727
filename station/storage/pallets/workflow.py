"""码托 · pallets (P8, S-19, S-20).

Scan the labels of the cartons as they are stacked, all labels outwards; 撤销 takes the last one off again.
Done: press 码好了, a pallet label comes, one for several articles says 混托. Stick it on and scan it: now the
pallet is one, and the screen names its slot. Go there, scan the slot's label, confirm that the pallet is
clear of the aisle line: all its cartons are put away together. Articles stand beside each other only in
slots that are meant for that. No label came, or it tore: press 补打. 拆托 takes the pallet apart; leaving
gives the pallet back as it stands, and whoever scans its label goes on. A carton of it cannot be put away
alone while it stands on it. A pallet from which everything was picked or carried away is free: scan its label
and stack it again.
"""

from __future__ import annotations

from typing import Any

from station.catalog import rules as catalog
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.kit import choice, reprint
from station.ground.scan.kit.choice import Reason
from station.ground.scan.workflow import Context, Facts, Outcome
from station.ground.words.messages import Refused
from station.paper.sending import print_, print_again, seen
from station.stock import locations
from station.stock.models import HandlingUnit, Location, UnitState
from station.storage.pallets import documents, emptying, rules
from station.storage.pallets.flow import (
    Stacking,
    at_slot,
    facts_of,
    give_back,
    named,
    pallet_of,
    pallets,
    tasks_in_hand,
)
from station.storage.putaway import fullness
from station.storage.putaway.models import PutawayTask
from station.storage.putaway.workflow import REASONS

__all__ = ["pallets"]


@pallets.screen("load", prompt="P-PAL-LOAD")
def ask_carton(ctx: Context) -> Facts:
    """The cartons on it so far, the last ones first."""
    stacked = ctx.at(Stacking).tasks
    tasks = [ctx.tx.get_one(PutawayTask, task_id) for task_id in reversed(stacked[-3:])]
    rows = [(_lpn(ctx, task), catalog.sku(ctx.tx, task.sku_id).name_zh, str(task.qty)) for task in tasks]
    hint = "" if stacked else rules.next_carton(ctx.tx)
    onto = [("L-PAL-NO", pallet_of(ctx).lpn)] if ctx.at(Stacking).pallet else []
    big = str(len(stacked)) if stacked else ""
    return Facts(big=big, big_label="L-PAL-CARTONS", lines=onto, table=rows, hint=hint)


@pallets.on("load", Kind.CARTON, to=("load", "stick"))
def take_carton(ctx: Context, code: Code) -> Outcome:
    at = ctx.at(Stacking)
    if not at.tasks and (waiting := rules.unlabelled(ctx.tx, code.text)) is not None:
        ctx.begin(Stacking(pallet=waiting.id))
        ctx.claim(waiting.lpn)
        return ctx.go("stick", "S-PAL-MADE", undo=None, no=waiting.lpn)
    task = rules.free_task(ctx.tx, code.text)
    if task.id in at.tasks:
        raise Refused("E-PAL-05")
    if len(at.tasks) >= rules.MOST:
        raise Refused("E-PAL-06", max=rules.MOST)
    at.tasks.append(task.id)
    return ctx.go("load", "S-PAL-CARTON", undo={"task": task.id}, n=len(at.tasks))


@pallets.on("load", Kind.PALLET, to=("slot", "stick", "load"))
def take_pallet(ctx: Context, code: Code) -> Outcome:
    """A pallet that stands ready, one whose label is not on it yet, or an empty one to be stacked again."""
    if ctx.at(Stacking).tasks:
        raise Refused("E-PAL-07")
    pallet = rules.of_label(ctx.tx, code.text)
    emptying.free(ctx, pallet)
    ctx.begin(Stacking(pallet=pallet.id))
    if ctx.claim(pallet.lpn):
        give_over(ctx)
        return ctx.resumed("S-PAL-TAKEN")
    if pallet.state == UnitState.PRINTED:
        return _stuck(ctx, pallet)
    if pallet.state == UnitState.EMPTY:
        return ctx.go("load", "S-PAL-FREE", undo=None, no=pallet.lpn)
    return _drive(ctx, pallet)


def give_over(ctx: Context) -> None:
    """Whoever takes a driver's pallet over has its tasks."""
    rules.hand_over(ctx, pallet_of(ctx))


@pallets.undo
def take_off(ctx: Context, payload: dict[str, Any]) -> None:
    at = ctx.at(Stacking)
    at.tasks = [task_id for task_id in at.tasks if task_id != payload["task"]]


@pallets.leave
def leave(ctx: Context) -> None:
    """What was only scanned is as before; a pallet that was driven waits again."""
    give_back(ctx)


@pallets.command("load", "CM-CLOSE", to="stick", label="L-PAL-DONE")
def finish(ctx: Context) -> Outcome:
    """The pallet is whole: its label is printed."""
    at = ctx.at(Stacking)
    pallet = rules.build(ctx, at.tasks, at.pallet)
    print_(ctx, documents.label(ctx.tx, pallet), "LP", pallet.lpn, key=ctx.key)
    ctx.begin(Stacking(pallet=pallet.id))
    ctx.claim(pallet.lpn)
    return ctx.go("stick", "S-PAL-MADE", undo=None, no=pallet.lpn)


@pallets.command("load", "CM-SKIP", to="load", label="L-PAL-NONE")
def begin_again(ctx: Context) -> Outcome:
    """Nothing is stacked after all."""
    return ctx.restart("S-OK")


# --- its label -----------------------------------------------------------------------------------


@pallets.screen("stick", prompt="P-PAL-STICK")
def ask_label(ctx: Context) -> Facts:
    pallet = pallet_of(ctx)
    facts = facts_of(ctx, None)
    facts.big, facts.hint = "", pallet.lpn
    return facts


@pallets.on("stick", Kind.PALLET, to="slot")
def take_label(ctx: Context, code: Code) -> Outcome:
    pallet = pallet_of(ctx)
    if code.text != pallet.lpn:
        raise Refused("E-PAL-03")
    return _stuck(ctx, pallet)


def _stuck(ctx: Context, pallet: HandlingUnit) -> Outcome:
    rules.stick(ctx, pallet)
    seen(ctx, "LP", pallet.lpn)
    return _drive(ctx, pallet)


@pallets.command("stick", "CM-REPRINT", to="reprint", label="L-REPRINT")
def reprint_label(ctx: Context) -> Outcome:
    return ctx.go("reprint", "S-OK")


def _again(ctx: Context, reason: str) -> Outcome:
    lpn = pallet_of(ctx).lpn
    print_again(ctx, "LP", lpn, reason)
    return ctx.go("stick", "S-LBL-REPRINT", no=lpn)


reprint.add_step(pallets, "reprint", back="stick", again=_again)


@pallets.command("stick", "CM-SKIP", to="load", label="L-PAL-APART")
def no_pallet(ctx: Context) -> Outcome:
    """Its cartons stand by themselves again."""
    rules.take_apart(ctx, pallet_of(ctx))
    return ctx.restart("S-PAL-APART")


# --- to its slot ---------------------------------------------------------------------------------


def _drive(ctx: Context, pallet: HandlingUnit) -> Outcome:
    rules.take(ctx, pallet)
    return ctx.go("slot", named(ctx, "S-PAL-TAKEN"), undo=None, no=pallet.lpn)


@pallets.screen("slot", prompt="P-PUT-SLOT")
def ask_slot(ctx: Context) -> Facts:
    at = ctx.at(Stacking)
    return facts_of(ctx, ctx.tx.get(Location, at.proposed) if at.proposed else None)


@pallets.on("slot", Kind.LOCATION, to=("confirm", "reason"))
def take_slot(ctx: Context, code: Code) -> Outcome:
    at, tasks = ctx.at(Stacking), tasks_in_hand(ctx)
    slot = locations.find(ctx.tx, code.text)
    rules.check(ctx, tasks, slot.id)
    at.slot, at.reason = code.text, ""
    if at.proposed and slot.id != at.proposed:
        return ctx.go("reason", "W-PUT-OTHER", undo=None, slot=slot.code)
    return ctx.go("confirm", at_slot(ctx, slot), undo=None, slot=slot.code)


@pallets.command("slot", "CM-FULL", to="slot", label="L-OFF-FULL")
def slot_is_full(ctx: Context) -> Outcome:
    """The proposed slot has no room: that is kept, and the next one is named."""
    at = ctx.at(Stacking)
    if at.proposed is None:
        raise Refused("E-CMD-01", card="CM-FULL")
    slot, detail = ctx.tx.get_one(Location, at.proposed), {"pallet": pallet_of(ctx).lpn, "by": ctx.by.name}
    is_frozen = fullness.report(ctx, slot, detail)
    for task in tasks_in_hand(ctx):
        task.off_reason = "FULL"
    return ctx.go("slot", named(ctx, "W-PUT-COUNT" if is_frozen else "S-PUT-NEXT"))


@pallets.command("slot", "CM-CLOSE", to="load", label="L-PAL-APART")
def apart(ctx: Context) -> Outcome:
    """One of them cannot go where the others go: each by itself."""
    give_back(ctx)
    rules.take_apart(ctx, pallet_of(ctx))
    return ctx.restart("S-PAL-APART")


@pallets.command("slot", "CM-SKIP", to="load", label="L-PUT-SKIP")
def later(ctx: Context) -> Outcome:
    """The pallet stays where it stands; whoever scans its label goes on."""
    give_back(ctx)
    return ctx.restart("S-PUT-SKIPPED")


def _reason_given(ctx: Context, reason: Reason) -> Outcome:
    ctx.at(Stacking).reason = reason.name
    return ctx.go("confirm", "S-OK", undo=None)


choice.add_step(
    pallets,
    "reason",
    prompt="P-PUT-REASON",
    reasons=REASONS,
    then=_reason_given,
    to="confirm",
    show=lambda ctx: facts_of(ctx, locations.find(ctx.tx, ctx.at(Stacking).slot)),
    back="slot",
)


@pallets.screen("confirm", prompt="P-PUT-CONFIRM")
def ask_confirm(ctx: Context) -> Facts:
    facts = facts_of(ctx, locations.find(ctx.tx, ctx.at(Stacking).slot))
    facts.hint = "CM-OK"
    return facts


@pallets.command("confirm", "CM-OK", to="load", label="L-PUT-DONE")
def confirm(ctx: Context) -> Outcome:
    at, tasks = ctx.at(Stacking), tasks_in_hand(ctx)
    slot = locations.find(ctx.tx, at.slot)
    rules.check(ctx, tasks, slot.id)
    rules.put_away(ctx, pallet_of(ctx), tasks, slot, at.reason)
    return ctx.restart("S-PAL-STORED", n=len(tasks), slot=slot.code)


@pallets.command("confirm", "CM-SKIP", to="slot", label="L-BACK")
def another_slot(ctx: Context) -> Outcome:
    """Not this slot after all."""
    ctx.at(Stacking).slot = ""
    return ctx.go("slot", "S-OK")


def _lpn(ctx: Context, task: PutawayTask) -> str:
    return ctx.tx.get_one(HandlingUnit, task.hu_id).lpn
