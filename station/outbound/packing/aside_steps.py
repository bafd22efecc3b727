"""A unit is missing (CM-SHORT) or broken (CM-DAMAGE): why, which.

Another one is brought (`replace_steps`), or the order's goods go to the shelf.
"""

from __future__ import annotations

from station.ground.scan import levels
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.kit import choice
from station.ground.scan.kit.choice import Reason
from station.ground.scan.workflow import Context, Facts, Outcome
from station.ground.words.messages import Refused
from station.outbound.packing import aside, replace_steps, surplus_steps, totes, verifying
from station.outbound.packing.flow import go_on, live, order_facts, pack
from station.outbound.packing.position import Packing
from station.outbound.packing.verify_steps import ask_unit
from station.stock import locations
from station.stock.models import LocationKind

REASONS = (
    Reason("NOT_FOUND", "L-PAK-NOT-FOUND"),
    Reason("TOO_FEW", "L-PAK-TOO-FEW"),
    Reason("WRONG_CODE", "L-PAK-WRONG-CODE"),
    surplus_steps.TOO_MANY,
)
"""找不到/数量不够/条码不符/多一件."""
BROKEN = "DAMAGED"
CAME_FROM = ("item", "verify", "reverify", "box")


def offer(step: str) -> None:
    """Both cards at `step`; what is chosen next can be taken back to it."""

    def begin(ctx: Context, to: str) -> Outcome:
        at = ctx.at(Packing)
        if at.order:
            live(ctx, at.order)
        at.came_from, at.damaged, at.reason = step, 0, ""
        return ctx.go(to, "S-OK")

    if step != "box":

        @pack.command(step, "CM-SHORT", to="short", label="L-PAK-SHORT")
        def short(ctx: Context) -> Outcome:
            return begin(ctx, "short")

    @pack.command(step, "CM-DAMAGE", to="damaged", label="L-PAK-DAMAGE")
    def damage(ctx: Context) -> Outcome:
        return begin(ctx, "damaged")


def _seen(ctx: Context) -> Facts:
    at = ctx.at(Packing)
    return order_facts(at) if at.order else Facts(big=at.tote_code, big_label="L-TOTE")


def _chosen(ctx: Context, reason: Reason) -> Outcome:
    if reason is surplus_steps.TOO_MANY:
        return surplus_steps.begin(ctx)
    ctx.at(Packing).reason = reason.name
    return ctx.go(replace_steps.next_step(ctx, "fetch"), "S-OK")


choice.add_step(
    pack,
    "short",
    prompt="P-PAK-SHORT",
    reasons=REASONS,
    then=_chosen,
    to=("aside", "fetch", "surplus"),
    show=_seen,
)


@pack.screen("damaged", prompt="P-PAK-DAMAGED")
def ask_which(ctx: Context) -> Facts:
    at = ctx.at(Packing)
    if not at.order:
        return Facts(big=at.tote_code, big_label="L-TOTE", hint="TOTE-ITEM")
    facts = ask_unit(ctx)
    facts.hint = facts.hint or f"SKU:{at.lines[0].code}"
    return facts


@pack.on("damaged", Kind.PRODUCT, to=("aside", "apart"))
def take_damaged(ctx: Context, code: Code) -> Outcome:
    """The broken unit; in a tote of single items it names its order."""
    at = ctx.at(Packing)
    assert code.sku_id is not None
    levels.one(code)
    order_id = at.order or totes.match_item(ctx.tx, at.pick_list, code.sku_id)
    live(ctx, order_id)
    if not at.order:
        at.order, at.lines = order_id, verifying.lines_left(ctx.tx, order_id)
    line = next((line for line in at.lines if line.sku == code.sku_id), None)
    if line is None:
        raise Refused("E-PAK-01")
    at.damaged, at.reason = line.id, BROKEN
    step = replace_steps.next_step(ctx, "apart")
    return ctx.go(step, "S-PAK-APART" if step == "apart" else "S-PAK-DAMAGED", name=line.name)


@pack.screen("aside", prompt="P-PAK-ASIDE")
def ask_aside(ctx: Context) -> Facts:
    facts = _seen(ctx)
    facts.hint = "INTC"
    return facts


@pack.on("aside", Kind.LOCATION, to=("tote", "item"))
def take_shelf(ctx: Context, code: Code) -> Outcome:
    """The order's goods lie on the shelf; of a tote of single items, all orders that miss theirs."""
    at = ctx.at(Packing)
    shelf = locations.find(ctx.tx, code.text)
    locations.require(shelf, [LocationKind.INTC])
    if at.order:
        live(ctx, at.order)
        marked = aside.damaged(at.damaged) if at.damaged else aside.missing(at.lines)
        order_no = aside.set_aside(ctx, at.order, shelf.id, marked, at.reason)
        return go_on(ctx, "S-PAK-ASIDE", no=order_no)
    for order_id in totes.orders_left(ctx.tx, at.pick_list):
        marked = aside.missing(verifying.lines_left(ctx.tx, order_id))
        order_no = aside.set_aside(ctx, order_id, shelf.id, marked, at.reason)
    return ctx.restart("S-PAK-ASIDE", no=order_no)


def _back(ctx: Context) -> Outcome:
    at = ctx.at(Packing)
    if at.came_from == "item":
        at.order, at.lines = 0, []
    return ctx.go(at.came_from, "S-OK")


for name in ("short", "damaged", "aside", "apart", "fetch"):
    pack.command(name, "CM-SKIP", to=CAME_FROM, label="L-BACK")(_back)
