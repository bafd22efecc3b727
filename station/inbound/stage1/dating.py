"""How old they are: production date, expiry, lot; what a supervisor may allow, what is refused (P2)."""

from __future__ import annotations

from datetime import date
from typing import Any

from station.catalog import rules as catalog
from station.ground.documents.history import record
from station.ground.scan import doubts, inputs
from station.ground.scan.kinds import Code, CodeError, Kind
from station.ground.scan.workflow import Context, Facts, Outcome
from station.ground.words.messages import Refused
from station.inbound import faults
from station.inbound.models import RECEIPT
from station.inbound.stage1 import dates, recording, rules
from station.inbound.stage1.flow import Counting, line_facts, open_receipt, stage1


def after_count(ctx: Context) -> str:
    """The step after the quantity: dates where the article has them, else lot or packing."""
    at = ctx.at(Counting)
    if _sku(ctx).is_shelf_life and not at.is_undated:
        return "expires" if at.produced or at.printed or at.expires else "produced"
    return _after_dates(ctx)


def go_on(ctx: Context) -> Outcome:
    """After the quantity: what is still to be asked, else the line is written."""
    step = after_count(ctx)
    if step == "expires" and ctx.at(Counting).outer and _are_plain(ctx):
        return _expires(ctx, _on_label(ctx))
    if step == "outer" and ctx.at(Counting).outer:
        return recording.intact(ctx)
    return ctx.go(step, "S-OK", undo=None)


def _on_label(ctx: Context) -> date:
    at = ctx.at(Counting)
    day = at.expires or at.printed
    assert day is not None
    return day


def _are_plain(ctx: Context) -> bool:
    """Whether the code says until when they are good, and nobody need look at it twice."""
    at, sku = ctx.at(Counting), _sku(ctx)
    day = at.expires or at.printed
    if day is None or dates.differ(ctx, sku, at.produced, day):
        return False
    made = at.produced or dates.derived_production(ctx, sku, day)
    return not dates.first_fault(ctx, sku, made, day) and not dates.is_older(ctx, sku, day)


def _after_dates(ctx: Context) -> str:
    """A lot is asked for when the article has lots and the scan did not give a sure one."""
    at = ctx.at(Counting)
    return "lot" if at.unsure_lot or (_sku(ctx).is_lot and not at.lot) else "outer"


@stage1.screen("produced", prompt="P-ST1-PRODUCED")
def ask_produced(ctx: Context) -> Facts:
    return line_facts(ctx, pad="date")


@stage1.on("produced", Kind.DATE, to="expires")
def take_produced(ctx: Context, code: Code) -> Outcome:
    return _produced(ctx, inputs.day(code, last=False))


@stage1.on("produced", Kind.PRODUCT, Kind.LABEL, to=("expires", "lot", "outer"))
def read_produced(ctx: Context, code: Code) -> Outcome:
    """A label that says since when; one that says only until when is enough."""
    _same_article(ctx, code)
    at = ctx.at(Counting)
    if code.produced_on is None and code.expires_on is None:
        if code.faults:
            raise Refused(code.faults[0][0], **code.faults[0][1])
        return set_aside(ctx)
    at.printed = code.expires_on or at.printed
    if code.lot and not at.lot:
        at.lot, at.unsure_lot = ("", code.lot) if code.lot_unsure else (code.lot, "")
    return _produced(ctx, code.produced_on) if code.produced_on else only_expiry(ctx)


def _produced(ctx: Context, produced: date) -> Outcome:
    if produced > ctx.today:
        raise Refused("E-EXP-01")
    at = ctx.at(Counting)
    at.produced, at.derived, at.expires, at.is_undated = produced, None, None, False
    return ctx.go("expires", "S-ST1-MADE", undo=None, day=f"{produced:%Y.%m.%d}")


@stage1.command("produced", "CM-SKIP", to="expires", label="L-ONLY-EXPIRY")
def only_expiry(ctx: Context) -> Outcome:
    """The pack shows only until when it is good: how old it is follows from its shelf life."""
    at = ctx.at(Counting)
    at.produced, at.is_undated = None, False
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
    day = on_pack(ctx)
    if day is not None:
        facts.big, facts.big_label, facts.hint = f"{day:%Y.%m.%d}", "L-EXPIRES", "CM-OK"
    return facts


@stage1.on("expires", Kind.DATE, to=("lot", "outer", "product"))
def take_expires(ctx: Context, code: Code) -> Outcome:
    return _expires(ctx, inputs.day(code, last=True))


@stage1.on("expires", Kind.PRODUCT, Kind.LABEL, to=("lot", "outer", "product"))
def read_expires(ctx: Context, code: Code) -> Outcome:
    _same_article(ctx, code)
    if code.expires_on is None:
        said, facts = doubts.told(code, "E-EXP-08")
        raise Refused(said, **facts)
    return _expires(ctx, code.expires_on)


@stage1.command("expires", "CM-OK", to=("lot", "outer", "product"), label="L-SAME-AS-PACK")
def confirm_expires(ctx: Context) -> Outcome:
    day = on_pack(ctx)
    if day is None:
        raise Refused("E-EXP-08")
    return _expires(ctx, day)


@stage1.command("expires", "CM-SKIP", to="produced", label="L-OTHER-PRODUCED")
def other_production(ctx: Context) -> Outcome:
    """The production that is shown, by a label or by hand, is wrong."""
    return ctx.go("produced", "S-OK", undo=None)


