"""Units at the wall that go to the intercept shelf: of stopped orders, and what no order wants (P16)."""

from __future__ import annotations

from station.catalog import rules as catalog
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.workflow import Context, Facts, Outcome
from station.outbound.packing import surplus
from station.outbound.sorting import closing, demand, rules
from station.outbound.sorting.flow import sort
from station.outbound.sorting.position import AtWall
from station.outbound.sorting.put_steps import in_hand
from station.stock import locations
from station.stock.models import LocationKind


@sort.screen("stopped", prompt="P-SRT-STOPPED")
def ask_shelf(ctx: Context) -> Facts:
    hand = in_hand(ctx)
    return Facts(big=f"✖ {hand.cell_no}", name=hand.name, spec=hand.spec, photo=hand.code, hint="INTC")


@sort.on("stopped", Kind.LOCATION, to="product")
def take_shelf(ctx: Context, code: Code) -> Outcome:
    """One unit of a stopped order; what lies in its cell is brought by whoever intercepts."""
    at, shelf = ctx.at(AtWall), locations.find(ctx.tx, code.text)
    locations.require(shelf, [LocationKind.INTC])
    closing.take_out(ctx, rules.still_wanted(ctx.tx, at.wave, in_hand(ctx)), shelf.id)
    at.hand = None
    return ctx.go("product", "S-SRT-SHELF")


@sort.command("stopped", "CM-SKIP", to="product", label="L-BACK")
def not_stopped(ctx: Context) -> Outcome:
    ctx.at(AtWall).hand = None
    return ctx.go("product", "S-OK")


@sort.screen("surplus", prompt="P-SRT-SURPLUS")
def ask_surplus(ctx: Context) -> Facts:
    sku = catalog.sku(ctx.tx, ctx.at(AtWall).surplus)
    return Facts(name=sku.name_zh, spec=sku.spec, photo=sku.code, hint="INTC")


@sort.on("surplus", Kind.LOCATION, to="product")
def take_surplus(ctx: Context, code: Code) -> Outcome:
    """It came out of a slot whose book still has it; a task brings it back (E-PAK-10 when none has)."""
    at, shelf = ctx.at(AtWall), locations.find(ctx.tx, code.text)
    locations.require(shelf, [LocationKind.INTC])
    walk = demand.first_walk(ctx.tx, at.wave)
    slot = surplus.put_on_shelf(ctx, walk, at.surplus, shelf.id, expires=at.expires)
    at.surplus, at.expires = 0, None
    return ctx.go("product", "S-SRT-SURPLUS", slot=slot)


@sort.command("surplus", "CM-SKIP", to="product", label="L-BACK")
def no_surplus(ctx: Context) -> Outcome:
    at = ctx.at(AtWall)
    at.surplus, at.expires = 0, None
    return ctx.go("product", "S-OK")
