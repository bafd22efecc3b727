"""A piece with a serial number is seen by its number, before it is counted (P17, T52).

Its number says which order's piece it is, also in a tote of single items. A code that says the article and
the number (AI 21) needs one scan; a number that cannot be read by the scanner is typed as it is printed. A
piece without one, or of another order: CM-SKIP, and then CM-SHORT, as for any unit that is not there.
"""

from __future__ import annotations

from collections import Counter

from station.catalog import rules as catalog
from station.ground.scan import inputs
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.workflow import Context, Facts, Outcome
from station.ground.words.messages import Refused
from station.outbound.packing import bench, totes, verifying
from station.outbound.packing.flow import complete, live, order_facts, pack, warned
from station.outbound.packing.position import Line, Numbered, Packing
from station.outbound.pieces import rules as pieces
from station.stock import serials

BACK = ("item", "verify")


def begin(ctx: Context, code: Code) -> Outcome:
    """A piece of this article is in hand: which one?"""
    at = ctx.at(Packing)
    assert code.sku_id is not None
    at.asked = code.sku_id
    if code.serial:
        return _take(ctx, code.serial)
    return ctx.go("serial", "S-PCK-NUMBER", undo=None)


@pack.screen("serial", prompt="P-PAK-SERIAL")
def ask_number(ctx: Context) -> Facts:
    at = ctx.at(Packing)
    sku = catalog.sku(ctx.tx, at.asked)
    facts = order_facts(at) if at.order else Facts(big=at.tote_code, big_label="L-TOTE")
    facts.name, facts.photo, facts.photos, facts.table = sku.name_zh, sku.code, [], []
    facts.hint = next(iter(_expected(ctx, at)), "CM-SKIP")
    return facts


def _expected(ctx: Context, at: Packing) -> list[str]:
    """Numbers that a picker named for these goods and nobody has seen here yet."""
    orders = [at.order] if at.order else totes.orders_left(ctx.tx, at.pick_list)
    lines = [line for order_id in orders for line in at.lines or verifying.lines_left(ctx.tx, order_id)]
    named = pieces.unpacked(ctx.tx, [line.id for line in lines if line.sku == at.asked])
    done = {one.no for one in at.numbers}
    return [number for numbers in named.values() for number in numbers if number not in done]


@pack.on("serial", Kind.TEXT, to=("note", "verify", "box", "label"))
def take_number(ctx: Context, code: Code) -> Outcome:
    return _take(ctx, inputs.text(code, serials.LONGEST))


@pack.on("serial", Kind.PRODUCT, Kind.LABEL, to=("note", "verify", "box", "label"))
def take_label(ctx: Context, code: Code) -> Outcome:
    """A GS1 code with the number in it: E-SN-05 for another article's, E-SN-06 without a number."""
    if code.kind is Kind.PRODUCT and code.sku_id != ctx.at(Packing).asked:
        raise Refused("E-SN-05")
    if not code.serial:
        raise Refused("E-SN-06")
    return _take(ctx, code.serial)


@pack.command("serial", "CM-SKIP", to=BACK, label="L-BACK")
def no_number(ctx: Context) -> Outcome:
    at = ctx.at(Packing)
    at.asked = 0
    return ctx.go("verify" if at.order else "item", "S-OK")


def _take(ctx: Context, number: str) -> Outcome:
    at, number = ctx.at(Packing), number.upper()
    if not at.order:
        return _take_item(ctx, at, number)
    live(ctx, at.order)
    if any(one.no == number for one in at.numbers):
        raise Refused("E-SN-08")
    line = _line_of(ctx, at, number)
    line.seen += 1
    at.numbers.append(Numbered(line.id, number))
    at.asked, at.last = 0, 0
    if not at.missing:
        return complete(ctx)
    return ctx.go("verify", "S-PAK-UNIT", undo=None, n=line.seen, of=line.qty, name=line.name)


def _line_of(ctx: Context, at: Packing, number: str) -> Line:
    """The line whose piece this is: E-SN-01, E-SN-03, E-SN-04, E-SN-05, and E-PAK-02 when it has all."""
    owner = pieces.owner(ctx.tx, number)
    mine = [line for line in at.lines if line.sku == at.asked]
    line = next((line for line in mine if (at.order, line.id) == owner), None)
    if line is None:
        line = next((line for line in mine if line.seen < line.qty), mine[0])
        _take_over(ctx, at, line.id, number, owner)
    if line.seen >= line.qty:
        raise Refused("E-PAK-02")
    return line


def _take_over(ctx: Context, at: Packing, line_id: int, number: str, owner: tuple[int, int] | None) -> None:
    """A piece that no picker named for this line: of no order, or of another one of the same wave, for their
    pieces lay together and who got which is chance. E-SN-03 for any other order's.
    """
    if owner is None:
        _claim(ctx, at, line_id, number)
        return
    serials.check_article(ctx.tx, number, at.asked)
    if not pieces.are_together(ctx.tx, owner[1], line_id):
        raise Refused("E-SN-03")
    pieces.swap(ctx, number, line_id, kept=at.numbers_of(line_id))


def _claim(ctx: Context, at: Packing, line_id: int, number: str) -> None:
    """The line's units of which no number is known, by lot; what was seen stays what it is."""
    nameless: Counter[int] = Counter()
    for unit in verifying.unpacked_units(ctx.tx, at.order):
        if unit.line_id == line_id:
            nameless[unit.lot_id] += unit.qty
    nameless.subtract(pieces.lots_unpacked(ctx.tx, line_id))
    lots = [lot_id for lot_id, qty in nameless.items() if qty > 0]
    pieces.claim(ctx, line_id, lots, number, kept=at.numbers_of(line_id))


def _take_item(ctx: Context, at: Packing, number: str) -> Outcome:
    """In a tote of single items the number finds its order; a piece of an order that is gone or has another
    one is exchanged for that of an order that waits. Of an order of several units the others are seen next.
    """
    owner = pieces.owner(ctx.tx, number)
    if owner is not None and owner[0] in totes.orders_left(ctx.tx, at.pick_list):
        serials.check_article(ctx.tx, number, at.asked)
        order_id = owner[0]
    else:
        order_id = totes.match_item(ctx.tx, at.pick_list, at.asked)
    live(ctx, order_id)
    at.order, at.lines = order_id, verifying.lines_left(ctx.tx, order_id)
    line = _line_of(ctx, at, number)
    line.seen, at.numbers, at.asked = 1, [Numbered(line.id, number)], 0
    if bench.notes_of(ctx.tx, order_id):
        return ctx.go("note", warned(ctx, order_id, "S-OK"))
    if at.missing:
        told = warned(ctx, order_id, "S-PAK-UNIT")
        return ctx.go("verify", told, n=line.seen, of=line.qty, name=line.name)
    return complete(ctx, warned(ctx, order_id, "S-PAK-CHECKED"))
