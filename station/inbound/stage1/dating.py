"""How old they are: production date, expiry, lot; what a supervisor may allow, what is refused (P2)."""

from __future__ import annotations

from datetime import date
from typing import Any

from station.catalog import rules as catalog
from station.ground.scan import inputs
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.workflow import Context, Facts, Outcome
from station.ground.words.messages import Refused
from station.inbound import faults
from station.inbound.stage1 import dates, recording
from station.inbound.stage1.flow import Counting, line_facts, stage1


def after_count(ctx: Context) -> str:
    """The step after the quantity: dates where the article has them, else lot or packing."""
    if _sku(ctx).is_shelf_life:
        return "expires" if ctx.at(Counting).produced else "produced"
    return _after_dates(ctx)


def _after_dates(ctx: Context) -> str:
    """A lot is asked for when the article has lots and the scan did not give a sure one."""
    at = ctx.at(Counting)
    return "lot" if at.unsure_lot or (_sku(ctx).is_lot and not at.lot) else "outer"


@stage1.screen("produced", prompt="P-ST1-PRODUCED")
def ask_produced(ctx: Context) -> Facts:
    return line_facts(ctx, pad="date")


@stage1.on("produced", Kind.DATE, to="expires")
def take_produced(ctx: Context, code: Code) -> Outcome:
    return _produced(ctx, inputs.day(code))


@stage1.on("produced", Kind.PRODUCT, to=("expires", "lot", "outer"))
def read_produced(ctx: Context, code: Code) -> Outcome:
    _same_article(ctx, code)
    if code.produced_on is None:
        return set_aside(ctx)
    return _produced(ctx, code.produced_on)


def _produced(ctx: Context, produced: date) -> Outcome:
    if produced > ctx.today:
        raise Refused("E-EXP-01")
    ctx.at(Counting).produced = produced
    return ctx.go("expires", "S-OK", undo=None)


@stage1.command("produced", "CM-SHORT", to=("lot", "outer"), label="L-SET-ASIDE")
def set_aside(ctx: Context) -> Outcome:
    """Dated goods that show no date are held, if a supervisor says so (P6): who owns them may find it out."""
    at = ctx.at(Counting)
    at.override, at.is_undated = f"E-EXP-08 {ctx.unless_allowed('E-EXP-08')}", True
    return ctx.go(_after_dates(ctx), "W-ST1-UNDATED", undo=None)


@stage1.command("produced", "CM-DAMAGE", to="product", label="L-NO-DATE")
def refuse_undated(ctx: Context) -> Outcome:
    """Dated goods that show no date are not received (P6): the whole line goes back with the driver."""
    return recording.refuse_all(ctx, "E-EXP-08")


@stage1.screen("expires", prompt="P-ST1-EXPIRES")
def ask_expires(ctx: Context) -> Facts:
    facts = line_facts(ctx, pad="date")
    facts.big, facts.big_label = f"{_on_pack(ctx):%Y.%m.%d}", "L-EXPIRES"
    facts.hint = "CM-OK"
    return facts


@stage1.on("expires", Kind.DATE, to=("lot", "outer"))
def take_expires(ctx: Context, code: Code) -> Outcome:
    return _expires(ctx, inputs.day(code))


@stage1.command("expires", "CM-OK", to=("lot", "outer"), label="L-SAME-AS-PACK")
def confirm_expires(ctx: Context) -> Outcome:
    return _expires(ctx, _on_pack(ctx))


@stage1.command("expires", "CM-DAMAGE", to="product", label="L-REFUSE-LINE")
def refuse_dates(ctx: Context) -> Outcome:
    """Refused for what the station said of the dates, else because they are not what they should be."""
    at, last = ctx.at(Counting), ctx.last
    at.expires = _on_pack(ctx)
    if last is not None and last.raw.isdigit() and last.code in _JUDGED:
        at.expires = inputs.day(Code(Kind.DATE, last.raw))
    fault = dates.first_fault(ctx, _sku(ctx), _made(ctx), at.expires)
    if not fault and last is not None and last.code in _JUDGED:
        fault = last.code
    return recording.refuse_all(ctx, fault or faults.DATE)


_JUDGED = frozenset({"E-EXP-01", "E-EXP-02", "E-EXP-04", "E-EXP-05", "E-EXP-06", "W-EXP-07"})


def _expires(ctx: Context, expires: date) -> Outcome:
    at, sku = ctx.at(Counting), _sku(ctx)
    at.override = dates.judge(ctx, sku, _made(ctx), expires)
    at.expires = expires
    differs = dates.differ(ctx, sku, _made(ctx), expires)
    return ctx.go(_after_dates(ctx), "W-EXP-03" if differs else "S-OK", undo=None)


@stage1.screen("lot", prompt="P-ST1-LOT")
def ask_lot(ctx: Context) -> Facts:
    return line_facts(ctx, pad="text", default=ctx.at(Counting).unsure_lot)


@stage1.command("lot", "CM-OK", to="outer", label="L-LOT-RIGHT")
def confirm_lot(ctx: Context) -> Outcome:
    """A lot that may have swallowed its neighbour is shown large and confirmed by a person (T93)."""
    at = ctx.at(Counting)
    if not at.unsure_lot:
        raise Refused("E-TXT-01", max=20)
    at.lot, at.unsure_lot = at.unsure_lot, ""
    return ctx.go("outer", "S-OK", undo=None)


@stage1.on("lot", Kind.TEXT, to="outer")
def take_lot(ctx: Context, code: Code) -> Outcome:
    return _lot(ctx, inputs.text(code, 20))


@stage1.on("lot", Kind.PRODUCT, to="outer")
def read_lot(ctx: Context, code: Code) -> Outcome:
    _same_article(ctx, code)
    if not code.lot:
        raise Refused("E-TXT-01", max=20)
    return _lot(ctx, code.lot)


def _lot(ctx: Context, lot: str) -> Outcome:
    at = ctx.at(Counting)
    at.lot, at.unsure_lot = lot, ""
    return ctx.go("outer", "S-OK", undo=None)


def _same_article(ctx: Context, code: Code) -> None:
    if code.sku_id != ctx.at(Counting).sku:
        raise Refused("E-QC-01")


def _sku(ctx: Context) -> Any:
    return catalog.sku(ctx.tx, ctx.at(Counting).sku)


def _made(ctx: Context) -> date:
    produced = ctx.at(Counting).produced
    assert produced is not None
    return produced


def _on_pack(ctx: Context) -> date:
    """The expiry that the code carried, else what follows from the shelf life."""
    return ctx.at(Counting).printed or dates.derived_expiry(_sku(ctx), _made(ctx))
