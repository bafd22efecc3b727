"""期初清点 · opening count: what lies in the slots before the station begins to book (P29, S-25).

Scan the slot's label, then what lies there, one article after the other: the product, its production date
and expiry where it is dated (a code that carries them is enough), its lot where it has lots, and how many.
What a label said wrongly is typed instead (改).
Nothing lies there: press 空位. The slot is done: press 此位点完, or scan the next slot. The same goods
scanned again are added. Several people count at once, each in another slot; all of it is one draft, which
the desk looks through and two people post. Whoever leaves keeps what was written down; what was not
finished is nothing yet.
"""

from __future__ import annotations

from datetime import date

from station.ground.scan import doubts, inputs
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.workflow import Context, Facts, Outcome, Workflow
from station.ground.words.actor import Role
from station.ground.words.messages import Refused
from station.stock import locations
from station.storage.opening import rules
from station.storage.opening.position import (
    Counting,
    goods_facts,
    goods_of,
    on_pack,
    place_of,
    sku_of,
    slot_facts,
)

opening = Workflow("opening", title="L-OPENING", roles={Role.KEEPER}, start="slot")
MOST, LOT = 99_999, 40
NEXT = ("produced", "expires", "lot", "qty")


@opening.screen("slot", prompt="P-OPN-SLOT")
def ask_slot(_ctx: Context) -> Facts:
    return Facts()


@opening.on("slot", Kind.LOCATION, to="article")
def take_slot(ctx: Context, code: Code) -> Outcome:
    place = locations.find(ctx.tx, code.text)
    rules.check_place(ctx.tx, place)
    if ctx.claim(f"OS:{place.code}"):
        return ctx.resumed("S-OPN-SLOT", slot=place.code)
    ctx.begin(Counting(place.id))
    draft = rules.present_count(ctx.tx)
    there = rules.lines_at(ctx.tx, draft.id, place.id) if draft is not None else []
    if there:
        return ctx.go("article", "W-OPN-21", slot=place.code, n=len(there))
    return ctx.go("article", "S-OPN-SLOT", slot=place.code)


@opening.screen("article", prompt="P-OPN-ARTICLE")
def ask_article(ctx: Context) -> Facts:
    facts = slot_facts(ctx)
    facts.hint = "CM-CLOSE" if facts.table else "CM-SHORT"
    return facts


@opening.on("article", Kind.LOCATION, to="article")
def next_slot(ctx: Context, code: Code) -> Outcome:
    """The next slot's label says that this one is done."""
    return take_slot(ctx, code)


@opening.on("article", Kind.PRODUCT, to=NEXT)
def take_article(ctx: Context, code: Code) -> Outcome:
    assert code.sku_id is not None
    at = ctx.at(Counting)
    at.sku, at.pack = code.sku_id, code.units
    is_future = code.produced_on is not None and code.produced_on > ctx.today
    at.produced, at.printed, at.expires = None if is_future else code.produced_on, code.expires_on, None
    at.lot, at.unsure_lot = ("", code.lot) if code.lot_unsure else (code.lot, "")
    sku = sku_of(ctx)
    if not sku.is_shelf_life:
        at.produced = at.printed = None
    step = "produced" if sku.is_shelf_life and at.produced is None and at.printed is None else ""
    if not step and sku.is_shelf_life:
        step = "expires"
    if is_future:
        return ctx.go(step or _after_dates(ctx), "W-LBL-FUTURE", undo=None, day=str(code.produced_on))
    said, facts = doubts.told(code, "S-OPN-ARTICLE", name=sku.name_zh)
    return ctx.go(step or _after_dates(ctx), said, undo=None, **facts)


@opening.command("article", "CM-SHORT", to="slot", label="L-OPN-EMPTY")
def slot_is_empty(ctx: Context) -> Outcome:
    """Nothing lies here: that is written down too, so that the desk sees which slots were looked at."""
    place = place_of(ctx)
    rules.set_empty(ctx, rules.counting(ctx), place)
    return ctx.restart("S-OPN-EMPTY", slot=place.code)


