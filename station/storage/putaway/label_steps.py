"""The label of a new article's slot (S-25): see `station.storage.putaway.new_articles`."""

from __future__ import annotations

from typing import Any

from station.ground.db import savepoint
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.kit import reprint
from station.ground.scan.workflow import Context, Facts, Outcome
from station.ground.words.messages import Refused
from station.paper.sending import print_again, seen
from station.stock import locations
from station.stock.models import Location
from station.storage.putaway import new_articles
from station.storage.putaway.flow import at_slot, in_hand, putaway
from station.storage.putaway.position import Putting, facts_of

NO_PRINTER, NO_LABEL = frozenset({"E-PRN-05", "E-PRN-06"}), "W-PUT-NO-LABEL"
"""No printer has slot labels, or it holds other paper; what a worker is told then."""


def ask(ctx: Context, slot: Any) -> Outcome:
    """The slot gets its new label first; where no printer could make one, the old one stays the right one."""
    try:
        with savepoint(ctx.tx, Refused):
            place = new_articles.order_label(ctx, in_hand(ctx), slot)
    except Refused as refusal:
        if refusal.code not in NO_PRINTER:
            raise
        outcome = at_slot(ctx, locations.find(ctx.tx, slot.barcode))
        outcome.code = NO_LABEL if outcome.step == "confirm" else outcome.code
        return outcome
    ctx.at(Putting).slot = place.barcode
    return ctx.go("label", "S-PUT-LABEL", undo=None, slot=place.code)


def _place(ctx: Context) -> Location:
    """Where the worker stands; its label may have been renewed once more meanwhile."""
    text = ctx.at(Putting).slot
    place_id = locations.replaced(ctx.tx, text) or locations.find(ctx.tx, text).id
    return ctx.tx.get_one(Location, place_id)


@putaway.screen("label", prompt="P-PUT-LABEL")
def ask_label(ctx: Context) -> Facts:
    place = _place(ctx)
    facts = facts_of(ctx, place)
    facts.lines = [line for line in facts.lines if line[0] in {"L-CARTON", "L-QTY"}]
    facts.hint = place.barcode
    return facts


@putaway.on("label", Kind.LOCATION, to=("confirm", "reason"))
def take_label(ctx: Context, code: Code) -> Outcome:
    """The new label hangs there; the old one is E-LOC-04 (T31)."""
    slot, place = locations.find(ctx.tx, code.text), _place(ctx)
    if slot.id != place.id:
        raise Refused("E-PCK-01", want=place.code)
    seen(ctx, "LC", place.code)
    return at_slot(ctx, slot)


@putaway.command("label", "CM-REPRINT", to="reprint", label="L-REPRINT")
def ask_why(ctx: Context) -> Outcome:
    return ctx.go("reprint", "S-OK")


def _again(ctx: Context, reason: str) -> Outcome:
    place = _place(ctx)
    print_again(ctx, "LC", place.code, reason)
    return ctx.go("label", "S-LBL-REPRINT", no=place.code)


reprint.add_step(putaway, "reprint", back="label", again=_again)


@putaway.command("label", "CM-SKIP", to="slot", label="L-BACK")
def another_slot(ctx: Context) -> Outcome:
    """To another slot after all; this one's new label counts from now on."""
    ctx.at(Putting).slot = ""
    return ctx.go("slot", "S-OK")
