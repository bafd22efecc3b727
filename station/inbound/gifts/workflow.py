"""赠品登记 · register gifts (P7, S-07..S-09).

Only the gift keeper does this, for the labels are controlled. Scan the gift, name who gave it (scan the
truck's receipt, or type the supplier's code) and how many there are. Food says its dates, and passes the
gates of any food. Where the same article is on sale, exactly as many gift labels are printed: stick one on
each gift and scan it. A spoilt label: 坏标, scan it, and another one comes. 完成 before all are scanned is
refused. Then bring the gifts to the gift area and scan it; nowhere else. Whoever leaves leaves the entry
behind: 下一个 goes on with it, and 登记错了 takes it back.
"""

from __future__ import annotations

from datetime import date

from station.catalog import rules as catalog
from station.ground.scan import inputs
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.workflow import Context, Facts, Outcome
from station.ground.words.messages import Refused
from station.inbound import rules as receipts
from station.inbound.gifts import label_steps, rules
from station.inbound.gifts.flow import Registering, gift_in, next_step
from station.inbound.gifts.models import GiftEntry
from station.inbound.stage1 import dates

__all__ = ["gift_in", "label_steps"]

SHOWN = 3


# --- what, from whom, how many -------------------------------------------------------------------


@gift_in.screen("goods", prompt="P-GFT-GOODS")
def ask_goods(ctx: Context) -> Facts:
    waiting = rules.open_entries(ctx.tx, SHOWN)
    rows = [(one.entry_no, catalog.sku(ctx.tx, one.sku_id).name_zh, str(one.qty)) for one in waiting]
    return Facts(table=rows, hint="CM-OK" if rows else "")


@gift_in.on("goods", Kind.PRODUCT, to="supplier")
def take_goods(ctx: Context, code: Code) -> Outcome:
    ctx.begin(Registering(sku=code.sku_id or 0))
    return ctx.go("supplier", "S-OK", undo=None)


@gift_in.on("goods", Kind.GIFT, to=("labels", "area"))
def go_on_with(ctx: Context, code: Code) -> Outcome:
    """A label says which entry it belongs to."""
    return _open(ctx, rules.entry_of(ctx.tx, code.text))


@gift_in.command("goods", "CM-OK", to=("labels", "area"), label="L-NEXT-TASK")
def go_on(ctx: Context) -> Outcome:
    entry = rules.next_open(ctx.tx)
    if entry is None:
        raise Refused("E-TSK-02")
    return _open(ctx, entry)


def _open(ctx: Context, entry: GiftEntry) -> Outcome:
    if entry.state not in rules.OPEN:
        raise Refused("E-GFT-04", st=entry.state)
    ctx.claim(f"GB:{entry.entry_no}")
    ctx.begin(Registering(entry=entry.id))
    return ctx.go(next_step(entry), "S-GFT-ENTRY", no=entry.entry_no)


def _facts(ctx: Context) -> Facts:
    at = ctx.at(Registering)
    sku = catalog.sku(ctx.tx, at.sku)
    return Facts(
        name=sku.name_zh,
        spec=sku.spec,
        photo=sku.code,
        lines=[("L-QTY", f"{at.qty} {sku.unit}" if at.qty else "")],
    )


@gift_in.screen("supplier", prompt="P-GFT-SUPPLIER")
def ask_supplier(ctx: Context) -> Facts:
    facts = _facts(ctx)
    facts.pad = "text"
    return facts


@gift_in.on("supplier", Kind.TEXT, Kind.UNKNOWN, Kind.QUANTITY, to="qty")
def take_supplier(ctx: Context, code: Code) -> Outcome:
    at = ctx.at(Registering)
    at.supplier, at.receipt = rules.supplier(ctx.tx, inputs.text(code, 120)), 0
    return ctx.go("qty", "S-OK", undo=None)


