"""The unit in hand goes into its cell, or fewer, or into another cell of its order (P16)."""

from __future__ import annotations

from station.ground.scan import inputs
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.workflow import Context, Facts, Outcome
from station.ground.words.messages import Refused
from station.outbound.sorting import cells, demand, find_steps, rules
from station.outbound.sorting.choosing import name_of
from station.outbound.sorting.flow import sort
from station.outbound.sorting.position import AtWall, Hand
from station.stock import locations

__all__ = ["find_steps"]


def in_hand(ctx: Context) -> Hand:
    """What the sorter holds; a screen that shows it is never without."""
    hand = ctx.at(AtWall).hand
    if hand is None:
        raise Refused("E-SRT-11").back_to("product")
    return hand


@sort.screen("cell", prompt="P-SRT-CELL")
def ask_cell(ctx: Context) -> Facts:
    hand = in_hand(ctx)
    return Facts(
        big=hand.cell_no,
        name=hand.name,
        spec=hand.spec,
        photo=hand.code,
        lines=[("L-QTY", str(hand.qty)), ("L-EXPIRES", hand.expires)],
        hint=hand.barcode,
    )


@sort.on("cell", Kind.CELL, to=("product", "stopped"))
def put_in_cell(ctx: Context, code: Code) -> Outcome:
    cell = locations.find(ctx.tx, code.text)
    return _put(ctx, cell.id)


@sort.command("cell", "CM-OK", to=("product", "stopped"), label="L-SRT-PUT")
def put_by_key(ctx: Context) -> Outcome:
    """Where the supervisor has switched `put_confirm` off, a key is enough; else E-SRT-10."""
    hand = in_hand(ctx)
    if ctx.rules.put_confirm:
        raise Refused("E-SRT-10", n=hand.cell_no)
    return _put(ctx, hand.cell)


def _put(ctx: Context, cell: int) -> Outcome:
    at, hand = ctx.at(AtWall), in_hand(ctx)
    try:
        left = rules.put(ctx, at.wave, hand, cell, hand.qty)
    except Refused as no:
        if no.code == "E-INT-01":
            raise no.back_to("stopped") from None
        if no.code == "E-SRT-11":
            raise no.back_to("product", forget=("hand",)) from None
        raise
    at.hand = None
    if not demand.wants(ctx.tx, at.wave):
        return ctx.go("product", "S-SRT-LAST")
    return ctx.go("product", "S-SRT-PUT" if left else "S-SRT-FULL", cell=hand.cell_no, n=hand.qty)


@sort.command("cell", "CM-QTY", to="qty", label="L-SRT-FEWER")
def ask_fewer(ctx: Context) -> Outcome:
    return ctx.go("qty", "S-OK", undo=None)


@sort.screen("qty", prompt="P-SRT-QTY")
def ask_qty(ctx: Context) -> Facts:
    hand = in_hand(ctx)
    return Facts(big=hand.cell_no, name=hand.name, pad="qty", default=str(hand.qty))


@sort.on("qty", Kind.QUANTITY, to="cell")
def take_qty(ctx: Context, code: Code) -> Outcome:
    """So many are put now; the rest is scanned again."""
    hand = in_hand(ctx)
    hand.qty = inputs.quantity(code, 1, hand.qty)
    return ctx.go("cell", "S-SRT-GO", undo=None, cell=hand.cell_no, n=hand.qty)


@sort.command("qty", "CM-SKIP", to="cell", label="L-BACK")
def not_fewer(ctx: Context) -> Outcome:
    return ctx.go("cell", "S-OK")


@sort.command("cell", "CM-FULL", to="cell", label="L-SRT-CELL-FULL")
def cell_is_full(ctx: Context) -> Outcome:
    """Nothing more goes into the cell: the order has the next free one too (E-SRT-07 without one)."""
    hand = in_hand(ctx)
    rules.another_cell(ctx, hand.order)
    own = cells.of_order(ctx.tx, hand.order)[-1]
    hand.cell, hand.cell_no, hand.barcode = own.id, name_of(own.code), own.barcode
    return ctx.go("cell", "S-SRT-GO", cell=hand.cell_no, n=hand.qty)


@sort.command("cell", "CM-SKIP", to="product", label="L-BACK")
def back_into_the_tote(ctx: Context) -> Outcome:
    ctx.at(AtWall).hand = None
    return ctx.go("product", "S-OK")
