"""One too many (CM-SHORT): which unit, and onto the intercept shelf with it; the order goes on (P17)."""

from __future__ import annotations

from station.catalog import rules as catalog
from station.ground.scan import levels
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.kit.choice import Reason
from station.ground.scan.workflow import Context, Facts, Outcome
from station.ground.words.messages import Refused
from station.outbound.packing import label_steps, surplus, totes
from station.outbound.packing.flow import live, order_facts, pack
from station.outbound.packing.position import Packing
from station.stock import locations
from station.stock.models import LocationKind

__all__ = ["TOO_MANY", "begin", "label_steps"]
TOO_MANY = Reason(surplus.REASON, "L-PAK-SURPLUS")
CAME_FROM = ("item", "verify", "reverify", "box")


def begin(ctx: Context) -> Outcome:
    """Something lies here that belongs to nobody."""
    return ctx.go("surplus", "S-OK")


@pack.command("box", "CM-SKIP", to="surplus", label="L-PAK-SURPLUS")
def left_in_the_tote(ctx: Context) -> Outcome:
    """All was seen, and something is left in the tote."""
    at = ctx.at(Packing)
    live(ctx, at.order)
    at.came_from = "box"
    return begin(ctx)


def _facts(ctx: Context) -> Facts:
    at = ctx.at(Packing)
    return order_facts(at) if at.order else Facts(big=at.tote_code, big_label="L-TOTE")


@pack.screen("surplus", prompt="P-PAK-SURPLUS")
def ask_which(ctx: Context) -> Facts:
    facts = _facts(ctx)
    facts.hint = "CM-SKIP"
    return facts


@pack.on("surplus", Kind.PRODUCT, to="shelve")
def take_unit(ctx: Context, code: Code) -> Outcome:
    """E-PAK-09 for a unit that the order, or one of the tote's, still wants."""
    at = ctx.at(Packing)
    assert code.sku_id is not None
    levels.one(code)
    if at.order:
        live(ctx, at.order)
        wanted = any(line.sku == code.sku_id and line.seen < line.qty for line in at.lines)
    else:
        wanted = totes.wants(ctx.tx, at.pick_list, code.sku_id)
    if wanted:
        raise Refused("E-PAK-09")
    at.surplus, at.expires = code.sku_id, code.expires_on
    return ctx.go("shelve", "S-OK", undo=None)


@pack.screen("shelve", prompt="P-PAK-SHELVE")
def ask_shelf(ctx: Context) -> Facts:
    facts, sku = _facts(ctx), catalog.sku(ctx.tx, ctx.at(Packing).surplus)
    facts.name, facts.spec, facts.hint = sku.name_zh, sku.spec, "INTC"
    facts.photos, facts.photo = [], sku.code
    return facts


@pack.on("shelve", Kind.LOCATION, to=CAME_FROM)
def take_shelf(ctx: Context, code: Code) -> Outcome:
    at = ctx.at(Packing)
    shelf = locations.find(ctx.tx, code.text)
    locations.require(shelf, [LocationKind.INTC])
    number = totes.number_of(ctx.tx, at.pick_list)
    slot = surplus.put_on_shelf(ctx, (at.pick_list, number), at.surplus, shelf.id, expires=at.expires)
    return _back(ctx, "S-PAK-SURPLUS", slot=slot)


def _back(ctx: Context, code: str, **facts: object) -> Outcome:
    at = ctx.at(Packing)
    at.surplus, at.expires, at.reason = 0, None, ""
    return ctx.go(at.came_from, code, **facts)


for name in ("surplus", "shelve"):
    pack.command(name, "CM-SKIP", to=CAME_FROM, label="L-BACK")(lambda ctx: _back(ctx, "S-OK"))
