"""二次验货 · stage 2: another person inspects samples (P3, S-02, S-03).

The inspector scans the acceptance sheet; the screen names article, how many samples from which cartons,
by the numbers that the receiver chalked on them; a carton's number, typed, says which one is open and
what it must give. Scan each sample's barcode when it is fine; CM-DAMAGE when it is not, choose what
is wrong and take its photo (or say why there is none): the bad one is refused and the whole lot must be
inspected. A pack with another date than its carton's asks which one counts; CM-SKIP calls a supervisor,
who decides for the lot. CM-UNDO takes the last sample back. When every line's plan is complete, CM-OK ends the inspection. Every sample is kept at
once, so whoever leaves gives the receipt back as far as it is inspected.
"""

from __future__ import annotations

from station.catalog import rules as catalog
from station.ground.scan import inputs
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.workflow import Context, Facts, Outcome
from station.ground.words.messages import Refused
from station.inbound import rules as receipts
from station.inbound.models import RECEIPT, ReceiptState
from station.inbound.screens import waiting_receipts
from station.inbound.stage2 import deciding, failing, opening_cartons, plans, rules
from station.inbound.stage2.flow import (
    Inspecting,
    line_in_hand,
    next_step,
    open_receipt,
    sample_facts,
    stage2,
)

__all__ = ["stage2"]


@stage2.screen("receipt", prompt="P-ST2-RECEIPT")
def ask_receipt(ctx: Context) -> Facts:
    return waiting_receipts(ctx, ReceiptState.STAGE2)


@stage2.on("receipt", Kind.RECEIPT, Kind.SHEET, to=("sample", "finish"))
def take_receipt(ctx: Context, code: Code) -> Outcome:
    receipt = receipts.receipt_by_code(ctx.tx, code.text)
    if receipt.state != ReceiptState.STAGE2:
        raise Refused("E-RCV-07", st=receipt.state)
    rules.may_inspect(ctx, receipt)
    if ctx.claim(plans.subject(receipt)):
        return ctx.resumed("S-ST2-OPEN", no=receipt.receipt_no)
    ctx.begin(Inspecting(receipt.id))
    return ctx.go(next_step(ctx), "S-ST2-OPEN", no=receipt.receipt_no)


@stage2.screen("sample", prompt="P-ST2-SAMPLE", counting=True)
def ask_sample(ctx: Context) -> Facts:
    return sample_facts(ctx)


@stage2.on("sample", Kind.PRODUCT, to=("sample", "finish"))
def take_sample(ctx: Context, code: Code) -> Outcome:
    open_receipt(ctx)
    line = line_in_hand(ctx)
    try:
        rules.check_sample(ctx, line, code)
    except Refused as refusal:
        raise deciding.other_date(refusal, code.produced_on, code.expires_on) from None
    at = ctx.at(Inspecting)
    before = rules.sample_passed(ctx, line, at.carton if at.line == line.id else 0)
    good = line.samples_done - line.defects
    return ctx.go(next_step(ctx), "S-ST2-SAMPLE", undo=before, n=good, of=line.samples_due)


@stage2.on("sample", Kind.QUANTITY, to="sample")
def open_carton(ctx: Context, code: Code) -> Outcome:
    """The samples that follow come out of the carton with this number."""
    open_receipt(ctx)
    at, line = ctx.at(Inspecting), line_in_hand(ctx)
    number = inputs.quantity(code, 1, ctx.settings.rules.qty_max)
    opening_cartons.choose(line, number)
    at.line, at.carton = line.id, number
    return ctx.go("sample", "S-ST2-CARTON", undo=None, n=number)


stage2.command("sample", "CM-DAMAGE", to="defect", label="L-BAD-SAMPLE")(failing.ask_what)
stage2.command("sample", "CM-SKIP", to="boss", label="L-LOT-DECIDE")(deciding.call_supervisor)


@stage2.command("sample", "CM-CLOSE", to="finish", label="L-CLOSE")
def close_early(ctx: Context) -> Outcome:
    line = line_in_hand(ctx)
    raise Refused("E-QC-03", a=line.samples_done, b=line.samples_due)


@stage2.undo
def take_back(ctx: Context, before: rules.Before) -> None:
    open_receipt(ctx)
    rules.take_back(ctx, before)


@stage2.screen("finish", prompt="P-ST2-FINISH")
def ask_finish(ctx: Context) -> Facts:
    receipt = receipts.receipt(ctx.tx, ctx.at(Inspecting).receipt)
    lines = receipts.lines(ctx.tx, receipt.id)
    return Facts(
        big=receipt.receipt_no,
        table=[
            (
                catalog.sku(ctx.tx, line.sku_id).name_zh,
                f"{line.samples_done}/{line.samples_due}",
                f"−{line.qty_rejected}" if line.qty_rejected else "✔",
            )
            for line in lines
        ],
        hint="CM-OK",
    )


@stage2.command("finish", "CM-OK", to="receipt", label="L-FINISH")
def finish(ctx: Context) -> Outcome:
    receipt = open_receipt(ctx)
    RECEIPT.move(ctx, receipt, "finish_checks", stage2_by=ctx.actor.user_id)
    return ctx.restart("S-ST2-DONE", no=receipt.receipt_no)
