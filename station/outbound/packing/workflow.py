"""复核打包 · verify, pack, weigh (P17, P18).

At a bench (scan its label once), scan the tote. Scan every unit; the screen ticks. When all are in, scan
the box: waybill, packing slip and a wanted invoice print. Stick the waybill and scan it back, put the
parcel on the scale and confirm. A wrong weight means: verify every unit again; only then a supervisor.
In a wave of single items, each product scanned finds its own order. The warning that the ERP is out of
reach stops nobody: the list we have counts, and the manifest asks again.
"""

from __future__ import annotations

from typing import Any

from station.catalog import rules as catalog
from station.devices import scales
from station.ground.scan import inputs
from station.ground.scan.codes import Code, Kind
from station.ground.scan.kit import reprint
from station.ground.scan.workflow import Context, Facts, Outcome, Workflow
from station.ground.words.actor import Role
from station.ground.words.messages import Refused
from station.outbound.orders import origin
from station.outbound.orders.models import OrderState
from station.outbound.packing import labelling, rules
from station.outbound.packing.models import ParcelState
from station.people import sessions
from station.stock import locations
from station.stock.models import LocationKind

SHOWN = 12
"""Lines of an order that a bench shows with their photos; a handheld shows the first four."""

pack = Workflow(
    "pack",
    title="L-PACK",
    roles={Role.PACKER, Role.SUPERVISOR},
    start="tote",
    waiting=rules.count_waiting,
    aside="office.beside",
    prints=True,
)


@pack.screen("tote", prompt="P-PAK-TOTE")
def ask_tote(ctx: Context) -> Facts:
    bench = ctx.actor.workstation
    return Facts(big=bench or "—", big_label="L-BENCH", hint="FULL-TOTE" if bench else "BENCH")


@pack.on("tote", Kind.WORKSTATION, to="tote")
def take_bench(ctx: Context, code: Code) -> Outcome:
    bench = locations.find(ctx.tx, code.text)
    locations.require(bench, [LocationKind.PACK])
    sessions.stand_at(ctx, ctx.actor, bench.code)
    return ctx.go("tote", "S-PAK-BENCH", bench=bench.code)


@pack.on("tote", Kind.TOTE, to=("item", "verify", "box", "label", "weigh"))
def take_tote(ctx: Context, code: Code) -> Outcome:
    rules.bench_of(ctx)
    tote = locations.find(ctx.tx, code.text)
    if tote.kind != LocationKind.TOTE:
        raise Refused("E-PAK-06")
    found, wave_type = rules.list_in(ctx.tx, tote.id)
    if ctx.claim(f"PACK:{found.id}"):
        return ctx.resumed("S-PAK-TOTE", tote=tote.code)
    ctx.run.data = {"list": found.id, "tote": tote.id, "tote_code": tote.code, "type": wave_type}
    if wave_type == "W1":
        return ctx.go("item", "S-PAK-TOTE", tote=tote.code)
    order_id = rules.the_order(ctx.tx, found.id)
    step = _start_order(ctx, order_id)
    return ctx.go(step, _warned(ctx, order_id, "S-PAK-TOTE"), tote=tote.code)


def _start_order(ctx: Context, order_id: int) -> str:
    state = rules.check_live(ctx, order_id)
    ctx.data["order"] = order_id
    ctx.data["lines"] = rules.lines_of(ctx.tx, order_id)
    parcel = rules.open_parcel(ctx.tx, order_id)
    if parcel is None:
        return "verify"
    ctx.data["parcel"] = parcel.id
    if state == OrderState.CHECKED:
        return "label" if parcel.state == ParcelState.LABELLED else "box"
    return "weigh"


def _warned(ctx: Context, order_id: int, code: str) -> str:
    """`code`, or the warning that the office may have cancelled without our knowing (P17)."""
    stale_s = ctx.settings.rules.cancel_stale_s
    is_stale = origin.is_stale(ctx.tx, order_id, now=ctx.now, stale_s=stale_s)
    return "W-ERP-01" if is_stale else code


# --- one product, one order (W1) ---------------------------------------------------------------


@pack.screen("item", prompt="P-PAK-ITEM")
def ask_item(ctx: Context) -> Facts:
    rows = rules.orders_in(ctx.tx, ctx.data["list"])
    left = sum(row.state == OrderState.PICKED for row in rows)
    return Facts(
        big=ctx.data["tote_code"],
        big_label="L-TOTE",
        progress=(len(rows) - left, len(rows)),
        hint="TOTE-ITEM" if left else "CM-CLOSE",
    )


@pack.on("item", Kind.PRODUCT, to="box")
def take_item(ctx: Context, code: Code) -> Outcome:
    assert code.sku_id is not None
    order_id = rules.match_item(ctx.tx, ctx.data["list"], code.sku_id)
    rules.check_live(ctx, order_id)
    ctx.data["order"] = order_id
    ctx.data["lines"] = rules.lines_of(ctx.tx, order_id)
    ctx.data["lines"][0]["seen"] = 1
    return _complete(ctx, _warned(ctx, order_id, "S-PAK-CHECKED"))


