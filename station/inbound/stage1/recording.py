"""How the packing looks, and the line is written: what is received, what goes back (P2, S-06)."""

from __future__ import annotations

from typing import Any

from station.catalog import rules as catalog
from station.ground.scan import inputs
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.kit import choice
from station.ground.scan.kit.choice import Reason
from station.ground.scan.workflow import Context, Facts, Outcome
from station.ground.words.messages import Refused, say
from station.inbound import faults, refusing
from station.inbound.stage1 import labels, rules
from station.inbound.stage1.flow import Counting, kept, line_facts, open_receipt, stage1


def _line_in_short(ctx: Context) -> Facts:
    """The line before it is written, in one row: six answers need the room of a small screen."""
    facts, at = line_facts(ctx), ctx.at(Counting)
    days = "→".join(f"{day:%y-%m-%d}" for day in (at.produced or at.derived, at.expires) if day)
    count = f"{at.cartons}×{at.case}+{at.loose}"
    said = [part for part in (count, days, at.lot) if part]
    return Facts(name=facts.name, lines=[("L-COUNT", " · ".join(said))])


AMEND = Reason("amend", "L-AMEND")
"""No condition: something of the line is to be changed first."""


def _outer(ctx: Context, outer: Reason) -> Outcome:
    at = ctx.at(Counting)
    if outer is AMEND:
        return ctx.go("amend", "S-OK", undo=None)
    at.outer = outer.name
    if outer.name == faults.INTACT:
        return intact(ctx)
    if _packs(at) > 1:
        return ctx.go("spoilt", "S-OK", undo=None)
    return refuse_all(ctx, outer.name)


choice.add_step(
    stage1,
    "outer",
    prompt="P-ST1-OUTER",
    reasons=(*faults.OUTER, AMEND),
    then=_outer,
    to=("product", "spoilt", "amend"),
    show=_line_in_short,
)


@stage1.screen("spoilt", prompt="P-ST1-SPOILT")
def ask_spoilt(ctx: Context) -> Facts:
    at = ctx.at(Counting)
    facts = line_facts(ctx, pad="qty", default=str(_packs(at)))
    facts.prompt = {"what": say("L-CARTONS" if at.cartons else "L-PIECES")}
    facts.lines.insert(0, ("L-OUTER", say(faults.label(at.outer))["zh"]))
    return facts


@stage1.on("spoilt", Kind.QUANTITY, to="product")
def take_spoilt(ctx: Context, code: Code) -> Outcome:
    """Only the spoilt cartons (loose goods: pieces) are refused; the good ones are received (T22)."""
    at = ctx.at(Counting)
    spoilt = inputs.quantity(code, 1, _packs(at))
    if spoilt == _packs(at):
        return refuse_all(ctx, at.outer)
    refused = spoilt * (at.case or 0) if at.cartons else spoilt
    more = max(at.refused, refused)
    return _record(ctx, more, faults.together(at.outer, faults.OVER if at.refused > refused else ""))


@stage1.command("spoilt", "CM-OK", to="product", label="L-REFUSE-ALL")
def all_spoilt(ctx: Context) -> Outcome:
    return refuse_all(ctx, ctx.at(Counting).outer)


@stage1.command("spoilt", "CM-SKIP", to="outer", label="L-BACK")
def not_spoilt(ctx: Context) -> Outcome:
    ctx.at(Counting).outer = ""
    return ctx.go("outer", "S-OK")


def intact(ctx: Context) -> Outcome:
    """The packing is as it should be: all is received but what is too much."""
    refused = ctx.at(Counting).refused
    return _record(ctx, refused, faults.OVER if refused else "")


def _packs(at: Counting) -> int:
    """What is looked at one by one: cartons, or pieces where there is no carton."""
    return at.cartons or at.loose or 0


def refuse_all(ctx: Context, fault: str) -> Outcome:
    """Nothing of this line is received."""
    return _record(ctx, ctx.at(Counting).qty, fault)


def _record(ctx: Context, refused: int, fault: str) -> Outcome:
    at, receipt = ctx.at(Counting), open_receipt(ctx)
    parked = max(0, at.parked - refused)
    cartons, case, loose = at.cartons or 0, at.case or 1, at.loose or 0
    if at.is_inner:  # packs out of a carton: the pieces fill cartons as they usually are
        cartons, case, loose = 0, catalog.sku(ctx.tx, at.sku).case_qty, at.qty
    counted = rules.Counted(
        sku_id=at.sku,
        cartons=cartons,
        case_qty=case,
        loose=loose,
        produced_on=at.produced or at.derived,
        expires_on=at.expires,
        supplier_lot=at.lot,
        outer=at.outer or faults.INTACT,
        refused=refused,
        faults=fault,
        override=at.override,
        is_undated=at.is_undated,
        is_mixed=at.is_mixed,
        carton_code=at.number,
    )
    try:
        lines = [rules.count(ctx, receipt, part) for part in counted.parts(parked, at.leave)]
    except Refused as refusal:
        if refusal.code == "E-RCV-05":
            raise refusal.back_to("over", keep=kept(ctx, refused=refusal.facts["n"])) from None
        raise
    for line in lines:
        labels.refused(ctx, receipt, line)
    ctx.begin(Counting(receipt.id))
    said = "W-ST1-LINE" if refused else "W-ST1-PARKED" if parked else "S-ST1-LINE"
    taken = sum(line.qty_accepted for line in lines)
    written = {"lines": [line.id for line in lines]}
    return ctx.go("product", said, undo=written, n=taken, r=refused, h=parked)


@stage1.undo
def take_back(ctx: Context, written: dict[str, Any]) -> None:
    """CM-UNDO right after a line: it is gone, and one stands again where its packing was judged."""
    receipt = open_receipt(ctx)
    if "refusal" in written:
        refusing.forget(ctx, receipt, written["refusal"])
        return
    for line_id in reversed(
        written.get("lines") or [written["line"]]
    ):  # one alone: written before an upgrade
        line = rules.counted_line(ctx.tx, receipt, line_id)
        labels.take_back(ctx, receipt, line)
        rules.remove(ctx, receipt, line)
