"""复核打包 · verify, pack, weigh (P17, P18).

At a bench (scan its label once), scan the tote, the cell of the sort wall or the order. Scan every unit;
the screen ticks. When all are in, scan the box (the smallest that fits is proposed, or taken at once):
waybill, packing slip and a wanted invoice print. Stick the waybill and scan it back, put the parcel on the
scale and confirm. A wrong weight means: verify every unit again; only then a supervisor. In a wave of
single items, each product scanned finds its own order, and opens its tote too. Of identical baskets the
first is verified, the others by one unit and their weight. The warning that the ERP is out of reach stops
nobody: the list we have counts, and the manifest asks again.

The box is full: CM-FULL, what was seen is one parcel, and the rest goes into the next. A unit is missing or
broken: CM-SHORT or CM-DAMAGE. Where another slot has one, a picker brings it: the order waits in its tote at
the bench, the packer goes on with the next, and later scans either tote, or the order, to go on where it
stopped. Where none is, or who does not want to wait, brings the order's goods to the intercept shelf. One is
too many: CM-SHORT, and that one goes there. The order was stopped meanwhile: likewise. Whoever leaves a
parcel unfinished finds it again by its tote, order or waybill.
"""

from __future__ import annotations

from sqlalchemy import select

from station.carriers.models import Waybill
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.workflow import Context, Facts, Outcome
from station.ground.words.messages import Refused
from station.outbound.interception import rules as interception
from station.outbound.orders.models import DeliveryOrder, OrderState
from station.outbound.packing import (
    aside_steps,
    label_steps,
    note_steps,
    replace_steps,
    totes,
    verify_steps,
    verifying,
    walls,
    weigh_steps,
)
from station.outbound.packing.flow import go_on, live, pack, warned
from station.outbound.packing.models import Parcel, ParcelState
from station.outbound.packing.position import Packing
from station.outbound.replacing import queries as replacing
from station.outbound.sorting import cells
from station.outbound.waves.kinds import PacksBy
from station.people import sessions
from station.stock import locations
from station.stock.models import LocationKind

__all__ = ["label_steps", "pack", "replace_steps", "verify_steps", "weigh_steps"]

for name in aside_steps.CAME_FROM:
    aside_steps.offer(name)

ANY = ("tote", "item", "note", "verify", "box", "label", "weigh")


@pack.screen("tote", prompt="P-PAK-TOTE")
def ask_tote(ctx: Context) -> Facts:
    bench = ctx.actor.workstation
    facts = Facts(big=bench or "—", big_label="L-BENCH", hint="FULL-TOTE" if bench else "BENCH")
    if bench:
        left = verifying.unfinished_at(ctx.tx, verifying.bench_of(ctx).id)
        facts.table = [(order_no, state, "") for order_no, state in left]
    return facts


@pack.on("tote", Kind.WORKSTATION, to="tote")
def take_bench(ctx: Context, code: Code) -> Outcome:
    bench = locations.find(ctx.tx, code.text)
    locations.require(bench, [LocationKind.PACK])
    sessions.stand_at(ctx, ctx.actor, bench.code)
    return ctx.go("tote", "S-PAK-BENCH", bench=bench.code)


@pack.on("tote", Kind.TOTE, to=ANY)
def take_tote(ctx: Context, code: Code) -> Outcome:
    tote = locations.find(ctx.tx, code.text)
    filled = totes.filled(ctx.tx, tote.id)
    if filled is None:
        parcel = verifying.unfinished_from(ctx.tx, tote.id)
        if parcel is None:
            raise Refused("E-PAK-06")
        return _take_up(ctx, parcel.order_id)
    verifying.bench_of(ctx)
    if filled.packs_by is PacksBy.CELL:
        return _take_up(ctx, walls.brought_later(ctx.tx, filled))
    if not filled.by_item and replacing.is_replaced(
        ctx.tx, order_id := totes.the_order(ctx.tx, filled.pick_list)
    ):
        return _take_up(ctx, order_id)
    if ctx.claim(f"PACK:{filled.pick_no}"):
        return ctx.resumed("S-PAK-TOTE", tote=filled.code)
    ctx.begin(totes.position(filled))
    order_id = _next_order(ctx, filled)
    if not order_id:
        return ctx.go("item", "S-PAK-TOTE", tote=filled.code)
    step = _open_order(ctx, order_id)
    return ctx.go(step, warned(ctx, order_id, "S-PAK-TOTE"), tote=filled.code)


def _next_order(ctx: Context, filled: totes.Filled) -> int:
    """The order that is to be packed from a tote, the unfinished one first; 0 when a product must tell."""
    if not filled.by_item:
        return totes.the_order(ctx.tx, filled.pick_list)
    orders = [row.id for row in totes.orders_in(ctx.tx, filled.pick_list)]
    parcel = verifying.unfinished_from(ctx.tx, filled.tote)
    return parcel.order_id if parcel is not None and parcel.order_id in orders else 0


@pack.on("tote", Kind.CELL, to=ANY)
def take_cell(ctx: Context, code: Code) -> Outcome:
    """An order whose goods were sorted into this cell, or whose unfinished parcel came out of it."""
    cell = locations.find(ctx.tx, code.text)
    locations.require(cell, [LocationKind.WALL])
    order_id = cells.order_in(ctx.tx, cell.id)
    if order_id is None:
        parcel = verifying.unfinished_from(ctx.tx, cell.id)
        order_id = parcel.order_id if parcel is not None else None
    if order_id is None:
        raise Refused("E-PAK-06")
    return _take_up(ctx, order_id)