@pack.command("item", "CM-CLOSE", to="tote", label="L-CLOSE-TOTE")
def close_tote(ctx: Context) -> Outcome:
    left = sum(row.state == OrderState.PICKED for row in rules.orders_in(ctx.tx, ctx.data["list"]))
    if left:
        raise Refused("E-PAK-03", n=left)
    return ctx.restart("S-PAK-TOTE-DONE", tote=ctx.data["tote_code"])


# --- every unit of one order -------------------------------------------------------------------


@pack.screen("verify", prompt="P-PAK-VERIFY", counting=True)
def ask_unit(ctx: Context) -> Facts:
    facts = _order_facts(ctx)
    wanted = [line for line in ctx.data["lines"] if line["seen"] < line["qty"]]
    facts.hint = f"SKU:{wanted[0]['code']}" if wanted else ""
    return facts


def _count(ctx: Context, code: Code, qty: int = 1) -> dict[str, Any]:
    """Count one scanned unit (or pack) against the order's lines: E-PAK-01, E-PAK-02."""
    rules.check_live(ctx, ctx.data["order"])
    lines = [line for line in ctx.data["lines"] if line["sku"] == code.sku_id]
    if not lines:
        raise Refused("E-PAK-01")
    for line in lines:
        if line["seen"] + qty <= line["qty"]:
            line["seen"] += qty
            ctx.data["last"] = line["id"]
            return dict(line)
    raise Refused("E-PAK-02")


@pack.on("verify", Kind.PRODUCT, to=("verify", "box"))
def take_unit(ctx: Context, code: Code) -> Outcome:
    line = _count(ctx, code, code.pack_qty)
    if not _missing(ctx):
        return _complete(ctx)
    return ctx.go("verify", "S-PAK-UNIT", undo=None, n=line["seen"], of=line["qty"], name=line["name"])


@pack.on("verify", Kind.QUANTITY, to=("verify", "box"))
def take_count(ctx: Context, code: Code) -> Outcome:
    """Many of the same: after the first scan the count may be typed, from `pack_qty_entry` on."""
    line = next((line for line in ctx.data["lines"] if line["id"] == ctx.data.get("last")), None)
    if line is None or line["qty"] < ctx.settings.rules.pack_qty_entry:
        raise Refused(
            "E-SCN-02", got={"zh": "数量", "en": "a quantity"}, want={"zh": "商品", "en": "the product"}
        )
    if catalog.sku(ctx.tx, line["sku"]).is_valuable:
        raise Refused("E-QTY-01", max=1)
    total = inputs.quantity(code, line["seen"], ctx.settings.rules.qty_max)
    if total > line["qty"]:
        raise Refused("E-PAK-02")
    rules.check_live(ctx, ctx.data["order"])
    line["seen"] = total
    if not _missing(ctx):
        return _complete(ctx)
    return ctx.go("verify", "S-PAK-UNIT", undo=None, n=total, of=line["qty"], name=line["name"])


@pack.on("verify", Kind.PACKAGING, to="verify")
def box_too_early(ctx: Context, _code: Code) -> Outcome:
    raise _incomplete(ctx)


@pack.command("verify", "CM-CLOSE", to="verify", label="L-CLOSE")
def close_early(ctx: Context) -> Outcome:
    raise _incomplete(ctx)


def _incomplete(ctx: Context) -> Refused:
    gift = any(line["gift"] and line["seen"] < line["qty"] for line in ctx.data["lines"])
    only_gifts = all(line["gift"] or line["seen"] == line["qty"] for line in ctx.data["lines"])
    return Refused("E-PAK-05") if gift and only_gifts else Refused("E-PAK-03", n=_missing(ctx))


def _missing(ctx: Context) -> int:
    return sum(line["qty"] - line["seen"] for line in ctx.data["lines"])


def _complete(ctx: Context, code: str = "S-PAK-CHECKED") -> Outcome:
    parcel = rules.check_complete(ctx, ctx.data["lines"], ctx.data["tote"], ctx.data["order"])
    ctx.data["parcel"] = parcel.id
    return ctx.go("box", code)


@pack.screen("box", prompt="P-PAK-BOX")
def ask_box(ctx: Context) -> Facts:
    facts = _order_facts(ctx)
    facts.hint = "BOX"
    return facts


@pack.on("box", Kind.PACKAGING, to="label")
def take_box(ctx: Context, code: Code) -> Outcome:
    packaging = catalog.packaging(ctx.tx, code.text)
    if packaging is None:
        raise Refused("E-PAK-07")
    rules.check_live(ctx, ctx.data["order"])
    bill = labelling.label(ctx, rules.parcel(ctx.tx, ctx.data["parcel"]), packaging)
    ctx.data["waybill"] = bill.waybill_no
    return ctx.go("label", "S-PAK-LABEL", no=bill.waybill_no)


