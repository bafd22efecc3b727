"""拣货 · picking (P15).

Take the next list (CM-OK) or scan one, scan an empty tote. At each stop the screen names slot, article,
expiry and quantity: scan the slot, scan the product, confirm the quantity. A younger lot is refused. When
the last stop is done, bring the tote to a pack bench and scan the bench.
"""

from __future__ import annotations

from typing import Any

from station.ground.scan import inputs
from station.ground.scan.codes import Code, Kind
from station.ground.scan.workflow import NO_UNDO, Context, Facts, Outcome, Workflow
from station.ground.words.actor import Role
from station.ground.words.messages import Refused
from station.outbound.picking import rules
from station.outbound.picking.models import PickList
from station.stock import locations
from station.stock.models import LocationKind, LocationState

pick = Workflow(
    "pick", title="L-PICK", roles={Role.PICKER, Role.SUPERVISOR}, start="list", waiting=rules.count_open
)


@pick.screen("list", prompt="P-PCK-LIST")
def ask_list(ctx: Context) -> Facts:
    waiting = rules.count_open(ctx.tx)
    return Facts(big=str(waiting), big_label="L-WAITING-LISTS", hint="CM-OK" if waiting else "")


@pick.command("list", "CM-OK", to="tote", label="L-NEXT-TASK")
def take_next(ctx: Context) -> Outcome:
    found = rules.next_list(ctx.tx)
    if found is None:
        raise Refused("E-TSK-02")
    return _open(ctx, found)


@pick.on("list", Kind.PICK_LIST, Kind.WAVE, to="tote")
def take_list(ctx: Context, code: Code) -> Outcome:
    return _open(ctx, rules.find_list(ctx.tx, code.text))


def _open(ctx: Context, found: PickList) -> Outcome:
    if ctx.claim(f"PK:{found.id}"):
        rules.take_list(ctx, found)
        return ctx.resumed("S-PCK-LIST", no=found.pick_no)
    rules.take_list(ctx, found)
    ctx.run.data = {"list": found.id, "no": found.pick_no}
    return ctx.go("tote", "S-PCK-LIST", no=found.pick_no)


@pick.screen("tote", prompt="P-PCK-TOTE")
def ask_tote(ctx: Context) -> Facts:
    return Facts(
        big=ctx.data["no"],
        lines=[("L-STOPS", str(rules.progress(ctx.tx, ctx.data["list"])[1]))],
        hint="EMPTY-TOTE",
    )


@pick.on("tote", Kind.TOTE, to=("slot", "drop"))
def take_tote(ctx: Context, code: Code) -> Outcome:
    tote = locations.find(ctx.tx, code.text)
    locations.require(tote, [LocationKind.TOTE])
    rules.bind_tote(ctx, ctx.data["list"], tote.id)
    ctx.data["tote"] = tote.id
    ctx.data["tote_code"] = tote.code
    return ctx.go(_arrive(ctx), "S-PCK-TOTE", undo=None, tote=tote.code)


def _arrive(ctx: Context) -> str:
    """Remember the present stop in the position, so that showing it costs nothing."""
    task = rules.stop(ctx.tx, ctx.data["list"])
    if task is None:
        ctx.data.pop("stop", None)
        return "drop"
    done, total = rules.progress(ctx.tx, ctx.data["list"])
    ctx.data["stop"] = {
        "task": task.id,
        "slot": task.slot,
        "barcode": task.barcode,
        "sku": task.sku,
        "name": task.name_zh,
        "spec": task.spec,
        "unit": task.unit,
        "expires": str(task.expires_on or ""),
        "carton": rules.carton_of(ctx.tx, task.hu_id),
        "qty": task.qty - task.qty_picked,
        "done": done,
        "of": total,
        "next": rules.stop_after(ctx.tx, ctx.data["list"], task),
    }
    return "slot"


def _task(ctx: Context) -> Any:
    """The present stop, if it still is one: cancelled meanwhile → E-INT-01 and on to the next."""
    task = rules.stop(ctx.tx, ctx.data["list"])
    if task is None or task.id != ctx.data["stop"]["task"]:
        keep: dict[str, Any] = {}
        step = _arrive(ctx)
        if step == "slot":
            keep["stop"] = ctx.data["stop"]
        raise Refused("E-INT-01").back_to(step, forget=("stop",), keep=keep)
    return task


def _stop_facts(ctx: Context) -> Facts:
    at = ctx.data["stop"]
    return Facts(
        big=at["slot"],
        name=at["name"],
        spec=at["spec"],
        photo=at["sku"],
        lines=[
            ("L-QTY", f"{at['qty']} {at['unit']}"),
            ("L-EXPIRES", at["expires"]),
            ("L-CARTON", at["carton"]),
            ("L-NEXT-STOP", at.get("next", "")),
        ],
        progress=(at["done"], at["of"]),
    )


