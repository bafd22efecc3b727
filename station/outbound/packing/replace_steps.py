"""Another unit is brought while the order waits (P17): where a broken one goes, and sending for others."""

from __future__ import annotations

from station.ground.scan.kinds import Code, Kind
from station.ground.scan.workflow import Context, Facts, Outcome
from station.ground.words.messages import Refused
from station.outbound.packing import aside, totes, verifying
from station.outbound.packing.flow import go_on, live, order_facts, pack
from station.outbound.packing.position import Packing
from station.outbound.picking.models import PickList
from station.outbound.replacing import rules as replacing
from station.stock import locations
from station.stock.models import LocationKind

SHOWN = 2
"""Lines of the smallest handheld beside three keys."""
BROKEN_TO = (LocationKind.QUAR, LocationKind.INTC)


def next_step(ctx: Context, waiting: str) -> str:
    """`waiting` when other slots have what the order in hand lacks (in a tote of single items, any of the
    orders), else ``aside``.
    """
    at = ctx.at(Packing)
    if at.order:
        return waiting if replacing.may_be_brought(ctx, at.order, _lacking(at)) else "aside"
    left = totes.orders_left(ctx.tx, at.pick_list)
    return waiting if any(replacing.may_be_brought(ctx, one, _all_of(ctx, one)) for one in left) else "aside"


def _lacking(at: Packing) -> aside.Marked:
    return aside.damaged(at.damaged) if at.damaged else aside.missing(at.lines)


def _all_of(ctx: Context, order_id: int) -> aside.Marked:
    return aside.missing(verifying.lines_left(ctx.tx, order_id))


@pack.screen("apart", prompt="P-PAK-APART")
def ask_apart(ctx: Context) -> Facts:
    """Which one is broken; three keys and a long name leave no room for the other lines."""
    at = ctx.at(Packing)
    name = next((line.name for line in at.lines if line.id == at.damaged), "")
    return Facts(big=f"{at.seen}/{at.seen + at.missing}", name=name, hint="INTC")


@pack.on("apart", Kind.LOCATION, to=("tote", "item", "aside"))
def take_apart(ctx: Context, code: Code) -> Outcome:
    """The broken unit lies in quarantine or on the shelf; another one is on its way."""
    place = locations.find(ctx.tx, code.text)
    locations.require(place, BROKEN_TO)
    return _wait(ctx, place.id)


@pack.screen("fetch", prompt="P-PAK-FETCH")
def ask_fetch(ctx: Context) -> Facts:
    """What is missing."""
    at = ctx.at(Packing)
    if not at.order:
        return Facts(big=at.tote_code, big_label="L-TOTE", hint="CM-OK")
    facts = order_facts(at)
    facts.table, facts.photos, facts.hint = [row for row in facts.table if not row[2]][:SHOWN], [], "CM-OK"
    return facts


@pack.command("fetch", "CM-OK", to=("tote", "item", "aside"), label="L-PAK-FETCH")
def fetch(ctx: Context) -> Outcome:
    """What is missing is counted later, by the book it is on the shelf; others are brought."""
    shelf = locations.by_kind(ctx.tx, LocationKind.INTC)
    return _wait(ctx, shelf.id) if ctx.at(Packing).order else _fetch_singles(ctx, shelf.id)


def _wait(ctx: Context, place_id: int) -> Outcome:
    at = ctx.at(Packing)
    live(ctx, at.order)
    marked, seen = _lacking(at), _still_seen(at)
    if not replacing.may_be_brought(ctx, at.order, marked) or not _is_in_totes(ctx, at):
        return ctx.go("aside", "W-PAK-NOWHERE")
    walk = replacing.replace(ctx, at.order, marked, place_id, at.reason, seen=seen)
    if walk is None:  # somebody else was promised the last one in this very moment
        raise Refused("E-STK-02")
    return go_on(ctx, "S-PAK-WAITS", no=walk.pick_no, tote=at.tote_code)


def _is_in_totes(ctx: Context, at: Packing) -> bool:
    """The parcel in hand, if there is one, is opened again."""
    return not at.parcel or replacing.unpack(ctx, verifying.parcel(ctx.tx, at.parcel), at.pick_list)


def _still_seen(at: Packing) -> dict[int, int]:
    """Of an article of which a unit is broken every unit is seen again: nobody knows which of them it was.
    Pieces with serial numbers are seen again too.
    """
    broken = next((line.sku for line in at.lines if line.id == at.damaged), 0)
    return {line.id: line.seen for line in at.lines if line.sku != broken and not line.is_serial}


def _fetch_singles(ctx: Context, shelf_id: int) -> Outcome:
    """A tote of single items is empty too early: each order that lacks its one waits, or is set aside."""
    at = ctx.at(Packing)
    walk: PickList | None = None
    for order_id in totes.orders_left(ctx.tx, at.pick_list):
        marked = _all_of(ctx, order_id)
        more = replacing.replace(ctx, order_id, marked, shelf_id, at.reason, seen={}, walk=walk)
        if more is None:
            aside.set_aside(ctx, order_id, shelf_id, marked, at.reason)
        walk = more or walk
    return ctx.restart("S-PAK-FETCH", no=walk.pick_no if walk else "—")


def _set_aside(ctx: Context) -> Outcome:
    return ctx.go("aside", "S-OK")


for name in ("apart", "fetch"):
    pack.command(name, "CM-SHORT", to="aside", label="L-PAK-NO-WAIT")(_set_aside)
