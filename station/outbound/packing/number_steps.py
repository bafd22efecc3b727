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
    return _take(ctx, inputs.text(code, serials.LONGEST).upper())


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
    if owner is not None:
        line = next((line for line in mine if (at.order, line.id) == owner), None)
        if line is None:
            serials.check_article(ctx.tx, number, at.asked)
            raise Refused("E-SN-03")
    else:
        line = next((line for line in mine if line.seen < line.qty), mine[0])
        _claim(ctx, at, line.id, at.order, number)
    if line.seen >= line.qty:
        raise Refused("E-PAK-02")
    return line


def _claim(ctx: Context, at: Packing, line_id: int, order_id: int, number: str) -> None:
    """The line's units of which no number is known, by lot; what was seen stays what it is."""
    nameless: Counter[int] = Counter()
    for unit in verifying.unpacked_units(ctx.tx, order_id):
        if unit.line_id == line_id:
            nameless[unit.lot_id] += unit.qty
    nameless.subtract(pieces.lots_unpacked(ctx.tx, line_id))
    lots = [lot_id for lot_id, qty in nameless.items() if qty > 0]
    pieces.claim(ctx, line_id, lots, number, kept=at.numbers_of(line_id))


def _take_item(ctx: Context, at: Packing, number: str) -> Outcome:
    """In a tote of single items the number finds its order; a piece of an order that is gone or has another
    one is exchanged for that of an order that waits.
    """
    owner = pieces.owner(ctx.tx, number)
    if owner is not None and owner[0] in totes.orders_left(ctx.tx, at.pick_list):
        serials.check_article(ctx.tx, number, at.asked)
        order_id = owner[0]
    else:
        order_id = totes.match_item(ctx.tx, at.pick_list, at.asked)
    live(ctx, order_id)
    line = verifying.lines_left(ctx.tx, order_id)[0]
    if owner is None:
        _claim(ctx, at, line.id, order_id, number)
    elif owner[0] != order_id:
        serials.check_article(ctx.tx, number, at.asked)
        if owner[0] not in {row.id for row in totes.orders_in(ctx.tx, at.pick_list)}:
            raise Refused("E-SN-03")
        pieces.swap(ctx, number, line.id)
    line.seen = 1
    at.order, at.lines, at.asked, at.numbers = order_id, [line], 0, [Numbered(line.id, number)]
    if bench.notes_of(ctx.tx, order_id):
        return ctx.go("note", warned(ctx, order_id, "S-OK"))
    return complete(ctx, warned(ctx, order_id, "S-PAK-CHECKED"))
