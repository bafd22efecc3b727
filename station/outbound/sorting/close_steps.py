"""The end of sorting: what was not found, and where it goes from here (P16)."""

from __future__ import annotations

from station.catalog import rules as catalog
from station.ground.scan.workflow import Context, Facts, Outcome
from station.ground.words.messages import Refused
from station.outbound.orders.models import PULLED
from station.outbound.sorting import cells, closing, demand, put_steps, rules
from station.outbound.sorting.choosing import name_of
from station.outbound.sorting.flow import sort
from station.outbound.sorting.models import Sorting, SortingState
from station.outbound.sorting.position import AtWall

__all__ = ["put_steps"]
SHOWN = 4


def _sorting(ctx: Context) -> Sorting:
    """The wave at its wall; E-SRT-05 when somebody else has closed it: nothing is left to do."""
    sorting = rules.sorting_of(ctx.tx, ctx.at(AtWall).wave)
    if sorting is None or sorting.state != SortingState.OPEN:
        raise Refused("E-SRT-05").back_to("wave", forget=("wave", "wave_no", "hand"))
    return sorting


@sort.command("product", "CM-CLOSE", to="wave", label="L-SRT-CLOSE")
def finish(ctx: Context) -> Outcome:
    """All is in its cell: the wave is sorted. E-SRT-04 while something lacks, which is shown, and E-SRT-06
    while some of it is still being picked.
    """
    at, sorting = ctx.at(AtWall), _sorting(ctx)
    closing.check_picked(ctx.tx, at.wave)
    if demand.wants(ctx.tx, at.wave):
        raise Refused("E-SRT-04").back_to("lacking")
    closing.close(ctx, sorting)
    return ctx.restart("S-SRT-DONE", no=at.wave_no)


@sort.screen("lacking", prompt="P-SRT-LACKING")
def ask_lacking(ctx: Context) -> Facts:
    """What was not found: article, cell, EACH."""
    wants = demand.wants(ctx.tx, ctx.at(AtWall).wave)
    rows = []
    for want in wants[:SHOWN]:
        own = cells.of_order(ctx.tx, want.order_id)
        cell = "✖" if want.state in PULLED or not own else name_of(own[-1].code)
        rows.append((catalog.sku(ctx.tx, want.sku_id).name_zh, cell, str(want.qty)))
    return Facts(
        big=str(sum(want.qty for want in wants)), big_label="L-SRT-MISSING", table=rows, hint="CM-OK"
    )


@sort.command("lacking", "CM-OK", to="wave", label="L-SRT-LACKING")
def close(ctx: Context) -> Outcome:
    """Nobody finds it: somebody is sent for other units, or the order is short."""
    at = ctx.at(AtWall)
    done = closing.close(ctx, _sorting(ctx))
    if done.short:
        return ctx.restart("W-SRT-SHORT", n=done.lacking, orders=len(done.short), brought=done.brought)
    return ctx.restart("S-SRT-BROUGHT" if done.brought else "S-SRT-DONE", no=at.wave_no, n=done.brought)


@sort.command("lacking", "CM-SKIP", to="product", label="L-SRT-LOOK")
def look_again(ctx: Context) -> Outcome:
    return ctx.go("product", "S-OK")
