"""Refused without a count: what nobody ordered or is not right, and the whole truck (P5, P6)."""

from __future__ import annotations

from station.catalog import rules as catalog
from station.ground.scan import inputs
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.kit import choice
from station.ground.scan.kit.choice import Reason
from station.ground.scan.workflow import Context, Facts, Outcome
from station.ground.words.actor import Role
from station.ground.words.messages import Refused, say
from station.inbound import refusing
from station.inbound import rules as receipts
from station.inbound.arrive import documents
from station.inbound.arrive import rules as arriving
from station.inbound.stage1 import counting
from station.inbound.stage1.flow import Counting, open_receipt, stage1
from station.paper.sending import print_

__all__ = ["counting"]


@stage1.command("cartons", "CM-DAMAGE", to="foreign", label="L-NOT-RIGHT")
def not_right(ctx: Context) -> Outcome:
    """The article is on the order, and these are not what it should be."""
    open_receipt(ctx)
    ctx.at(Counting).reason = refusing.NOT_RIGHT
    return ctx.go("foreign", "S-OK", undo=None)


@stage1.screen("foreign", prompt="P-ST1-FOREIGN")
def ask_foreign(ctx: Context) -> Facts:
    sku = catalog.sku(ctx.tx, ctx.at(Counting).sku)
    return Facts(name=sku.name_zh, spec=sku.spec, photo=sku.code, pad="qty", hint="CM-SKIP")


@stage1.on("foreign", Kind.QUANTITY, to="product")
def take_foreign(ctx: Context, code: Code) -> Outcome:
    """So many are there: they stand on the sheet as refused and go back with the driver."""
    at, receipt = ctx.at(Counting), open_receipt(ctx)
    qty = inputs.quantity(code, 1, ctx.settings.rules.qty_max)
    name = catalog.sku(ctx.tx, at.sku).name_zh
    refusal_id = refusing.note(ctx, receipt, at.sku, qty, at.reason or refusing.NOT_ORDERED)
    ctx.begin(Counting(receipt.id))
    return ctx.go("product", "W-ST1-FOREIGN", undo={"refusal": refusal_id}, n=qty, name=name)


@stage1.command("foreign", "CM-SHORT", to="product", label="L-NO-ORDER")
def set_apart(ctx: Context) -> Outcome:
    """What is on no order of this truck may be taken in as goods without one, if a supervisor says so: they
    are put aside and counted on a receipt of their own.
    """
    at, receipt = ctx.at(Counting), open_receipt(ctx)
    if at.reason:  # ordered, and not what it should be
        raise Refused("E-CMD-01", card="CM-SHORT")
    is_boss = Role.SUPERVISOR in ctx.actor.roles
    leave = ctx.actor.name if is_boss else ctx.unless_allowed("E-RCV-12")
    other, is_new = arriving.without_order(ctx, receipt, leave)
    if is_new:
        print_(ctx, documents.draft(ctx.tx, ctx.settings, other), "AS", other.sheet_no, key="draft")
    ctx.begin(Counting(receipt.id))
    return ctx.go("product", "W-ST1-APART", no=other.receipt_no)


@stage1.command("foreign", "CM-SKIP", to="product", label="L-BACK")
def not_there(ctx: Context) -> Outcome:
    ctx.begin(Counting(ctx.at(Counting).receipt))
    return ctx.go("product", "S-OK")


# --- the whole truck ------------------------------------------------------------------------------


def ask_why(ctx: Context) -> Outcome:
    """The truck is not taken in: why?"""
    open_receipt(ctx)
    return ctx.go("refuse", "S-OK", undo=None)


def _head(ctx: Context) -> Facts:
    receipt = receipts.receipt(ctx.tx, ctx.at(Counting).receipt)
    return Facts(big=receipt.receipt_no, lines=[("L-PLATE", receipt.plate), ("L-DRIVER", receipt.driver)])


def _chosen(ctx: Context, reason: Reason) -> Outcome:
    ctx.at(Counting).reason = reason.name
    return ctx.go("truck", "S-OK", undo=None)


choice.add_step(
    stage1,
    "refuse",
    prompt="P-ST1-REFUSE",
    reasons=refusing.WHOLE,
    then=_chosen,
    to="truck",
    show=_head,
    back="product",
)


@stage1.screen("truck", prompt="P-ST1-TRUCK")
def ask_sure(ctx: Context) -> Facts:
    """One tap must not send a truck away."""
    facts, why = _head(ctx), ctx.at(Counting).reason
    label = next(reason.label for reason in refusing.WHOLE if reason.name == why)
    facts.lines += [("L-REASON", say(label)["zh"])]
    facts.hint = "CM-SKIP"
    return facts


@stage1.command("truck", "CM-OK", to="receipt", label="L-REFUSE-TRUCK")
def refuse_truck(ctx: Context) -> Outcome:
    receipt = open_receipt(ctx)
    refusing.refuse_all(ctx, receipt, ctx.at(Counting).reason)
    return ctx.restart("W-ST1-REFUSED", no=receipt.sheet_no)


@stage1.command("truck", "CM-SKIP", to="product", label="L-COUNT-ON")
def take_it_in(ctx: Context) -> Outcome:
    ctx.at(Counting).reason = ""
    return ctx.go("product", "S-OK")
