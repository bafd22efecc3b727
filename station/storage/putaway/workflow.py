"""上架 · putaway (P8, S-14..S-20).

Scan the carton's receiving label. The screen names the slot; go there, old goods to the front, and
scan the slot's label. Another slot is possible when it is legal; the station asks why. Confirm that the
pallet is clear of the aisle line and all labels face out.
"""

from __future__ import annotations

from station.catalog import rules as catalog
from station.ground.scan.codes import Code, Kind
from station.ground.scan.workflow import Context, Facts, Outcome, Workflow
from station.ground.words.actor import Role
from station.ground.words.messages import Refused, say
from station.stock import locations
from station.stock.models import HandlingUnit, Location, Lot
from station.storage.putaway import rules
from station.storage.putaway.models import PutawayTask

putaway = Workflow(
    "putaway",
    title="L-PUTAWAY",
    roles={Role.KEEPER, Role.SUPERVISOR},
    start="carton",
    waiting=rules.count_waiting,
)

OFF_REASONS = {"1": "FULL", "2": "BLOCKED", "3": "UNREASONABLE", "4": "MERGE"}


@putaway.screen("carton", prompt="P-PUT-CARTON")
def ask_carton(ctx: Context) -> Facts:
    tasks = rules.waiting(ctx.tx, limit=3)
    return Facts(
        table=[(task.lpn, catalog.sku(ctx.tx, task.sku_id).name_zh, str(task.qty)) for task in tasks],
        hint=tasks[0].lpn if tasks else "",
    )


@putaway.on("carton", Kind.CARTON, to="slot")
def take_carton(ctx: Context, code: Code) -> Outcome:
    task = rules.task_of(ctx.tx, code.text)
    if ctx.claim(f"PUT:{task.id}"):
        return ctx.resumed("S-PUT-TAKEN")
    proposal = rules.propose(ctx, task)
    task.proposed_id = proposal.id if proposal else None
    ctx.run.data = {"task": task.id, "proposed": task.proposed_id}
    return ctx.go("slot", "S-PUT-TAKEN" if proposal else "W-PUT-NOWHERE", undo=None)


@putaway.screen("slot", prompt="P-PUT-SLOT")
def ask_slot(ctx: Context) -> Facts:
    proposed = ctx.data["proposed"]
    slot = ctx.tx.get(Location, proposed) if proposed else None
    return _facts(ctx, slot)


@putaway.on("slot", Kind.LOCATION, to=("confirm", "reason"))
def take_slot(ctx: Context, code: Code) -> Outcome:
    slot = locations.find(ctx.tx, code.text)
    locations.require(slot, rules.SLOTS)
    rules.check(ctx, _task(ctx), slot)
    ctx.data["slot"] = code.text
    if slot.id != ctx.data["proposed"] and ctx.data["proposed"]:
        return ctx.go("reason", "W-PUT-OTHER", undo=None, slot=slot.code)
    return ctx.go("confirm", "S-PUT-SLOT", undo=None, slot=slot.code)


@putaway.screen("reason", prompt="P-PUT-REASON")
def ask_reason(ctx: Context) -> Facts:
    facts = _facts(ctx, locations.find(ctx.tx, ctx.data["slot"]))
    facts.pad = "choice"
    words = {key: say(f"L-OFF-{name}") for key, name in OFF_REASONS.items()}
    facts.table = [(key, text["zh"], text["en"]) for key, text in words.items()]
    facts.hint = "1"
    return facts


@putaway.on("reason", Kind.QUANTITY, to="confirm")
def take_reason(ctx: Context, code: Code) -> Outcome:
    if code.text not in OFF_REASONS:
        raise Refused("E-OVR-01")
    ctx.data["reason"] = OFF_REASONS[code.text]
    return ctx.go("confirm", "S-OK", undo=None)


@putaway.screen("confirm", prompt="P-PUT-CONFIRM")
def ask_confirm(ctx: Context) -> Facts:
    facts = _facts(ctx, locations.find(ctx.tx, ctx.data["slot"]))
    facts.hint = "CM-OK"
    return facts


@putaway.command("confirm", "CM-OK", to="carton", label="L-PUT-DONE")
def confirm(ctx: Context) -> Outcome:
    task = _task(ctx)
    slot = locations.find(ctx.tx, ctx.data["slot"])
    locations.require(slot, rules.SLOTS)
    rules.check(ctx, task, slot)
    rules.put_away(ctx, task, slot, ctx.data.get("reason", ""))
    return ctx.restart("S-PUT-DONE", slot=slot.code)


def _task(ctx: Context) -> PutawayTask:
    return ctx.tx.get_one(PutawayTask, ctx.data["task"])


def _facts(ctx: Context, slot: Location | None) -> Facts:
    task = _task(ctx)
    sku = catalog.sku(ctx.tx, task.sku_id)
    lot = ctx.tx.get_one(Lot, task.lot_id)
    unit = ctx.tx.get_one(HandlingUnit, task.hu_id)
    return Facts(
        big=slot.code if slot else "—",
        name=sku.name_zh,
        spec=sku.spec,
        photo=sku.code,
        lines=[
            ("L-CARTON", unit.lpn),
            ("L-QTY", f"{task.qty} {sku.unit}"),
            ("L-EXPIRES", str(lot.expires_on or "")),
        ],
        hint=slot.barcode if slot else "",
    )
