"""The packing process: what its steps share (see `station.outbound.packing.workflow`)."""

from __future__ import annotations

from dataclasses import replace

from station.ground.scan import position
from station.ground.scan.workflow import Context, Facts, Outcome, Workflow
from station.ground.words.actor import Role
from station.ground.words.messages import Refused
from station.outbound.orders import origin
from station.outbound.packing import boxing, totes, verifying
from station.outbound.packing.position import FIELDS, Line, Packing

SPLIT = "S-PAK-SPLIT"
"""The packer says that the box is full: which one it is, is for the packer to say too."""
SHOWN = 12
"""Lines of an order that a bench shows with their photos; a handheld shows the first four."""

pack = Workflow(
    "pack",
    title="L-PACK",
    roles={Role.PACKER, Role.SUPERVISOR},
    start="tote",
    waiting=totes.count_waiting,
    aside="office.beside",
    photos="office.parcel_photos_in_hand",
    prints=True,
)


def live(ctx: Context, order_id: int) -> str:
    """The order's state; when it was stopped meanwhile E-INT-01, and its goods must go to the shelf. On hold
    (E-MAN-06) they stay where they are: whoever leaves finds the order at this step when it goes on.
    """
    try:
        return verifying.check_live(ctx.tx, order_id)
    except Refused as stop:
        if stop.code == "E-MAN-06":
            raise
        at = replace(ctx.at(Packing), order=order_id)
        raise stop.back_to("stopped", forget=FIELDS, keep=position.dump(at)) from None


def warned(ctx: Context, order_id: int, code: str) -> str:
    """`code`, or the warning that the office may have cancelled without our knowing (P17)."""
    stale_s = ctx.settings.rules.cancel_stale_s
    is_stale = origin.is_stale(ctx.tx, order_id, now=ctx.now, stale_s=stale_s)
    return "W-ERP-01" if is_stale else code


def complete(ctx: Context, code: str = "S-PAK-CHECKED") -> Outcome:
    """What was seen is a parcel: on to its box. Pieces that were seen without their serial numbers, when the
    article had none yet, are seen again (E-SN-07). Where the proposed box is taken without a scan, its label
    prints at once.
    """
    at = ctx.at(Packing)
    for line in at.lines:
        if line.is_serial and line.seen != len(at.numbers_of(line.id)):
            line.seen = 0
            at.numbers = [one for one in at.numbers if one.line != line.id]
            raise Refused("E-SN-07").back_to("verify", forget=FIELDS, keep=position.dump(at))
    parcel = verifying.make_parcel(ctx, at)
    seq = parcel.seq
    at.parcel, at.lines, at.numbers = parcel.id, verifying.lines_of(ctx.tx, parcel.id), []
    done = None if code == SPLIT else boxing.at_once(ctx, at.parcel)
    if done is not None:
        return ctx.go("label", "S-PAK-AT-ONCE", box=done[1].name)
    return ctx.go("box", code, n=seq)


def go_on(ctx: Context, code: str, **facts: object) -> Outcome:
    """An order is done or set aside: the next product of the same tote, or the next tote."""
    at = ctx.at(Packing)
    if at.by_item and totes.count_left(ctx.tx, at.pick_list):
        more = Packing(at.pick_list, at.tote, at.tote_code, by_item=True, by_basket=at.by_basket)
        more.proven = at.proven
        ctx.begin(more)
        return ctx.go("item", code, **facts)
    return ctx.restart(code, **facts)


def order_facts(at: Packing) -> Facts:
    """How much of the order was seen; what is missing comes first."""
    total = at.seen + at.missing
    shown = sorted(at.lines, key=_is_seen)[:SHOWN]
    return Facts(
        big=f"{at.seen}/{total}",
        progress=(at.seen, total),
        table=[(line.name, f"{line.seen}/{line.qty}", "✔" if _is_seen(line) else "") for line in shown],
        photos=[line.code for line in shown],
    )


def _is_seen(line: Line) -> bool:
    return line.seen == line.qty
