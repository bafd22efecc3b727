"""CM-DAMAGE at a stop: how many are broken, and where they go (P15): steps of the picking process.

The picker carries them to quarantine and scans it, or leaves them for a keeper (CM-SKIP); then the stop takes
other units of the same slot, or the walk leads elsewhere.
"""

from __future__ import annotations

from station.ground.scan import inputs
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.workflow import Context, Facts, Outcome, Workflow
from station.ground.words.messages import Refused
from station.outbound.picking import broken, walking
from station.outbound.picking.models import PickList
from station.outbound.picking.position import Picking
from station.outbound.picking.walking import ON
from station.stock import locations
from station.stock.models import LocationKind


def ask(ctx: Context) -> Outcome:
    """Something at this stop is broken: how many?"""
    walking.stop(ctx)
    ctx.at(Picking).broken = 0
    return ctx.go("broken", "S-OK", undo=None)


def _ask_how_many(ctx: Context) -> Facts:
    facts = walking.facts(ctx)
    facts.pad, facts.default, facts.hint = "qty", "1", "1"
    return facts


def _take_how_many(ctx: Context, code: Code) -> Outcome:
    stop = walking.stop(ctx)
    ctx.at(Picking).broken = inputs.quantity(code, 1, stop.qty - stop.qty_picked)
    return ctx.go("quarantine", "S-OK", undo=None)


def _ask_where(ctx: Context) -> Facts:
    facts, at = walking.facts(ctx), ctx.at(Picking)
    facts.lines.insert(0, ("L-PCK-BROKEN", str(at.broken)))
    place = locations.first_of(ctx.tx, LocationKind.QUAR)
    facts.big, facts.hint = (place.code, place.barcode) if place else ("—", "CM-SKIP")
    return facts


def _carry(ctx: Context, code: Code) -> Outcome:
    place = locations.find(ctx.tx, code.text)
    if place.kind != LocationKind.QUAR:
        raise Refused("E-QUAR-01")
    locations.require(place, [LocationKind.QUAR])
    return _apart(ctx, place.id)


def _leave_there(ctx: Context) -> Outcome:
    return _apart(ctx, None)


def _apart(ctx: Context, place_id: int | None) -> Outcome:
    at, stop = ctx.at(Picking), walking.stop(ctx)
    pick_list = ctx.tx.get_one(PickList, at.list)
    result = broken.set_apart(ctx, pick_list, stop, at.broken, place_id)
    step = walking.arrive(ctx)
    if result.orders:
        return ctx.go(step, "W-PCK-SHORT", n=result.missing, orders=len(result.orders))
    return ctx.go(
        step, "S-PCK-ELSEWHERE" if result.missing else "S-PCK-BROKEN", n=result.missing or at.broken
    )


def _none(ctx: Context) -> Outcome:
    """Nothing is broken after all."""
    walking.stop(ctx)
    return ctx.go(walking.arrive(ctx), "S-OK")


def add_to(flow: Workflow) -> None:
    """Declare these steps of the picking process."""
    flow.screen("broken", prompt="P-PCK-BROKEN")(_ask_how_many)
    flow.on("broken", Kind.QUANTITY, to="quarantine")(_take_how_many)
    flow.command("broken", "CM-SKIP", to="slot", label="L-BACK")(_none)
    flow.screen("quarantine", prompt="P-PCK-QUAR")(_ask_where)
    flow.on("quarantine", Kind.LOCATION, to=ON)(_carry)
    flow.command("quarantine", "CM-SKIP", to=ON, label="L-PCK-FETCHED")(_leave_there)