@opening.command("article", "CM-CLOSE", to="slot", label="L-OPN-DONE")
def slot_is_done(ctx: Context) -> Outcome:
    """The next slot."""
    return ctx.restart("S-OPN-DONE", slot=place_of(ctx).code)


def _drop(ctx: Context) -> Outcome:
    """Not these goods after all."""
    ctx.begin(Counting(ctx.at(Counting).place))
    return ctx.go("article", "S-OK")


# --- dates and lot -------------------------------------------------------------------------------


def _after_dates(ctx: Context) -> str:
    at = ctx.at(Counting)
    return "lot" if at.unsure_lot or (sku_of(ctx).is_lot and not at.lot) else "qty"


@opening.screen("produced", prompt="P-OPN-PRODUCED")
def ask_produced(ctx: Context) -> Facts:
    return goods_facts(ctx, "date")


@opening.on("produced", Kind.DATE, to="expires")
def take_produced(ctx: Context, code: Code) -> Outcome:
    produced = inputs.day(code, last=False)
    if produced > ctx.today:
        raise Refused("E-EXP-01")
    ctx.at(Counting).produced = produced
    return ctx.go("expires", "S-OK", undo=None)


@opening.on("produced", Kind.PRODUCT, Kind.LABEL, to="expires")
def read_dates(ctx: Context, code: Code) -> Outcome:
    """Another label on the pack says it."""
    _same_article(ctx, code)
    if code.produced_on is None and code.expires_on is None:
        raise _undated(code)
    if code.produced_on is not None and code.produced_on > ctx.today:
        raise Refused("E-EXP-01")
    at = ctx.at(Counting)
    at.produced, at.printed, at.expires = code.produced_on, code.expires_on or at.printed, None
    if code.lot and not at.lot:
        at.lot, at.unsure_lot = ("", code.lot) if code.lot_unsure else (code.lot, "")
    return ctx.go("expires", "S-OK", undo=None)


@opening.command("produced", "CM-SKIP", to="expires", label="L-OPN-NO-DATE")
def no_produced(ctx: Context) -> Outcome:
    """The pack shows only until when it is good."""
    return ctx.go("expires", "S-OK", undo=None)


@opening.screen("expires", prompt="P-OPN-EXPIRES")
def ask_expires(ctx: Context) -> Facts:
    facts, derived = goods_facts(ctx, "date"), on_pack(ctx)
    if derived is not None:
        facts.big, facts.big_label, facts.hint = f"{derived:%Y.%m.%d}", "L-EXPIRES", "CM-OK"
    return facts


@opening.on("expires", Kind.DATE, to=("lot", "qty"))
def take_expires(ctx: Context, code: Code) -> Outcome:
    return _expires(ctx, inputs.day(code, last=True))


@opening.command("expires", "CM-OK", to=("lot", "qty"), label="L-SAME-AS-PACK")
def confirm_expires(ctx: Context) -> Outcome:
    derived = on_pack(ctx)
    if derived is None:
        raise Refused("E-DAT-01")
    return _expires(ctx, derived)


@opening.command("expires", "CM-SKIP", to="article", label="L-BACK")
def drop_at_expires(ctx: Context) -> Outcome:
    return _drop(ctx)


def _expires(ctx: Context, expires: date) -> Outcome:
    ctx.at(Counting).expires = expires
    rules.check_dates(ctx, place_of(ctx), goods_of(ctx, 1))
    return ctx.go(_after_dates(ctx), "S-OK", undo=None)


@opening.screen("lot", prompt="P-OPN-LOT")
def ask_lot(ctx: Context) -> Facts:
    return goods_facts(ctx, "text", ctx.at(Counting).unsure_lot)