@pack.on("tote", Kind.PRODUCT, to=(*ANY, "serial"))
def take_product(ctx: Context, code: Code) -> Outcome:
    """A product of a tote of single items opens that tote, and finds its order: E-PAK-12 when several totes
    hold it, E-PAK-06 when none does.
    """
    verifying.bench_of(ctx)
    assert code.sku_id is not None
    found = totes.with_item(ctx.tx, code.sku_id)
    if len(found) > 1:
        raise Refused("E-PAK-12", totes=" ".join(one.code for one in found[:4]))
    if not found:
        raise Refused("E-PAK-06")
    (filled,) = found
    if ctx.claim(f"PACK:{filled.pick_no}"):
        return ctx.resumed("S-PAK-TOTE", tote=filled.code)
    ctx.begin(totes.position(filled))
    return verify_steps.take_item(ctx, code)


@pack.on("tote", Kind.ORDER, to=ANY)
def take_order(ctx: Context, code: Code) -> Outcome:
    order_id = ctx.tx.scalar(select(DeliveryOrder.id).where(DeliveryOrder.order_no == code.text))
    if order_id is None:
        raise Refused("E-TSK-02")
    return _take_up(ctx, order_id)


@pack.on("tote", Kind.WAYBILL, to=ANY)
def take_waybill(ctx: Context, code: Code) -> Outcome:
    """The label is on an unfinished parcel: go on with it."""
    owner = select(Parcel.order_id).join(Waybill, Waybill.parcel_id == Parcel.id)
    order_id = ctx.tx.scalar(owner.where(Waybill.waybill_no == code.text))
    if order_id is None:
        raise Refused("E-WB-06")
    return _take_up(ctx, order_id)


def _take_up(ctx: Context, order_id: int) -> Outcome:
    """Go on with an order of which something lies in a tote or on a bench; E-PAK-06 when nothing does."""
    verifying.bench_of(ctx)
    home = totes.brought(ctx.tx, order_id)
    if home is None:
        raise Refused("E-PAK-06")
    walls.check(ctx.tx, order_id, home)
    subject = home.code if home.packs_by is PacksBy.CELL else home.pick_no
    if ctx.claim(f"PACK:{subject}"):
        return ctx.resumed("S-PAK-TOTE", tote=home.code)
    ctx.begin(totes.position(home))
    step = _open_order(ctx, order_id)
    return ctx.go(step, warned(ctx, order_id, "S-PAK-TOTE"), tote=home.code)


def _open_order(ctx: Context, order_id: int) -> str:
    """The order in hand, and the step at which it stands: stopped → E-INT-01, nothing to pack → E-PAK-06."""
    at = ctx.at(Packing)
    state = live(ctx, order_id)
    at.order = order_id
    parcel = verifying.unfinished_of(ctx.tx, order_id)
    if parcel is None:
        if state != OrderState.PICKED:
            waits = state in {OrderState.WAVED, OrderState.PICKING} and replacing.is_replaced(
                ctx.tx, order_id
            )
            raise Refused("E-PAK-11" if waits else "E-PAK-06")
        at.lines = verifying.lines_left(ctx.tx, order_id)
        seen = replacing.seen(ctx.tx, order_id, at.pick_list)
        for line in at.lines:
            line.seen = min(line.qty, seen.get(line.id, 0))
        return note_steps.first(ctx, "verify")
    at.parcel, at.lines = parcel.id, verifying.lines_of(ctx.tx, parcel.id)
    return {ParcelState.OPEN: "box", ParcelState.LABELLED: "label"}.get(ParcelState(parcel.state), "weigh")


# --- the order was stopped ------------------------------------------------------------------------


@pack.screen("stopped", prompt="P-PAK-STOPPED")
def ask_shelf(ctx: Context) -> Facts:
    order = ctx.tx.get_one(DeliveryOrder, ctx.at(Packing).order)
    facts = Facts(big=order.order_no[-6:], big_label="L-KIND-ORDER", banner="E-INT-01", hint="INTC")
    facts.table = interception.shown(ctx.tx, order.id)
    return facts


@pack.on("stopped", Kind.LOCATION, to=("tote", "item"))
def take_shelf(ctx: Context, code: Code) -> Outcome:
    shelf = locations.find(ctx.tx, code.text)
    locations.require(shelf, [LocationKind.INTC])
    order_no = interception.put_on_shelf(ctx, ctx.at(Packing).order, shelf.id)
    return go_on(ctx, "S-INT-DONE", no=order_no)


@pack.on("stopped", Kind.WORKSTATION, Kind.TOTE, to=ANY)
def brought_by_others(ctx: Context, code: Code) -> Outcome:
    """Somebody else has put the goods on the shelf: the packer goes on. Until then E-INT-01."""
    if interception.is_waiting(ctx.tx, ctx.at(Packing).order):
        raise Refused("E-INT-01")
    ctx.restart("S-OK")
    return take_bench(ctx, code) if code.kind is Kind.WORKSTATION else take_tote(ctx, code)