@pick.screen("slot", prompt="P-PCK-SLOT")
def ask_slot(ctx: Context) -> Facts:
    facts = _stop_facts(ctx)
    facts.hint = ctx.data["stop"]["barcode"]
    return facts


@pick.on("slot", Kind.LOCATION, to="product")
def take_slot(ctx: Context, code: Code) -> Outcome:
    task = _task(ctx)
    if code.text != task.barcode:
        locations.find(ctx.tx, code.text)
        raise Refused("E-PCK-01", want=task.slot)
    if task.slot_state != LocationState.OPEN:
        raise Refused("E-LOC-02")
    rules.check_orders(ctx, task.id)
    return ctx.go("product", "S-PCK-SLOT", undo=None)


@pick.screen("product", prompt="P-PCK-PRODUCT")
def ask_product(ctx: Context) -> Facts:
    facts = _stop_facts(ctx)
    facts.hint = f"SKU:{ctx.data['stop']['sku']}"
    return facts


@pick.on("product", Kind.PRODUCT, to=("slot", "qty", "drop"))
def take_product(ctx: Context, code: Code) -> Outcome:
    task = _task(ctx)
    rules.check_goods(ctx, task, code)
    other = rules.other_lot(ctx, task, code)
    if other is not None:
        override = ctx.data.get("_allowed", {}).get("E-PCK-03", "")
        rules.swap(ctx, task, other, override)
        task = _task(ctx)
    left = task.qty - task.qty_picked
    if left == 1:
        return _take(ctx, task, 1)
    rules.check_orders(ctx, task.id)
    return ctx.go("qty", "S-PCK-PRODUCT", undo=None if other is None else NO_UNDO)


@pick.on("product", Kind.LOCATION, to="product")
def slot_again(ctx: Context, code: Code) -> Outcome:
    """The slot scanned twice is no harm."""
    if code.text != ctx.data["stop"]["barcode"]:
        raise Refused("E-PCK-01", want=ctx.data["stop"]["slot"])
    return ctx.go("product", "S-PCK-SLOT", undo=None)


@pick.screen("qty", prompt="P-PCK-QTY")
def ask_qty(ctx: Context) -> Facts:
    facts = _stop_facts(ctx)
    facts.big = str(ctx.data["stop"]["qty"])
    facts.big_label = "L-QTY"
    facts.pad = "qty"
    facts.default = facts.big
    facts.hint = "CM-OK"
    return facts


@pick.command("qty", "CM-OK", to=("slot", "product", "drop"), label="L-TAKE-ALL")
def take_all(ctx: Context) -> Outcome:
    task = _task(ctx)
    return _take(ctx, task, task.qty - task.qty_picked)


@pick.on("qty", Kind.QUANTITY, to=("slot", "product", "drop"))
def take_some(ctx: Context, code: Code) -> Outcome:
    return _take(ctx, _task(ctx), inputs.quantity(code, 1, ctx.settings.rules.qty_max))


@pick.on("qty", Kind.PRODUCT, to="qty")
def product_again(ctx: Context, code: Code) -> Outcome:
    """A product scanned into the pad is a scan, never a quantity (T91)."""
    rules.check_goods(ctx, _task(ctx), code)
    return ctx.go("qty", "S-PCK-PRODUCT", undo=None)


def _take(ctx: Context, task: Any, qty: int) -> Outcome:
    frame = rules.take(ctx, ctx.data["no"], task, ctx.data["tote"], qty)
    ctx.data.pop("_allowed", None)
    stays = qty < task.qty - task.qty_picked
    step = _arrive(ctx)
    return ctx.go(
        "product" if stays else step, "S-PCK-LAST" if step == "drop" else "S-PCK-TAKEN", undo=frame, n=qty
    )


@pick.undo
def untake(ctx: Context, frame: dict[str, Any]) -> None:
    rules.untake(ctx, frame)


@pick.screen("drop", prompt="P-PCK-DROP")
def ask_drop(ctx: Context) -> Facts:
    done, total = rules.progress(ctx.tx, ctx.data["list"])
    return Facts(
        big=ctx.data["tote_code"], big_label="L-TOTE", progress=(done, total) if total else None, hint="BENCH"
    )


@pick.on("drop", Kind.WORKSTATION, to="list")
def drop(ctx: Context, code: Code) -> Outcome:
    bench = locations.find(ctx.tx, code.text)
    locations.require(bench, [LocationKind.PACK])
    rules.finish_list(ctx, ctx.data["list"])
    return ctx.restart("S-PCK-DONE", tote=ctx.data["tote_code"], bench=bench.code)
