"""What the buyer and the seller have written is read before the order is packed, and said to be (P17).

It stands beside the order until its last parcel is closed. Personal data in it are hidden like on paper.
"""

from __future__ import annotations

from station.ground.documents.history import record
from station.ground.scan.workflow import Context, Facts, Outcome
from station.outbound.orders.models import DeliveryOrder
from station.outbound.packing import bench
from station.outbound.packing.flow import complete, live, pack
from station.outbound.packing.position import Packing


def first(ctx: Context, step: str) -> str:
    """``note`` where something is written for the order in hand, else `step`."""
    return "note" if bench.notes_of(ctx.tx, ctx.at(Packing).order) else step


@pack.screen("note", prompt="P-PAK-NOTE")
def ask_read(ctx: Context) -> Facts:
    at = ctx.at(Packing)
    notes = bench.notes_of(ctx.tx, at.order)
    order = ctx.tx.get_one(DeliveryOrder, at.order)
    facts = Facts(name=order.order_no, lines=[(note.label, note.text) for note in notes], hint="CM-OK")
    facts.aloud = ". ".join(note.text for note in notes)
    return facts


@pack.command("note", "CM-OK", to=("verify", "box", "label"), label="L-PAK-READ")
def read(ctx: Context) -> Outcome:
    """It was read, by whom stands in the order's history."""
    at = ctx.at(Packing)
    state = live(ctx, at.order)
    order = ctx.tx.get_one(DeliveryOrder, at.order)
    record(ctx, "DO", order.order_no, "read_note", old=state, new=state)
    return ctx.go("verify", "S-OK") if at.missing else complete(ctx)
