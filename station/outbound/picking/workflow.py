"""拣货 · picking (P15).

Take the next list (CM-OK) or scan one, scan an empty tote. At each stop the screen names slot, article,
expiry and quantity: scan the slot, scan the product, confirm the quantity. A younger lot is refused. Too few
are there: CM-SHORT, say how many are good, and go on. Some are broken: CM-DAMAGE, how many, and bring them to
quarantine or leave them to a keeper; take others. CM-SKIP puts a stop off, CM-FULL begins another tote. When
the last stop is done, bring the totes to a pack bench and scan it. Whoever leaves (CM-MENU) leaves the totes
behind: the next one goes on with them. Goods with serial numbers are taken piece by piece, each by its own
number, scanned or typed; a piece without a readable one stays (CM-SHORT).
"""

from __future__ import annotations

from typing import Any

from station.ground.scan import inputs
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.workflow import NO_UNDO, Context, Facts, Outcome, Workflow
from station.ground.words.actor import Role
from station.ground.words.messages import Refused
from station.inbound.gifts import labelled
from station.outbound.picking import (
    exceptions,
    goods,
    lists,
    number_steps,
    offering,
    sharing,
    stops,
    totes,
    undoing,
    walking,
)
from station.outbound.picking.models import PickList
from station.outbound.picking.number_steps import take_pieces
from station.outbound.picking.position import Picking
from station.outbound.picking.walking import ON
from station.stock import locations
from station.stock.models import LocationKind, LocationState, StockStatus

pick = Workflow(
    "pick", title="L-PICK", roles={Role.PICKER, Role.SUPERVISOR}, start="list", waiting=lists.count_open
)


@pick.screen("list", prompt="P-PCK-LIST")
def ask_list(ctx: Context) -> Facts:
    waiting = lists.count_open(ctx.tx)
    return Facts(big=str(waiting), big_label="L-WAITING-LISTS", hint="CM-OK" if waiting else "")


@pick.command("list", "CM-OK", to=("tote", *ON), label="L-NEXT-TASK")
def take_next(ctx: Context) -> Outcome:
    pick_list = offering.next_list(ctx.tx, ctx.by.user_id)
    if pick_list is None:
        raise Refused("E-TSK-02")
    return _open(ctx, pick_list)


@pick.on("list", Kind.PICK_LIST, Kind.WAVE, to=("tote", *ON))
def take_list(ctx: Context, code: Code) -> Outcome:
    return _open(ctx, lists.find(ctx.tx, code.text))


def _open(ctx: Context, pick_list: PickList) -> Outcome:
    taken_over = ctx.claim(f"PK:{pick_list.pick_no}")
    lists.take(ctx, pick_list)
    if taken_over:
        return ctx.resumed("S-PCK-LIST", no=pick_list.pick_no)
    at = ctx.begin(Picking(list=pick_list.id, no=pick_list.pick_no))
    begun = totes.totes_of(ctx.tx, pick_list.id)
    if not begun:
        return ctx.go("tote", "S-PCK-LIST", no=pick_list.pick_no)
    at.tote, at.tote_code = begun[-1]
    return ctx.go(walking.arrive(ctx), "S-PCK-CONTINUE", no=at.no, tote=at.tote_code)


@pick.screen("tote", prompt="P-PCK-TOTE")
def ask_tote(ctx: Context) -> Facts:
    at = ctx.at(Picking)
    return Facts(
        big=at.no,
        lines=[("L-STOPS", str(stops.progress(ctx.tx, at.list)[1]))],
        hint="EMPTY-TOTE",
    )


@pick.on("tote", Kind.TOTE, to=ON)
def take_tote(ctx: Context, code: Code) -> Outcome:
    tote = locations.find(ctx.tx, code.text)
    locations.require(tote, [LocationKind.TOTE])
    at = ctx.at(Picking)
    totes.bind(ctx, at.list, tote.id)
    at.tote, at.tote_code = tote.id, tote.code
    return ctx.go(walking.arrive(ctx), "S-PCK-TOTE", undo=None, tote=tote.code)


# --- one stop ------------------------------------------------------------------------------------


@pick.screen("slot", prompt="P-PCK-SLOT")
def ask_slot(ctx: Context) -> Facts:
    facts = walking.facts(ctx)
    facts.hint = ctx.at(Picking).here().barcode
    return facts


@pick.on("slot", Kind.LOCATION, to="product")
def take_slot(ctx: Context, code: Code) -> Outcome:
    stop = walking.stop(ctx)
    if code.text != stop.barcode:
        locations.find(ctx.tx, code.text)
        raise Refused("E-PCK-01", want=stop.slot)
    if stop.slot_state != LocationState.OPEN:
        raise Refused("E-LOC-02")
    sharing.live(ctx.tx, stop.id)
    return ctx.go("product", "S-PCK-SLOT", undo=None)


