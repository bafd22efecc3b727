"""What may come in the way at a stop, and how a walk ends (P15): steps of the picking process.

CM-SHORT asks what is wrong and how many are good, CM-DAMAGE how many are broken (`broken_steps`), CM-SKIP
puts the stop off, CM-FULL begins another tote. A walk ends at a bench or a sort wall, at the intercept shelf
when every order in the totes was stopped, or at once when nothing was picked.
"""

from __future__ import annotations

from station.ground.scan import inputs
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.kit import choice
from station.ground.scan.kit.choice import Reason
from station.ground.scan.workflow import Context, Facts, Outcome, Workflow
from station.ground.words.messages import Refused
from station.outbound.interception import rules as interception
from station.outbound.orders.models import PULLED
from station.outbound.picking import broken_steps, lists, shorts, stops, taking, totes, walking
from station.outbound.picking.models import PickList
from station.outbound.picking.position import Picking
from station.outbound.picking.walking import ENDS, ON
from station.outbound.replacing import queries as replacing
from station.outbound.sorting import cells
from station.outbound.sorting.choosing import wall_of
from station.stock import locations
from station.stock.models import LocationKind

AT_STOP = ("slot", "product", "serial", "qty")


def _ask_why(ctx: Context) -> Outcome:
    walking.stop(ctx)
    return ctx.go("why", "S-OK", undo=None)


def _put_off(ctx: Context) -> Outcome:
    stops.skip(ctx, ctx.at(Picking).list, walking.stop(ctx))
    return ctx.go(walking.arrive(ctx), "S-PCK-SKIP")


def _next_tote(ctx: Context) -> Outcome:
    return ctx.go("tote", "S-PCK-FULL", undo=None)


def _ask_how_many(ctx: Context, reason: Reason) -> Outcome:
    if reason is shorts.BROKEN:
        return broken_steps.ask(ctx)
    at = ctx.at(Picking)
    at.reason, at.is_zero = reason.name, False
    return ctx.go("found", "S-OK", undo=None)


def ask_found(ctx: Context) -> Facts:
    facts = walking.facts(ctx)
    facts.pad, facts.hint = "qty", "0"
    return facts


def not_short(ctx: Context) -> Outcome:
    """They are there after all."""
    walking.stop(ctx)
    return ctx.go(walking.arrive(ctx), "S-OK")


def take_found(ctx: Context, code: Code) -> Outcome:
    """So many are good: they are taken. None at all is typed twice."""
    at, stop = ctx.at(Picking), walking.stop(ctx)
    left = stop.qty - stop.qty_picked
    qty = inputs.quantity(code, 0, left)
    if qty == left:
        frame = taking.take(ctx, at.no, stop, at.tote, qty)
        return ctx.go(walking.arrive(ctx), "S-PCK-TAKEN", undo=frame, n=qty)
    if not qty and not at.is_zero:
        at.is_zero = True
        return ctx.go("found", "W-PCK-ZERO", undo=None)
    pick_list = ctx.tx.get_one(PickList, at.list)
    short = shorts.report(ctx, pick_list, stop, at.tote, qty, at.reason)
    step = walking.arrive(ctx)
    if short.orders:
        return ctx.go(step, "W-PCK-SHORT", n=short.missing, orders=len(short.orders))
    return ctx.go(step, "S-PCK-ELSEWHERE", n=short.missing)


# --- the end of a walk ---------------------------------------------------------------------------


def _codes(ctx: Context) -> str:
    return " ".join(tote.code for tote in totes.totes_of(ctx.tx, ctx.at(Picking).list))


def _end_facts(ctx: Context, hint: str) -> Facts:
    at = ctx.at(Picking)
    done, total = stops.progress(ctx.tx, at.list)
    return Facts(
        big=_codes(ctx) or at.tote_code,
        big_label="L-TOTE",
        progress=(done, total) if total else None,
        hint=hint,
    )


def ask_drop(ctx: Context) -> Facts:
    """To any bench; what a bench waits for, to that one; what is sorted, to the wall."""
    list_id = ctx.at(Picking).list
    facts, waits = _end_facts(ctx, "BENCH"), replacing.waits_for(ctx.tx, list_id)
    cell = locations.first_of(ctx.tx, LocationKind.WALL)
    if cell is not None and lists.goes_to_wall(ctx.tx, list_id):
        facts.lines, facts.hint = [("L-PCK-WAITS", wall_of(cell.code))], cell.barcode
    if waits is not None:
        facts.lines = [("L-PCK-WAITS", waits.bench), ("L-PCK-WAITS-IN", waits.totes)]
    return facts


