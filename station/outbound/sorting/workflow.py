"""播种分货 · sort (P16).

Scan the wave, or a tote of it, or take the next (CM-OK). The first time, scan any cell of the wall: each
order of the wave gets a cell of its own, small numbers first. Then scan a product: the screen says, very
big and aloud, into which cell and how many. Put them there and scan the cell, or, where the supervisor has
switched that off, press the key. The order that lacks least goes first, then the one that must leave first.
Fewer than the screen says fit or are there: CM-QTY; the cell is full: CM-FULL, and the order has another
one too.

The order was stopped meanwhile: its unit goes to the intercept shelf. Nobody wants it: so does it, and it is
put back to its slot later. At the end CM-CLOSE: what nobody found is listed; it is brought from another slot
while the order waits in its cell, or the order is short.

Several people may sort at one wall. Whoever leaves (CM-MENU) leaves everything where it stands: whoever scans
the wave, a tote or a cell of it goes on.
"""

from __future__ import annotations

from sqlalchemy import select

from station.ground.scan.kinds import Code, Kind
from station.ground.scan.workflow import Context, Facts, Outcome
from station.ground.words.messages import Refused
from station.outbound.picking import totes as carried
from station.outbound.picking.models import PickList
from station.outbound.sorting import cells, close_steps, put_steps, rules, shelf_steps
from station.outbound.sorting.flow import sort
from station.outbound.sorting.models import SortCell, Sorting, SortingState
from station.outbound.sorting.position import AtWall
from station.outbound.waves.models import Wave
from station.stock import locations
from station.stock.models import LocationKind

__all__ = ["close_steps", "put_steps", "shelf_steps", "sort"]
SHOWN = 4


@sort.screen("wave", prompt="P-SRT-WAVE")
def ask_wave(ctx: Context) -> Facts:
    waves = rules.waiting(ctx.tx)
    return Facts(
        big=str(len(waves)),
        big_label="L-SRT-WAITING",
        table=[(wave.wave_no, "", "") for wave in waves[:SHOWN]],
        hint="CM-OK" if waves else "",
    )


@sort.command("wave", "CM-OK", to=("wall", "product"), label="L-NEXT-TASK")
def take_next(ctx: Context) -> Outcome:
    waves = rules.waiting(ctx.tx)
    if not waves:
        raise Refused("E-TSK-02")
    return _take(ctx, waves[0].id)


@sort.on("wave", Kind.WAVE, to=("wall", "product"))
def take_wave(ctx: Context, code: Code) -> Outcome:
    wave_id = ctx.tx.scalar(select(Wave.id).where(Wave.wave_no == code.text))
    if wave_id is None:
        raise Refused("E-TSK-02")
    return _take(ctx, wave_id)


@sort.on("wave", Kind.PICK_LIST, to=("wall", "product"))
def take_list(ctx: Context, code: Code) -> Outcome:
    wave_id = ctx.tx.scalar(select(PickList.wave_id).where(PickList.pick_no == code.text))
    if wave_id is None:
        raise Refused("E-TSK-02")
    return _take(ctx, wave_id)


@sort.on("wave", Kind.TOTE, to=("wall", "product"))
def take_tote(ctx: Context, code: Code) -> Outcome:
    pick_list = carried.list_in(ctx.tx, locations.find(ctx.tx, code.text).id)
    if pick_list is None:
        raise Refused("E-PAK-06")
    return _take(ctx, pick_list.wave_id)


@sort.on("wave", Kind.CELL, to="product")
def take_cell(ctx: Context, code: Code) -> Outcome:
    """A cell says which wave is sorted at its wall."""
    cell = locations.find(ctx.tx, code.text)
    order_id = cells.order_in(ctx.tx, cell.id)
    query = (
        select(Sorting.wave_id)
        .join(SortCell, SortCell.sorting_id == Sorting.id)
        .where(SortCell.order_id == order_id, Sorting.state == SortingState.OPEN)
    )
    wave_id = ctx.tx.scalar(query.limit(1))
    if wave_id is None:
        raise Refused("E-TSK-02")
    return _take(ctx, wave_id)


def _take(ctx: Context, wave_id: int) -> Outcome:
    """To the wall that the wave is at, or to the question which; E-SRT-05 for one that is not sorted (any
    more).
    """
    wave = ctx.tx.get_one(Wave, wave_id)
    sorting = rules.sorting_of(ctx.tx, wave_id)
    if not rules.packs_by_cell(wave.type) or (sorting is not None and sorting.state != SortingState.OPEN):
        raise Refused("E-SRT-05")
    ctx.begin(AtWall(wave.id, wave.wave_no))
    return ctx.go("wall" if sorting is None else "product", "S-SRT-WAVE", no=wave.wave_no)


@sort.screen("wall", prompt="P-SRT-WALL")
def ask_wall(ctx: Context) -> Facts:
    cell = locations.first_of(ctx.tx, LocationKind.WALL)
    at = ctx.at(AtWall)
    return Facts(big=at.wave_no[-6:], big_label="L-KIND-WAVE", hint=cell.barcode if cell else "CM-SKIP")


@sort.on("wall", Kind.CELL, to="product")
def bind(ctx: Context, code: Code) -> Outcome:
    """Any cell of the wall; the goods go into as many as there are orders."""
    cell = locations.find(ctx.tx, code.text)
    locations.require(cell, [LocationKind.WALL])
    count = rules.begin(ctx, ctx.at(AtWall).wave, cell)
    return ctx.go("product", "S-SRT-BOUND", n=count)


@sort.command("wall", "CM-SKIP", to="wave", label="L-BACK")
def another_wave(ctx: Context) -> Outcome:
    return ctx.restart("S-OK")
