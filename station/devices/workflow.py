"""选工位 · choose the workplace (P30): papers asked for here come out beside you.

Scan the label of the bench, dock or lane you stand at. The screen lists the printers of this place and what
each lacks; scan the next label whenever you move.
"""

from __future__ import annotations

from station.ground.scan.kinds import Code, Kind
from station.ground.scan.workflow import Context, Facts, Outcome, Workflow
from station.ground.words.actor import Role
from station.paper import trouble as paper
from station.people import sessions
from station.stock import locations
from station.stock.models import LocationKind

PLACES = (LocationKind.PACK, LocationKind.DOCK, LocationKind.LANE)

place = Workflow("place", title="L-PLACE", roles=set(Role), start="place", shows_papers=True, shares="L-MORE")


@place.screen("place", prompt="P-PLACE")
def ask_place(ctx: Context) -> Facts:
    here = ctx.actor.workstation
    facts = Facts(big=here or "—", big_label="L-BENCH", hint="BENCH")
    facts.table = paper.table(ctx.tx, here, ctx.actor.lang) if here else []
    return facts


@place.on("place", Kind.WORKSTATION, Kind.LOCATION, to="place")
def take_place(ctx: Context, code: Code) -> Outcome:
    location = locations.find(ctx.tx, code.text)
    locations.require(location, PLACES)
    sessions.stand_at(ctx, ctx.actor, location.code)
    return ctx.go("place", "S-PLACE", code=location.code)