@stage1.command("expires", "CM-DAMAGE", to="product", label="L-REFUSE-LINE")
def refuse_dates(ctx: Context) -> Outcome:
    """Refused for what the station said of the dates, else because they are not what they should be."""
    at, last = ctx.at(Counting), ctx.last
    at.expires = _said_last(ctx) or on_pack(ctx)
    if at.produced is None and at.expires is not None:
        at.derived = dates.derived_production(ctx, _sku(ctx), at.expires)
    made = at.produced or at.derived
    fault = dates.first_fault(ctx, _sku(ctx), made, at.expires) if at.expires else ""
    if not fault and last is not None and last.code in _JUDGED:
        fault = last.code
    every = dates.against(ctx, _sku(ctx), made, at.expires) if at.expires else []
    _tell(ctx, every or [fault or faults.DATE])
    return recording.refuse_all(ctx, fault or faults.DATE)


def _said_last(ctx: Context) -> date | None:
    """The day that was judged just now, typed or by a label; None where a card said the pack's own."""
    at, last = ctx.at(Counting), ctx.last
    if last is None or last.code not in _JUDGED:
        return None
    try:
        code = ctx.services.codes.resolve(ctx.tx, last.raw, _DATED, at.sku)
    except CodeError:
        return None
    return inputs.day(code, last=True) if code.kind is Kind.DATE else code.expires_on


def _tell(ctx: Context, every: list[str]) -> None:
    """The paper names the gravest fault of the dates, the receipt's history all of them (P2)."""
    at, receipt = ctx.at(Counting), open_receipt(ctx)
    said = {"sku": at.sku, "refused": at.qty, "reason": "; ".join(faults.words(code) for code in every)}
    state = receipt.state
    record(ctx, RECEIPT.doc_type, receipt.receipt_no, "refuse_line", old=state, new=state, detail=said)


_JUDGED = frozenset({"E-EXP-01", "E-EXP-02", "E-EXP-04", "E-EXP-05", "E-EXP-06", "W-EXP-07"})
_DATED = frozenset({Kind.DATE, Kind.PRODUCT, Kind.LABEL})


def _expires(ctx: Context, expires: date) -> Outcome:
    at, sku = ctx.at(Counting), _sku(ctx)
    at.derived = None if at.produced else dates.derived_production(ctx, sku, expires)
    at.override = dates.judge(ctx, sku, at.produced or at.derived, expires)
    at.expires, at.is_undated = expires, False
    differs = dates.differ(ctx, sku, at.produced, expires)
    return _onward(ctx, "W-EXP-03" if differs else "S-OK")


def _onward(ctx: Context, said: str) -> Outcome:
    """To the lot, else to the packing, which is not asked again where it was judged and nothing warns; one
    lot that has two dates on this receipt is told.
    """
    at, step = ctx.at(Counting), _after_dates(ctx)
    if step == "outer" and at.lot and at.expires:
        other = rules.other_expiry(ctx.tx, at.receipt, at.sku, at.lot, at.expires)
        if other is not None:
            return ctx.go(step, "W-LOT-DATES", undo=None, lot=at.lot, day=str(other))
    if step == "outer" and at.outer and said == "S-OK":
        return recording.intact(ctx)
    return ctx.go(step, said, undo=None)


@stage1.screen("lot", prompt="P-ST1-LOT")
def ask_lot(ctx: Context) -> Facts:
    return line_facts(ctx, pad="text", default=ctx.at(Counting).unsure_lot)


@stage1.command("lot", "CM-OK", to=("outer", "product"), label="L-LOT-RIGHT")
def confirm_lot(ctx: Context) -> Outcome:
    """A lot that may have swallowed its neighbour is shown large and confirmed by a person (T93)."""
    at = ctx.at(Counting)
    if not at.unsure_lot:
        raise Refused("E-TXT-01", max=20)
    return _lot(ctx, at.unsure_lot)


@stage1.on("lot", Kind.TEXT, to=("outer", "product"))
def take_lot(ctx: Context, code: Code) -> Outcome:
    return _lot(ctx, inputs.text(code, 20))


@stage1.on("lot", Kind.PRODUCT, Kind.LABEL, to=("outer", "product"))
def read_lot(ctx: Context, code: Code) -> Outcome:
    _same_article(ctx, code)
    if not code.lot:
        raise Refused("E-TXT-01", max=20)
    return _lot(ctx, code.lot)


def _lot(ctx: Context, lot: str) -> Outcome:
    at = ctx.at(Counting)
    at.lot, at.unsure_lot = lot, ""
    return _onward(ctx, "S-OK")


def _same_article(ctx: Context, code: Code) -> None:
    """A label without an article is of the one in hand."""
    if code.kind is not Kind.LABEL and code.sku_id != ctx.at(Counting).sku:
        raise Refused("E-QC-01")


def _sku(ctx: Context) -> Any:
    return catalog.sku(ctx.tx, ctx.at(Counting).sku)


def on_pack(ctx: Context) -> date | None:
    """The expiry that was said, by a person or by the code, else what follows from the shelf life."""
    at = ctx.at(Counting)
    if at.expires or at.printed or at.produced is None:
        return at.expires or at.printed
    return dates.derived_expiry(ctx, _sku(ctx), at.produced)