@pick.screen("product", prompt="P-PCK-PRODUCT")
def ask_product(ctx: Context) -> Facts:
    facts = walking.facts(ctx)
    facts.hint = f"SKU:{ctx.at(Picking).here().sku}"
    return facts


@pick.on("product", Kind.PRODUCT, to=("product", "serial", "qty", *ON))
def take_product(ctx: Context, code: Code) -> Outcome:
    stop = walking.stop(ctx)
    goods.check(ctx, stop, code)
    other = goods.other_lot(ctx, stop, code)
    if other is not None:
        goods.swap(ctx, stop, other.stock_id, other.allowed)
        walking.arrive(ctx)
        stop = walking.stop(ctx)
    ctx.at(Picking).here().pack = code.units
    if stop.is_serial and code.serial:
        return take_pieces(ctx, stop, 1, serial_no=code.serial)
    return _in_hand(ctx, stop, undo=None if other is None else NO_UNDO)


@pick.on("product", Kind.GIFT, to=("serial", "qty", *ON))
def take_gift(ctx: Context, code: Code) -> Outcome:
    """A gift label says which gift it is: E-GFT-03 at a stop for goods that are sold (S-09)."""
    stop = walking.stop(ctx)
    if labelled.article(ctx.tx, code.text) != stop.sku_id:
        raise Refused("E-PCK-02", want=stop.name_zh)
    if stop.status != StockStatus.GIFT:
        raise Refused("E-GFT-03")
    ctx.at(Picking).here().pack = 1
    return _in_hand(ctx, stop, undo=None)


@pick.on("product", Kind.CARTON, to=("serial", "qty", *ON))
def take_carton(ctx: Context, code: Code) -> Outcome:
    """The carton the screen names says article and lot by itself; any other is the wrong one."""
    stop = walking.stop(ctx)
    if code.text != ctx.at(Picking).here().carton:
        raise Refused("E-PCK-02", want=stop.name_zh)
    return _in_hand(ctx, stop, undo=None)


def _in_hand(ctx: Context, stop: Any, *, undo: Any) -> Outcome:
    """The right goods are in hand: one unit is taken at once, of several the quantity is asked, of goods with
    serial numbers each one's.
    """
    if stop.is_serial:
        sharing.live(ctx.tx, stop.id)
        return ctx.go("serial", "S-PCK-NUMBER", undo=undo)
    if stop.qty - stop.qty_picked == 1:
        return take_pieces(ctx, stop, 1)
    sharing.live(ctx.tx, stop.id)
    return ctx.go("qty", "S-PCK-PRODUCT", undo=undo)


@pick.on("product", Kind.LOCATION, to="product")
def slot_again(ctx: Context, code: Code) -> Outcome:
    """The slot scanned twice is no harm."""
    stop = walking.stop(ctx)
    if locations.find(ctx.tx, code.text).id != stop.location_id:
        raise Refused("E-PCK-01", want=stop.slot)
    return ctx.go("product", "S-PCK-SLOT", undo=None)


@pick.screen("qty", prompt="P-PCK-QTY")
def ask_qty(ctx: Context) -> Facts:
    facts = walking.facts(ctx)
    facts.big = str(ctx.at(Picking).here().qty)
    facts.big_label = "L-QTY"
    facts.pad = "qty"
    facts.default = facts.big
    facts.hint = "CM-OK"
    return facts


@pick.command("qty", "CM-OK", to=("product", *ON), label="L-TAKE-ALL")
def take_all(ctx: Context) -> Outcome:
    """All that the screen says; when fewer are wanted by now, the screen says the new number first."""
    stop, shown = walking.stop(ctx), ctx.at(Picking).here().qty
    left = stop.qty - stop.qty_picked
    if left != shown:
        raise walking.renewed(ctx, Refused("E-PCK-04", n=left), "qty")
    return take_pieces(ctx, stop, left)


@pick.on("qty", Kind.QUANTITY, to=("product", *ON))
def take_some(ctx: Context, code: Code) -> Outcome:
    return take_pieces(ctx, walking.stop(ctx), inputs.quantity(code, 1, ctx.settings.rules.qty_max))


@pick.on("qty", Kind.PRODUCT, to="qty")
def product_again(ctx: Context, code: Code) -> Outcome:
    """A product scanned into the pad is a scan, never a quantity (T91)."""
    goods.check(ctx, walking.stop(ctx), code)
    ctx.at(Picking).here().pack = code.units
    return ctx.go("qty", "S-PCK-PRODUCT", undo=None)


@pick.undo
def untake(ctx: Context, frame: dict[str, Any]) -> None:
    undoing.untake(ctx, frame)


@pick.leave
def leave(ctx: Context) -> None:
    """The list waits for somebody else, with its totes where they stand."""
    lists.give_back(ctx, ctx.at(Picking).list)


number_steps.add_to(pick)
exceptions.add_to(pick)