@opening.on("lot", Kind.TEXT, to="qty")
def take_lot(ctx: Context, code: Code) -> Outcome:
    return _lot(ctx, inputs.text(code, LOT))


@opening.on("lot", Kind.PRODUCT, Kind.LABEL, to="qty")
def read_lot(ctx: Context, code: Code) -> Outcome:
    _same_article(ctx, code)
    if not code.lot:
        raise Refused("E-OPN-09")
    return _lot(ctx, code.lot)


def _undated(code: Code) -> Refused:
    """The label has no date, or none that can be."""
    said, facts = doubts.told(code, "E-EXP-08")
    return Refused(said, **facts)


def _same_article(ctx: Context, code: Code) -> None:
    """A label without an article is of the one in hand."""
    if code.kind is not Kind.LABEL and code.sku_id != ctx.at(Counting).sku:
        raise Refused("E-BAR-04")


@opening.command("lot", "CM-OK", to="qty", label="L-LOT-RIGHT")
def confirm_lot(ctx: Context) -> Outcome:
    """A lot that may have swallowed its neighbour is confirmed by a person (T93)."""
    unsure = ctx.at(Counting).unsure_lot
    if not unsure:
        raise Refused("E-OPN-09")
    return _lot(ctx, unsure)


@opening.command("lot", "CM-SKIP", to="article", label="L-BACK")
def drop_at_lot(ctx: Context) -> Outcome:
    return _drop(ctx)


def _lot(ctx: Context, lot: str) -> Outcome:
    at = ctx.at(Counting)
    at.lot, at.unsure_lot = lot, ""
    return ctx.go("qty", "S-OK", undo=None)


# --- how many ------------------------------------------------------------------------------------


@opening.screen("qty", prompt="P-OPN-QTY")
def ask_qty(ctx: Context) -> Facts:
    return goods_facts(ctx, "qty", str(ctx.at(Counting).pack))


@opening.on("qty", Kind.QUANTITY, to="article")
def take_qty(ctx: Context, code: Code) -> Outcome:
    return _count(ctx, inputs.quantity(code, 1, MOST))


@opening.command("qty", "CM-OK", to="article", label="L-OK")
def one_pack(ctx: Context) -> Outcome:
    return _count(ctx, ctx.at(Counting).pack)


@opening.command("qty", "CM-SKIP", to="article", label="L-BACK")
def drop_at_qty(ctx: Context) -> Outcome:
    return _drop(ctx)


for _step in ("expires", "lot", "qty"):

    @opening.command(_step, "CM-QTY", to=("produced", "lot", "qty"), label="L-AMEND")
    def amend(ctx: Context) -> Outcome:
        """The pack says something else than its label, or than what was typed: dates and lot once more."""
        at = ctx.at(Counting)
        at.lot, at.unsure_lot = "", at.lot or at.unsure_lot
        at.produced = at.printed = at.expires = None
        step = "produced" if sku_of(ctx).is_shelf_life else _after_dates(ctx)
        return ctx.go(step, "S-OK", undo=None)


def _count(ctx: Context, qty: int) -> Outcome:
    """Write it down: a line of its own, or more of the one that is there."""
    name, goods = sku_of(ctx).name_zh, goods_of(ctx, qty)
    line_id, before = rules.count(ctx, rules.counting(ctx), goods)
    ctx.begin(Counting(ctx.at(Counting).place))
    return ctx.go("article", "S-OPN-LINE", undo={"line": line_id, "qty": before}, name=name, qty=qty)


@opening.undo
def take_back(ctx: Context, payload: dict[str, int]) -> None:
    """The last line as it was before; E-OPN-17 when the draft was posted meanwhile."""
    draft = rules.counting(ctx)
    if payload["qty"]:
        rules.recount(ctx, draft, payload["line"], payload["qty"])
    else:
        rules.remove(ctx, draft, payload["line"])


@opening.leave
def leave(_ctx: Context) -> None:
    """What was written down stays in the draft; nobody else waits for this slot."""
