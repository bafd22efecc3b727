"""二次验货 · stage 2: another person inspects samples (P3, S-02, S-03).

The inspector scans the acceptance sheet; the screen names article, how many samples from which
cartons. Scan each sample's barcode when it is fine; CM-DAMAGE when it is not, and choose what is wrong:
the bad one is refused and the whole lot must be inspected. CM-UNDO takes the last sample back. When every
line's plan is complete, CM-OK ends the inspection. Every sample is kept at once, so whoever leaves
gives the receipt back as far as it is inspected.
"""

from __future__ import annotations

from dataclasses import dataclass

from station.catalog import rules as catalog
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.kit import choice
from station.ground.scan.kit.choice import Reason
from station.ground.scan.workflow import Context, Facts, Outcome, Workflow
from station.ground.words.actor import Role
from station.ground.words.messages import Refused
from station.inbound import faults
from station.inbound import rules as receipts
from station.inbound.models import RECEIPT, Receipt, ReceiptLine, ReceiptState
from station.inbound.screens import waiting_receipts
from station.inbound.stage2 import plans, rules

stage2 = Workflow(
    "stage2",
    title="L-STAGE2",
    roles={Role.INSPECTOR},
    start="receipt",
    waiting=receipts.waiting_in(ReceiptState.STAGE2),
)


@dataclass
class Inspecting:
    """The receipt under inspection (id)."""

    receipt: int = 0


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
    return ctx.go(_next(ctx), "S-ST2-OPEN", no=receipt.receipt_no)


def _next(ctx: Context) -> str:
    return "sample" if rules.line_to_sample(ctx.tx, ctx.at(Inspecting).receipt) else "finish"


@stage2.screen("sample", prompt="P-ST2-SAMPLE", counting=True)
def ask_sample(ctx: Context) -> Facts:
    line = _line(ctx)
    sku = catalog.sku(ctx.tx, line.sku_id)
    cartons = [] if line.is_full_check else line.draw["cartons"]
    unit = "内包" if line.draw["unit"] == "INNER" else sku.unit
    return Facts(
        big=f"{line.samples_done}/{line.samples_due}",
        name=sku.name_zh,
        spec=sku.spec,
        photo=sku.code,
        lines=[
            ("L-SAMPLE-UNIT", unit),
            ("L-OPEN-CARTONS", ", ".join(map(str, cartons))),
            ("L-EXPIRES", str(line.expires_on or "")),
            ("L-DEFECTS", str(line.defects or "")),
        ],
        progress=(line.samples_done, line.samples_due),
        hint=f"SKU:{sku.code}",
    )


@stage2.on("sample", Kind.PRODUCT, to=("sample", "finish"))
def take_sample(ctx: Context, code: Code) -> Outcome:
    _receipt(ctx)
    line = _line(ctx)
    rules.check_sample(ctx, line, code)
    before = rules.sample_passed(ctx, line)
    good = line.samples_done - line.defects
    return ctx.go(_next(ctx), "S-ST2-SAMPLE", undo=before, n=good, of=line.samples_due)


@stage2.command("sample", "CM-DAMAGE", to="defect", label="L-BAD-SAMPLE")
def bad_sample(ctx: Context) -> Outcome:
    return ctx.go("defect", "S-OK", undo=None)


@stage2.command("sample", "CM-CLOSE", to="finish", label="L-CLOSE")
def close_early(ctx: Context) -> Outcome:
    line = _line(ctx)
    raise Refused("E-QC-03", a=line.samples_done, b=line.samples_due)


def _defect(ctx: Context, fault: Reason) -> Outcome:
    line = _line(ctx)
    before = rules.sample_failed(ctx, _receipt(ctx), line, fault.name)
    return ctx.go(_next(ctx), "W-ST2-FULL", undo=before, n=line.samples_due)


choice.add_step(
    stage2,
    "defect",
    prompt="P-ST2-DEFECT",
    reasons=faults.DEFECTS,
    then=_defect,
    to=("sample", "finish"),
    back="sample",
    show=ask_sample,
)


@stage2.undo
def take_back(ctx: Context, before: rules.Before) -> None:
    _receipt(ctx)
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
    receipt = _receipt(ctx)
    RECEIPT.move(ctx, receipt, "finish_checks", stage2_by=ctx.actor.user_id)
    return ctx.restart("S-ST2-DONE", no=receipt.receipt_no)


def _receipt(ctx: Context) -> Receipt:
    return receipts.receipt_in(ctx.tx, ctx.at(Inspecting).receipt, ReceiptState.STAGE2)


def _line(ctx: Context) -> ReceiptLine:
    line = rules.line_to_sample(ctx.tx, ctx.at(Inspecting).receipt)
    if line is None:
        raise Refused("E-PAK-02")
    return line