@gift_in.on("supplier", Kind.RECEIPT, Kind.SHEET, to="qty")
def take_truck(ctx: Context, code: Code) -> Outcome:
    """Whoever sent the truck that brought them; its acceptance sheet names them."""
    at, receipt = ctx.at(Registering), receipts.receipt_by_code(ctx.tx, code.text)
    at.supplier, at.receipt = receipts.parties(ctx.tx, receipt)[1].id, receipt.id
    return ctx.go("qty", "S-OK", undo=None)


@gift_in.screen("qty", prompt="P-GFT-QTY")
def ask_qty(ctx: Context) -> Facts:
    facts = _facts(ctx)
    facts.pad = "qty"
    return facts


@gift_in.on("qty", Kind.QUANTITY, to=("produced", "labels", "area"))
def take_qty(ctx: Context, code: Code) -> Outcome:
    at = ctx.at(Registering)
    at.qty = inputs.quantity(code, 1, ctx.settings.rules.qty_max)
    if catalog.sku(ctx.tx, at.sku).is_shelf_life:
        return ctx.go("produced", "S-OK", undo=None)
    return _register(ctx)


# --- food says its dates -------------------------------------------------------------------------


@gift_in.screen("produced", prompt="P-ST1-PRODUCED")
def ask_produced(ctx: Context) -> Facts:
    facts = _facts(ctx)
    facts.pad = "date"
    return facts


@gift_in.on("produced", Kind.DATE, to="expires")
def take_produced(ctx: Context, code: Code) -> Outcome:
    produced = inputs.day(code, last=False)
    if produced > ctx.today:
        raise Refused("E-EXP-01")
    ctx.at(Registering).produced = produced
    return ctx.go("expires", "S-OK", undo=None)


@gift_in.command("produced", "CM-SKIP", to="expires", label="L-ONLY-EXPIRY")
def only_expiry(ctx: Context) -> Outcome:
    ctx.at(Registering).produced = None
    return ctx.go("expires", "S-OK", undo=None)


@gift_in.screen("expires", prompt="P-ST1-EXPIRES")
def ask_expires(ctx: Context) -> Facts:
    facts = _facts(ctx)
    facts.pad = "date"
    day = _derived(ctx)
    if day is not None:
        facts.big, facts.big_label, facts.hint = f"{day:%Y.%m.%d}", "L-EXPIRES", "CM-OK"
    return facts


def _derived(ctx: Context) -> date | None:
    at = ctx.at(Registering)
    sku = catalog.sku(ctx.tx, at.sku)
    return dates.derived_expiry(ctx, sku, at.produced) if at.produced and sku.shelf_life_n else None


@gift_in.on("expires", Kind.DATE, to=("labels", "area"))
def take_expires(ctx: Context, code: Code) -> Outcome:
    return _register(ctx, inputs.day(code, last=True))


@gift_in.command("expires", "CM-OK", to=("labels", "area"), label="L-SAME-AS-PACK")
def confirm_expires(ctx: Context) -> Outcome:
    day = _derived(ctx)
    if day is None:
        raise Refused("E-EXP-08")
    return _register(ctx, day)


def _register(ctx: Context, expires: date | None = None) -> Outcome:
    """Written down; food only when its dates pass, or a supervisor lets them pass (S-08)."""
    at, allowed = ctx.at(Registering), ""
    produced = at.produced
    if expires is not None:
        sku = catalog.sku(ctx.tx, at.sku)
        produced = produced or dates.derived_production(ctx, sku, expires)
        allowed = dates.judge(ctx, sku, produced, expires)
    given = rules.Given(at.supplier, at.sku, at.qty, produced, expires, allowed, at.receipt or None)
    entry = rules.register(ctx, given)
    ctx.claim(f"GB:{entry.entry_no}")
    ctx.begin(Registering(entry=entry.id))
    return ctx.go(next_step(entry), "S-GFT-ENTRY", no=entry.entry_no)


for _step, _back in (("supplier", "goods"), ("qty", "supplier")):

    @gift_in.command(_step, "CM-SKIP", to=_back, label="L-BACK")
    def back(ctx: Context, _to: str = _back) -> Outcome:
        return ctx.go(_to, "S-OK")