def ask_shelf(ctx: Context) -> Facts:
    """To the shelf, together with what waited for it at a bench."""
    facts, waits = _end_facts(ctx, "INTC"), replacing.waits_for(ctx.tx, ctx.at(Picking).list)
    if waits is not None:
        facts.lines = [("L-PCK-WAITS-IN", waits.totes)]
    return facts


def ask_end(ctx: Context) -> Facts:
    return _end_facts(ctx, "CM-OK")


def _drop(ctx: Context, code: Code) -> Outcome:
    bench = locations.find(ctx.tx, code.text)
    locations.require(bench, [LocationKind.PACK])
    at = ctx.at(Picking)
    full = lists.finish(ctx, at.list)
    codes = " ".join(tote.code for tote in full) or at.tote_code
    return ctx.restart("S-PCK-DONE", tote=codes, bench=bench.code)


def _drop_at_wall(ctx: Context, code: Code) -> Outcome:
    """Goods to be sorted go to any cell of their wall, what an order lacked to its own; else E-LOC-03."""
    cell, at = locations.find(ctx.tx, code.text), ctx.at(Picking)
    owner, brings_for = cells.order_in(ctx.tx, cell.id), replacing.order_of(ctx.tx, at.list)
    is_right = lists.goes_to_wall(ctx.tx, at.list) or (owner is not None and owner == brings_for)
    locations.require(cell, [LocationKind.WALL if is_right else LocationKind.PACK])
    full = lists.finish(ctx, at.list)
    codes = " ".join(tote.code for tote in full) or at.tote_code
    return ctx.restart("S-PCK-WALL", tote=codes, wall=wall_of(cell.code))


def _shelve(ctx: Context, code: Code) -> Outcome:
    """The intercept shelf takes the totes' goods when every order in them was stopped; else E-PCK-07."""
    shelf = locations.find(ctx.tx, code.text)
    locations.require(shelf, [LocationKind.INTC])
    at, codes = ctx.at(Picking), _codes(ctx)
    orders = totes.orders_in(ctx.tx, at.list)
    if any(order.state not in PULLED for order in orders):
        raise Refused("E-PCK-07")
    for order in orders:
        interception.put_on_shelf(ctx, order.id, shelf.id)
    lists.finish(ctx, at.list)
    return ctx.restart("S-PCK-SHELF", tote=codes or at.tote_code)


def _end(ctx: Context) -> Outcome:
    """Nothing was picked: the list ends where the picker stands; E-PCK-08 while goods lie in a tote."""
    at = ctx.at(Picking)
    if totes.orders_in(ctx.tx, at.list):
        raise Refused("E-PCK-08")
    lists.finish(ctx, at.list)
    return ctx.restart("S-PCK-END", no=at.no)


# --- declared ------------------------------------------------------------------------------------


def add_to(flow: Workflow) -> None:
    """Declare these steps and keys of the picking process."""
    choice.add_step(
        flow,
        "why",
        prompt="P-PCK-WHY",
        reasons=shorts.REASONS,
        then=_ask_how_many,
        to=("found", "broken"),
        show=walking.facts,
        back="slot",
    )
    broken_steps.add_to(flow)
    flow.screen("found", prompt="P-PCK-FOUND")(ask_found)
    flow.on("found", Kind.QUANTITY, to=("found", *ON))(take_found)
    flow.command("found", "CM-SKIP", to="slot", label="L-BACK")(not_short)
    for step in AT_STOP:
        flow.command(step, "CM-SHORT", to="why", label="L-SHORT")(_ask_why)
        flow.command(step, "CM-DAMAGE", to="broken", label="L-SHORT-BROKEN")(broken_steps.ask)
        flow.command(step, "CM-SKIP", to=ON, label="L-SKIP-STOP")(_put_off)
        flow.command(step, "CM-FULL", to="tote", label="L-TOTE-FULL")(_next_tote)
    flow.screen("drop", prompt="P-PCK-DROP")(ask_drop)
    flow.screen("shelf", prompt="P-PCK-SHELF")(ask_shelf)
    flow.screen("end", prompt="P-PCK-END")(ask_end)
    for step in ENDS:
        flow.on(step, Kind.WORKSTATION, to="list")(_drop)
        flow.on(step, Kind.CELL, to="list")(_drop_at_wall)
        flow.on(step, Kind.LOCATION, to="list")(_shelve)
    flow.command("end", "CM-OK", to="list", label="L-END-LIST")(_end)