@pack.screen("label", prompt="P-PAK-STICK")
def ask_label(ctx: Context) -> Facts:
    bill = labelling.waybill_of(ctx.tx, ctx.data["parcel"])
    facts = _order_facts(ctx)
    facts.big = (bill.waybill_no or "")[-6:]
    facts.big_label = "L-WAYBILL-TAIL"
    facts.lines = [("L-CARRIER", catalog.carrier(ctx.tx, bill.carrier_id).name), ("L-ROUTE", bill.route_code)]
    facts.hint = bill.waybill_no or ""
    return facts


@pack.on("label", Kind.WAYBILL, to="weigh")
def take_label(ctx: Context, code: Code) -> Outcome:
    rules.check_live(ctx, ctx.data["order"])
    labelling.bind(ctx, rules.parcel(ctx.tx, ctx.data["parcel"]), code.text)
    return ctx.go("weigh", "S-PAK-BOUND")


@pack.on("label", Kind.UNKNOWN, to="label")
def foreign_label(_ctx: Context, _code: Code) -> Outcome:
    raise Refused("E-WB-06")


@pack.command("label", "CM-REPRINT", to="reprint", label="L-REPRINT")
def ask_why_again(ctx: Context) -> Outcome:
    return ctx.go("reprint", "S-OK")


def _print_again(ctx: Context, reason: str) -> Outcome:
    number = labelling.reprint(ctx, labelling.waybill_of(ctx.tx, ctx.data["parcel"]), reason)
    return ctx.go("label", "S-PAK-REPRINT", n=number)


reprint.add_step(pack, "reprint", back="label", again=_print_again)


# --- weighing ----------------------------------------------------------------------------------


@pack.screen("weigh", prompt="P-PAK-WEIGH")
def ask_weight(ctx: Context) -> Facts:
    parcel = rules.parcel(ctx.tx, ctx.data["parcel"])
    facts = _order_facts(ctx)
    facts.big = ctx.actor.workstation
    facts.big_label = "L-SCALE"
    expected = parcel.expected_dg
    facts.lines = [("L-EXPECTED", f"{expected // 10} g" if expected is not None else "?")]
    facts.hint = "WEIGH"
    return facts


@pack.command("weigh", "CM-OK", to=("tote", "item"), label="L-READ-SCALE")
def read_scale(ctx: Context) -> Outcome:
    return _weigh(ctx, scales.read(ctx.tx, ctx.actor.workstation), manual=False)


@pack.on("weigh", Kind.WAYBILL, to=("tote", "item"))
def label_on_scale(ctx: Context, code: Code) -> Outcome:
    if code.text != labelling.waybill_of(ctx.tx, ctx.data["parcel"]).waybill_no:
        raise Refused("E-PAK-04", do="?")
    return read_scale(ctx)


def _weigh(ctx: Context, dg: int, *, manual: bool) -> Outcome:
    rules.check_live(ctx, ctx.data["order"])
    parcel = rules.parcel(ctx.tx, ctx.data["parcel"])
    off = rules.judge_weight(ctx, parcel, dg)
    if off and "reweigh" not in ctx.data:
        seen = [{**line, "seen": 0} for line in ctx.data["lines"]]
        raise Refused("E-WGT-01", n=f"{off:+d}", sku=rules.explain(ctx, parcel, dg)).back_to(
            "reverify", keep={"lines": seen, "reweigh": 1}
        )
    if off:
        ctx.unless_allowed("E-WGT-01", n=f"{off:+d}", sku=rules.explain(ctx, parcel, dg))
    lane = rules.stage(ctx, parcel, dg, manual=manual)
    scales.use(ctx.tx, ctx.actor.workstation)
    if ctx.data["type"] == "W1" and any(
        row.state == OrderState.PICKED for row in rules.orders_in(ctx.tx, ctx.data["list"])
    ):
        ctx.run.data = {key: ctx.data[key] for key in ("list", "tote", "tote_code", "type")}
        return ctx.go("item", "S-PAK-STAGED", lane=lane)
    return ctx.restart("S-PAK-STAGED", lane=lane)


@pack.screen("reverify", prompt="P-PAK-REVERIFY", counting=True)
def ask_again(ctx: Context) -> Facts:
    return ask_unit(ctx)


@pack.on("reverify", Kind.PRODUCT, to=("reverify", "weigh"))
def take_again(ctx: Context, code: Code) -> Outcome:
    line = _count(ctx, code, code.pack_qty)
    step = "reverify" if _missing(ctx) else "weigh"
    return ctx.go(step, "S-PAK-UNIT", undo=None, n=line["seen"], of=line["qty"], name=line["name"])


def _order_facts(ctx: Context) -> Facts:
    lines = ctx.data["lines"]
    seen, total = sum(line["seen"] for line in lines), sum(line["qty"] for line in lines)
    shown = sorted(lines, key=lambda line: line["seen"] == line["qty"])[:SHOWN]
    return Facts(
        big=f"{seen}/{total}",
        progress=(seen, total),
        table=[
            (line["name"], f"{line['seen']}/{line['qty']}", "✔" if line["seen"] == line["qty"] else "")
            for line in shown
        ],
        photos=[line["code"] for line in shown],
    )
