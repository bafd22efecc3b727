"""The steps at which every unit is seen: one product that finds its order, or all units of one order."""

from __future__ import annotations

from dataclasses import replace

from station.catalog import rules as catalog
from station.ground.scan import inputs, levels
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.workflow import Context, Facts, Outcome
from station.ground.words.messages import Refused, say
from station.inbound.gifts import labelled
from station.outbound.packing import baskets, bench, number_steps, totes, verifying
from station.outbound.packing.flow import SPLIT, complete, live, order_facts, pack, warned
from station.outbound.packing.position import Line, Packing


@pack.screen("item", prompt="P-PAK-ITEM")
def ask_item(ctx: Context) -> Facts:
    at = ctx.at(Packing)
    total, left = len(totes.orders_in(ctx.tx, at.pick_list)), totes.count_left(ctx.tx, at.pick_list)
    return Facts(
        big=at.tote_code,
        big_label="L-TOTE",
        progress=(total - left, total),
        hint="TOTE-ITEM" if left else "CM-CLOSE",
    )


@pack.on("item", Kind.PRODUCT, to=("note", "verify", "box", "label", "serial"))
def take_item(ctx: Context, code: Code) -> Outcome:
    """The order whose unit this is: with it alone it is complete, or its other units are seen too. Of baskets
    that are all alike the first one is seen, the others are weighed.
    """
    at = ctx.at(Packing)
    assert code.sku_id is not None
    order_id = totes.match_item(ctx.tx, at.pick_list, code.sku_id)
    live(ctx, order_id)
    lines = verifying.lines_left(ctx.tx, order_id)
    if any(line.is_serial and line.sku == code.sku_id for line in lines):
        levels.one(code)
        return number_steps.begin(ctx, code)
    at.order, at.lines = order_id, lines
    line = count(ctx, code)
    if at.proven and at.proven == baskets.signature(lines) and baskets.is_weighed_whole(ctx, lines):
        for one in lines:
            one.seen = one.qty
    told = warned(ctx, order_id, "S-PAK-CHECKED")
    if bench.notes_of(ctx.tx, order_id):
        return ctx.go(
            "note", told if told.startswith("W") else "S-PAK-UNIT", n=line.seen, of=line.qty, name=line.name
        )
    if at.missing:
        return seen(ctx, "verify", line) if told == "S-PAK-CHECKED" else ctx.go("verify", told)
    return complete(ctx, told)


@pack.on("item", Kind.GIFT, to=("note", "verify", "box", "label", "serial"))
def take_item_gift(ctx: Context, code: Code) -> Outcome:
    """A unit with a gift label is no goods for sale (S-09)."""
    sku_id = labelled.article(ctx.tx, code.text)
    if not any(line.is_gift for line in verifying.lines_left(ctx.tx, _order_of(ctx, sku_id))):
        raise Refused("E-GFT-03")
    return take_item(ctx, replace(code, kind=Kind.PRODUCT, sku_id=sku_id))


def _order_of(ctx: Context, sku_id: int) -> int:
    return totes.match_item(ctx.tx, ctx.at(Packing).pick_list, sku_id)


@pack.command("item", "CM-CLOSE", to="tote", label="L-CLOSE-TOTE")
def close_tote(ctx: Context) -> Outcome:
    at = ctx.at(Packing)
    left = totes.count_left(ctx.tx, at.pick_list)
    if left:
        raise Refused("E-PAK-03", n=left)
    return ctx.restart("S-PAK-TOTE-DONE", tote=at.tote_code)


# --- every unit of one order ----------------------------------------------------------------------


@pack.screen("verify", prompt="P-PAK-VERIFY", counting=True)
def ask_unit(ctx: Context) -> Facts:
    at = ctx.at(Packing)
    facts = order_facts(at)
    wanted = next((line for line in at.lines if line.seen < line.qty), None)
    facts.hint = f"SKU:{wanted.code}" if wanted else ""
    return facts


