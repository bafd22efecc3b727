"""A product in hand, and the cell it goes into (P16)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import select

from station.catalog import rules as catalog
from station.catalog.models import Sku
from station.ground.scan import inputs, levels, position
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.workflow import Context, Facts, Outcome
from station.ground.words.messages import Refused
from station.inbound.gifts import labelled
from station.outbound.orders.models import PULLED
from station.outbound.pieces import rules as pieces
from station.outbound.sorting import cells, demand
from station.outbound.sorting.choosing import Want, choose, name_of
from station.outbound.sorting.flow import sort
from station.outbound.sorting.position import AtWall, Hand
from station.stock import serials
from station.stock.models import Lot, StockStatus


@sort.screen("product", prompt="P-SRT-PRODUCT", counting=True)
def ask_product(ctx: Context) -> Facts:
    """How much of the wave is sorted."""
    at = ctx.at(AtWall)
    wants, total = demand.standing(ctx.tx, at.wave)
    left = sum(want.qty for want in wants)
    first = choose(want for want in wants if want.state not in PULLED)
    facts = Facts(big=at.wave_no[-6:], big_label="L-KIND-WAVE", progress=(total - left, total))
    facts.hint = f"SKU:{catalog.sku(ctx.tx, first.sku_id).code}" if first else "CM-CLOSE"
    return facts


@sort.on("product", Kind.PRODUCT, to=("cell", "serial", "stopped", "surplus"))
def take_product(ctx: Context, code: Code) -> Outcome:
    """A piece with a serial number is asked for it: the picker named each for an order."""
    assert code.sku_id is not None
    if catalog.sku(ctx.tx, code.sku_id).is_serial:
        ctx.at(AtWall).asked = code.sku_id
        return _take_piece(ctx, code.serial) if code.serial else ctx.go("serial", "S-PCK-NUMBER", undo=None)
    return _take(ctx, code, is_gift=False)


@sort.on("product", Kind.GIFT, to=("cell", "stopped"))
def take_gift(ctx: Context, code: Code) -> Outcome:
    """A unit with a gift label goes to a gift line only (S-09)."""
    article = labelled.article(ctx.tx, code.text)
    return _take(ctx, replace(code, kind=Kind.PRODUCT, sku_id=article), is_gift=True)


def _take(ctx: Context, code: Code, *, is_gift: bool) -> Outcome:
    """Which cell the unit goes to. E-GFT-03: only goods for sale are wanted."""
    at = ctx.at(AtWall)
    assert code.sku_id is not None
    wants = demand.wants(ctx.tx, at.wave, but=ctx.actor.user_id)
    want = _choose(demand.fitting(wants, code.sku_id, _lots(ctx, code)), is_gift=is_gift)
    if want is None and is_gift:
        raise Refused("E-GFT-03")
    if want is not None:
        levels.at_most(code, want.qty)
    return _into(ctx, catalog.sku(ctx.tx, code.sku_id), want, code.units, expires=code.expires_on)


def _into(ctx: Context, sku: Sku, want: Want | None, units: int, *, expires: date | None = None) -> Outcome:
    """To the cell of the want. E-INT-01: its order was stopped, E-SRT-01: nobody in this wave wants the
    article, E-SRT-02: all have theirs; each leads to where it can be put.
    """
    at = ctx.at(AtWall)
    if want is None:
        known = demand.is_of_wave(ctx.tx, at.wave, sku.id)
        keep = position.dump(AtWall(surplus=sku.id, expires=expires))
        raise Refused("E-SRT-02" if known else "E-SRT-01").back_to("surplus", forget=("asked",), keep=keep)
    hand = _hand(ctx, want)
    is_one = want.state in PULLED or sku.is_serial or sku.is_valuable or sku.is_lot
    hand.qty = max(1 if is_one else want.qty, units)
    if want.state in PULLED:
        raise Refused("E-INT-01").back_to("stopped", forget=("asked",), keep=position.dump(AtWall(hand=hand)))
    at.hand = hand
    return ctx.go("cell", "S-SRT-GO", undo=None, cell=hand.cell_no, n=hand.qty)


@sort.screen("serial", prompt="P-PAK-SERIAL")
def ask_number(ctx: Context) -> Facts:
    sku = catalog.sku(ctx.tx, ctx.at(AtWall).asked)
    return Facts(name=sku.name_zh, spec=sku.spec, photo=sku.code, hint="CM-SKIP")


@sort.on("serial", Kind.TEXT, to=("cell", "stopped", "surplus"))
def take_number(ctx: Context, code: Code) -> Outcome:
    return _take_piece(ctx, inputs.text(code, serials.LONGEST))


@sort.on("serial", Kind.PRODUCT, Kind.LABEL, to=("cell", "stopped", "surplus"))
def take_label(ctx: Context, code: Code) -> Outcome:
    """A GS1 code with the number in it: E-SN-05 for another article's, E-SN-06 without a number."""
    if code.kind is Kind.PRODUCT and code.sku_id != ctx.at(AtWall).asked:
        raise Refused("E-SN-05")
    if not code.serial:
        raise Refused("E-SN-06")
    return _take_piece(ctx, code.serial)


@sort.command("serial", "CM-SKIP", to="product", label="L-BACK")
def no_number(ctx: Context) -> Outcome:
    ctx.at(AtWall).asked = 0
    return ctx.go("product", "S-OK")


def _take_piece(ctx: Context, number: str) -> Outcome:
    """The cell of the order whose piece it is; one that no picker named goes where its article is wanted."""
    at = ctx.at(AtWall)
    serials.check_article(ctx.tx, number, at.asked)
    sku, owner = catalog.sku(ctx.tx, at.asked), pieces.owner(ctx.tx, number)
    at.asked = 0
    own = demand.fitting(demand.wants(ctx.tx, at.wave, but=ctx.actor.user_id), sku.id, None)
    if owner is not None:
        own = [want for want in own if want.order_id == owner[0]]
    return _into(ctx, sku, _choose(own, is_gift=False), 1)


def _choose(wants: Sequence[Want], *, is_gift: bool) -> Want | None:
    """Living orders before stopped ones; without a gift label, lines of goods before those of gifts."""
    gifts = [want for want in wants if want.status == StockStatus.GIFT]
    goods = [] if is_gift else [want for want in wants if want.status != StockStatus.GIFT]
    for pool in (goods, gifts):
        alive = choose(want for want in pool if want.state not in PULLED)
        if alive is not None:
            return alive
    return choose(goods) or choose(gifts)


def _lots(ctx: Context, code: Code) -> set[int] | None:
    """The lots that the scan may mean; None when it says nothing of them."""
    if not code.expires_on and not code.lot:
        return None
    query = select(Lot.id).where(Lot.sku_id == code.sku_id)
    if code.expires_on:
        query = query.where(Lot.expires_on == code.expires_on)
    if code.lot:
        query = query.where(Lot.supplier_lot == code.lot)
    return set(ctx.tx.scalars(query))


def _hand(ctx: Context, want: Want) -> Hand:
    sku, lot = catalog.sku(ctx.tx, want.sku_id), ctx.tx.get_one(Lot, want.lot_id)
    hand = Hand(want.order_id, sku.id, lot.id, want.status)
    hand.code, hand.name, hand.spec = sku.code, sku.name_zh, sku.spec
    hand.expires = str(lot.expires_on or "")
    own = cells.of_order(ctx.tx, want.order_id)
    if own:
        hand.cell, hand.cell_no, hand.barcode = own[-1].id, name_of(own[-1].code), own[-1].barcode
    return hand
