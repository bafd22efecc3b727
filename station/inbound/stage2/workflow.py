"""二次验货 · stage 2: another person inspects samples (P3, S-02, S-03).

The inspector scans the acceptance sheet; the screen names article, how many samples from which cartons, by
the numbers that the receiver chalked on them; a carton's number, typed or scanned from its temporary label
(CM-REPRINT prints one) or from its SSCC, says which one is open and what it must give. Scan each sample's
barcode when it is fine; CM-DAMAGE when it is not, choose what is wrong and take its photo (or say why there
is none): the bad one is refused and the whole lot must be inspected. Of goods with serial numbers each
piece is read by its number too. A pack with another date than its carton's asks which one counts; CM-SKIP
calls a supervisor, who decides for the lot. CM-UNDO takes the last sample back. Several inspectors share a
receipt: whoever scans the sheet gets a line that nobody inspects, and the next one after it. Where all
lines are in hands, 一起查 (CM-FULL) or the label of a carton shares one: each opens cartons of their own, and
the counts add up. When every line's plan is complete, CM-OK ends the inspection. Every sample is kept at
once, so whoever leaves gives the line back as far as it is inspected.
"""

from __future__ import annotations

from station.catalog import rules as catalog
from station.ground.scan import inputs
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.workflow import Context, Facts, Outcome
from station.ground.words.messages import Refused
from station.inbound import rules as receipts
from station.inbound.models import RECEIPT, ReceiptLine, ReceiptState
from station.inbound.screens import waiting_receipts
from station.inbound.stage2 import deciding, failing, numbering, opening_cartons, rules, sharing, unlabelled
from station.inbound.stage2.flow import (
    Inspecting,
    hold,
    join,
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


@stage2.on("receipt", Kind.RECEIPT, Kind.SHEET, to=("sample", "finish", "others"))
def take_receipt(ctx: Context, code: Code) -> Outcome:
    """A line that nobody inspects yet; where all are in others' hands, those that may be shared, and what is
    too little for two is taken over (E-TSK-01).
    """
    receipt = receipts.receipt_by_code(ctx.tx, code.text)
    if receipt.state != ReceiptState.STAGE2:
        raise Refused("E-RCV-07", st=receipt.state)
    rules.may_inspect(ctx, receipt)
    divided = sharing.shares(ctx.tx, receipt, ctx.actor.user_id)
    line = divided.others[0][0] if divided.others else None
    if not divided.free and divided.to_join is not None:
        ctx.begin(Inspecting(receipt.id))
        return ctx.go("others", "S-ST2-OPEN", no=receipt.receipt_no)
    is_all_held = not divided.free and (divided.others or divided.is_ending)
    if is_all_held and ctx.claim(sharing.subject(receipt, line)):
        return ctx.resumed("S-ST2-OPEN", no=receipt.receipt_no)
    ctx.begin(Inspecting(receipt.id))
    return ctx.go(next_step(ctx), "S-ST2-OPEN", no=receipt.receipt_no)


@stage2.screen("sample", prompt="P-ST2-SAMPLE", counting=True)
def ask_sample(ctx: Context) -> Facts:
    return sample_facts(ctx)


@stage2.on("sample", Kind.PRODUCT, to=("sample", "serial", "others", "finish"))
def take_sample(ctx: Context, code: Code) -> Outcome:
    open_receipt(ctx)
    line = line_in_hand(ctx)
    try:
        rules.check_sample(ctx, line, code)
    except Refused as refusal:
        raise deciding.other_date(refusal, code.produced_on, code.expires_on) from None
    if numbering.wants_number(ctx, line, code):
        return ctx.go("serial", "S-OK", undo=None)
    serial_no = code.serial if catalog.sku(ctx.tx, line.sku_id).is_serial else ""
    return numbering.passed(ctx, line, serial_no)


@stage2.on("sample", Kind.QUANTITY, to="sample")
def open_carton(ctx: Context, code: Code) -> Outcome:
    """The samples that follow come out of the carton with this number."""
    open_receipt(ctx)
    at, line = ctx.at(Inspecting), line_in_hand(ctx)
    number = inputs.quantity(code, 1, ctx.settings.rules.qty_max)
    opening_cartons.choose(line, number)
    sharing.check_free(
        ctx.tx, receipts.receipt(ctx.tx, line.receipt_id), line, number, ctx.actor.user_id or 0
    )
    at.carton = number
    return ctx.go("sample", "S-ST2-CARTON", undo=None, n=number)


stage2.command("sample", "CM-DAMAGE", to="defect", label="L-BAD-SAMPLE")(failing.ask_what)
stage2.command("sample", "CM-SKIP", to="boss", label="L-LOT-DECIDE")(deciding.call_supervisor)
stage2.command("sample", "CM-REPRINT", to="temp", label="L-TEMP-LABELS")(unlabelled.want)
stage2.on("sample", Kind.TEMP_CARTON, to="sample")(unlabelled.open_labelled)
stage2.on("sample", Kind.SSCC, Kind.CARTON, to="sample")(unlabelled.open_numbered)


@stage2.command("sample", "CM-CLOSE", to="finish", label="L-CLOSE")
def close_early(ctx: Context) -> Outcome:
    line = line_in_hand(ctx)
    raise Refused("E-QC-03", a=line.samples_done, b=line.samples_due)


@stage2.undo
def take_back(ctx: Context, before: rules.Before) -> None:
    """The line is in hand again."""
    open_receipt(ctx)
    rules.take_back(ctx, before)
    hold(ctx, ctx.tx.get_one(ReceiptLine, before["line"]))


@stage2.screen("others", prompt="P-ST2-OTHERS")
def ask_others(ctx: Context) -> Facts:
    """What colleagues still inspect, and who."""
    receipt = receipts.receipt(ctx.tx, ctx.at(Inspecting).receipt)
    divided = sharing.shares(ctx.tx, receipt, ctx.actor.user_id)
    table = [
        (
            catalog.sku(ctx.tx, line.sku_id).name_zh,
            f"{line.samples_done}/{line.samples_due}",
            ", ".join(ctx.services.people.name_of(ctx.tx, one) for one in who),
        )
        for line, who in divided.others
    ]
    return Facts(big=receipt.receipt_no, table=table, hint="CM-OK")


@stage2.command("others", "CM-FULL", to="sample", label="L-JOIN")
def inspect_with(ctx: Context) -> Outcome:
    """With a colleague at the line of which most is left; E-QC-10 when none has enough for two."""
    receipt = open_receipt(ctx)
    line = sharing.shares(ctx.tx, receipt, ctx.actor.user_id or 0).to_join
    if line is None:
        raise Refused("E-QC-10")
    join(ctx, line)
    return ctx.go("sample", "S-ST2-JOINED", undo=None, name=catalog.sku(ctx.tx, line.sku_id).name_zh)


stage2.on("others", Kind.TEMP_CARTON, to="sample")(unlabelled.open_labelled)
stage2.on("others", Kind.SSCC, Kind.CARTON, to="sample")(unlabelled.open_numbered)


@stage2.command("others", "CM-OK", to=("sample", "others", "finish", "receipt"), label="L-LOOK-AGAIN")
def look_again(ctx: Context) -> Outcome:
    """A line that a colleague gave back, the end, or the news that a colleague has ended it."""
    receipt = receipts.receipt(ctx.tx, ctx.at(Inspecting).receipt)
    if receipt.state != ReceiptState.STAGE2:
        return ctx.restart("S-ST2-DONE", no=receipt.receipt_no)
    return ctx.go(next_step(ctx), "S-OK")


@stage2.command("others", "CM-SKIP", to="receipt", label="L-BACK")
def leave_it_to_them(ctx: Context) -> Outcome:
    return ctx.restart("S-LEFT")


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


@stage2.command("finish", "CM-OK", to=("receipt", "sample", "others"), label="L-FINISH")
def finish(ctx: Context) -> Outcome:
    """Not while a colleague has taken a sample back."""
    receipt = open_receipt(ctx)
    if rules.line_to_sample(ctx.tx, receipt.id) is not None:
        return ctx.go(next_step(ctx), "S-OK")
    RECEIPT.move(ctx, receipt, "finish_checks", stage2_by=ctx.actor.user_id)
    return ctx.restart("S-ST2-DONE", no=receipt.receipt_no)
