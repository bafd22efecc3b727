"""The parcel on the scale, and seeing every unit again when its weight is wrong (P18).

A scale that is dead, too small or not there: the weight is typed, by whoever may (`typed_weight` in the
rules) or with a supervisor's leave, and carries the mark M; or the parcel goes unweighed, with a
supervisor's leave.
"""

from __future__ import annotations

from station.devices import scales
from station.ground.scan import inputs, position
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.workflow import Context, Facts, Outcome
from station.ground.words.messages import Refused
from station.outbound.packing import baskets, labelling, staging, verifying, weights
from station.outbound.packing.flow import go_on, live, order_facts, pack
from station.outbound.packing.label_steps import other_box
from station.outbound.packing.models import Parcel
from station.outbound.packing.position import FIELDS, Packing
from station.outbound.packing.verify_steps import ask_unit, count, seen

DONE = ("tote", "item", "verify")
WEIGHED = ("S-PAK-STAGED", "S-PAK-TYPED")
HEAVIEST_G = 60_000
"""More than anybody lifts onto a bench is a slip of the finger."""


@pack.screen("weigh", prompt="P-PAK-WEIGH")
def ask_weight(ctx: Context) -> Facts:
    at = ctx.at(Packing)
    parcel = verifying.parcel(ctx.tx, at.parcel)
    facts = order_facts(at)
    facts.big, facts.big_label, facts.hint = ctx.actor.workstation, "L-SCALE", "WEIGH"
    expected = parcel.expected_dg
    facts.lines = [
        ("L-EXPECTED", f"{expected // 10} g" if expected is not None else "?"),
        ("L-WEIGH-BLIND", weights.blind_for(ctx, parcel)),
        ("L-WEIGH-FAILS", str(at.fails or "")),
    ]
    return facts


@pack.command("weigh", "CM-OK", to=DONE, label="L-READ-SCALE")
def read_scale(ctx: Context) -> Outcome:
    at = ctx.at(Packing)
    live(ctx, at.order)
    parcel = verifying.parcel(ctx.tx, at.parcel)
    dg = weights.reading(ctx)
    if dg is not None:
        _judge(ctx, parcel, dg)
        scales.use(ctx.tx, ctx.actor.workstation)
    else:
        scales.pass_by(ctx.tx, ctx.actor.workstation)
    return _staged(ctx, staging.stage(ctx, parcel, dg), "S-PAK-UNWEIGHED" if dg is None else "S-PAK-STAGED")


@pack.on("weigh", Kind.WAYBILL, to=DONE)
def label_on_scale(ctx: Context, code: Code) -> Outcome:
    at = ctx.at(Packing)
    live(ctx, at.order)
    labelling.check_own(ctx.tx, verifying.parcel(ctx.tx, at.parcel), code.text)
    return read_scale(ctx)


@pack.on("weigh", Kind.PACKAGING, to="weigh")
def other_box_on_scale(ctx: Context, code: Code) -> Outcome:
    return other_box(ctx, code, "weigh")


@pack.command("weigh", "CM-QTY", to="typed", label="L-TYPE-WEIGHT")
def type_weight(ctx: Context) -> Outcome:
    """E-WGT-07 for who may not type a weight, until a supervisor allows it for this parcel."""
    live(ctx, ctx.at(Packing).order)
    weights.may_type(ctx, ctx.actor.roles)
    return ctx.go("typed", "S-PAK-TYPE")


@pack.screen("typed", prompt="P-PAK-TYPE")
def ask_typed(ctx: Context) -> Facts:
    facts = ask_weight(ctx)
    facts.pad, facts.hint = "qty", ""
    return facts


@pack.on("typed", Kind.QUANTITY, to=DONE)
def take_typed(ctx: Context, code: Code) -> Outcome:
    """Whole grams, judged like a weight of the scale (E-QTY-01, E-WGT-01)."""
    at = ctx.at(Packing)
    live(ctx, at.order)
    weights.may_type(ctx, ctx.actor.roles)
    parcel = verifying.parcel(ctx.tx, at.parcel)
    dg = 10 * inputs.quantity(code, 1, HEAVIEST_G)
    _judge(ctx, parcel, dg)
    ctx.used("E-WGT-07")
    scales.pass_by(ctx.tx, ctx.actor.workstation)
    return _staged(ctx, staging.stage(ctx, parcel, dg, is_typed=True), "S-PAK-TYPED")


@pack.command("typed", "CM-SKIP", to="weigh", label="L-BACK")
def back_to_scale(ctx: Context) -> Outcome:
    return ctx.go("weigh", "S-OK")


def _judge(ctx: Context, parcel: Parcel, dg: int) -> None:
    """Off for the first time: every unit is seen again; after that only a supervisor (E-WGT-01)."""
    at, off = ctx.at(Packing), weights.judge(ctx, parcel, dg)
    if not off:
        return
    why = {"n": f"{off:+d}", "sku": weights.explain(ctx.tx, parcel, dg)}
    if at.fails:
        ctx.unless_allowed("E-WGT-01", **why)
        return
    for line in at.lines:
        line.seen = 0
    at.fails += 1
    raise Refused("E-WGT-01", **why).back_to("reverify", forget=FIELDS, keep=position.dump(at))


def _staged(ctx: Context, lane: str, code: str) -> Outcome:
    """On with the rest of an order that goes in several parcels, else with the next order."""
    at = ctx.at(Packing)
    rest = verifying.lines_left(ctx.tx, at.order)
    if at.by_basket and not rest and code in WEIGHED:
        at.proven = baskets.signature(verifying.lines_of(ctx.tx, at.parcel))
    if not rest:
        return go_on(ctx, code, lane=lane)
    ctx.begin(Packing(at.pick_list, at.tote, at.tote_code, by_item=at.by_item, order=at.order, lines=rest))
    ctx.at(Packing).by_basket = at.by_basket
    return ctx.go("verify", code, lane=lane)


@pack.screen("reverify", prompt="P-PAK-REVERIFY", counting=True)
def ask_again(ctx: Context) -> Facts:
    return ask_unit(ctx)


@pack.on("reverify", Kind.PRODUCT, to=("reverify", "weigh"))
def take_again(ctx: Context, code: Code) -> Outcome:
    line = count(ctx, code)
    return seen(ctx, "reverify" if ctx.at(Packing).missing else "weigh", line)