def count(ctx: Context, code: Code) -> Line:
    """Count one scanned unit (or pack) against the order's lines: E-PAK-01, E-PAK-02; E-LVL-02 for a pack
    that holds more than is wanted.
    """
    at = ctx.at(Packing)
    live(ctx, at.order)
    lines = [line for line in at.lines if line.sku == code.sku_id]
    if not lines:
        raise Refused("E-PAK-01")
    if code.kind is Kind.GIFT:
        lines = [line for line in lines if line.is_gift]
        if not lines:
            raise Refused("E-GFT-03")
    for line in lines:
        if line.seen + code.units <= line.qty:
            line.seen += code.units
            at.last = line.id
            return line
    left = max(line.qty - line.seen for line in lines)
    if left:
        levels.at_most(code, left)
    raise Refused("E-PAK-02")


def seen(ctx: Context, step: str, line: Line) -> Outcome:
    """The answer to a unit that was counted."""
    return ctx.go(step, "S-PAK-UNIT", undo=None, n=line.seen, of=line.qty, name=line.name)


@pack.on("verify", Kind.PRODUCT, to=("verify", "box", "label", "serial"))
def take_unit(ctx: Context, code: Code) -> Outcome:
    line = count(ctx, code)
    if line.is_serial:
        levels.one(code)
        line.seen -= 1  # its number counts it
        return number_steps.begin(ctx, code)
    return seen(ctx, "verify", line) if ctx.at(Packing).missing else complete(ctx)


@pack.on("verify", Kind.GIFT, to=("verify", "box", "label", "serial"))
def take_gift(ctx: Context, code: Code) -> Outcome:
    """A unit with a gift label is a gift: E-GFT-03 where the order has the article as goods only (S-09)."""
    return take_unit(ctx, replace(code, sku_id=labelled.article(ctx.tx, code.text)))


@pack.on("verify", Kind.QUANTITY, to=("verify", "box", "label"))
def take_count(ctx: Context, code: Code) -> Outcome:
    """Many of the same: after the first scan the count may be typed, from `pack_qty_entry` on."""
    at = ctx.at(Packing)
    line = next((line for line in at.lines if line.id == at.last), None)
    if line is None or line.qty < ctx.settings.rules.pack_qty_entry:
        raise Refused("E-SCN-02", got=say("L-KIND-QUANTITY"), want=say("L-KIND-PRODUCT"))
    if line.is_serial or catalog.sku(ctx.tx, line.sku).is_valuable:
        raise Refused("E-QTY-01", max=1)
    total = inputs.quantity(code, line.seen, ctx.settings.rules.qty_max)
    if total > line.qty:
        raise Refused("E-PAK-02")
    live(ctx, at.order)
    line.seen = total
    return seen(ctx, "verify", line) if at.missing else complete(ctx)


@pack.on("verify", Kind.PACKAGING, to="verify")
def box_too_early(ctx: Context, _code: Code) -> Outcome:
    raise _incomplete(ctx)


@pack.command("verify", "CM-CLOSE", to="verify", label="L-CLOSE")
def close_early(ctx: Context) -> Outcome:
    raise _incomplete(ctx)


def _incomplete(ctx: Context) -> Refused:
    """What is missing; stopped comes before it, for then nothing is to be looked for any more."""
    at = ctx.at(Packing)
    live(ctx, at.order)
    missing = [line for line in at.lines if line.seen < line.qty]
    is_gift_only = all(line.is_gift for line in missing)
    return Refused("E-PAK-05") if is_gift_only else Refused("E-PAK-03", n=at.missing)


@pack.command("verify", "CM-FULL", to="box", label="L-SPLIT")
def box_is_full(ctx: Context) -> Outcome:
    """分包: what was seen is a parcel of its own; the rest goes into the next one (P17)."""
    at = ctx.at(Packing)
    live(ctx, at.order)
    if not at.seen:
        raise Refused("E-PAK-08")
    return complete(ctx, SPLIT)
