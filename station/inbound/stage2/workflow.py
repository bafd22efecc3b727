"""二次验货 · stage 2: another person inspects samples (P3, S-02, S-03).

The inspector scans the acceptance sheet; the screen names article, how many samples from which
cartons. Scan each sample's barcode when it is fine; CM-DAMAGE when it is not: the bad one is refused
and the whole lot must be inspected. When every line's plan is complete, CM-OK ends the inspection.
"""

from __future__ import annotations

from datetime import timedelta

from station.catalog import rules as catalog
from station.ground.scan.codes import Code, Kind
from station.ground.scan.workflow import Context, Facts, Outcome, Workflow
from station.ground.words.actor import Role
from station.ground.words.messages import Refused
from station.inbound import documents, rules
from station.inbound.models import RECEIPT, Receipt, ReceiptLine, ReceiptState
from station.inbound.stage1.workflow import rules_facts

stage2 = Workflow(
    "stage2",
    title="L-STAGE2",
    roles={Role.INSPECTOR},
    start="receipt",
    waiting=documents.waiting_in(ReceiptState.STAGE2),
)


@stage2.screen("receipt", prompt="P-ST2-RECEIPT")
def ask_receipt(ctx: Context) -> Facts:
    return rules_facts(ctx, (ReceiptState.STAGE2,))


@stage2.on("receipt", Kind.RECEIPT, Kind.SHEET, to=("sample", "finish"))
def take_receipt(ctx: Context, code: Code) -> Outcome:
    receipt = rules.receipt_by_code(ctx.tx, code.text)
    if receipt.state != ReceiptState.STAGE2:
        raise Refused("E-RCV-07", st=receipt.state)
    rules.may_inspect(ctx, receipt)
    if ctx.claim(f"RC2:{receipt.id}"):
        return ctx.resumed("S-ST2-OPEN", no=receipt.receipt_no)
    ctx.run.data = {"receipt": receipt.id}
    return ctx.go(_next(ctx), "S-ST2-OPEN", no=receipt.receipt_no)


def _next(ctx: Context) -> str:
    return "sample" if rules.line_to_sample(ctx.tx, ctx.data["receipt"]) else "finish"


@stage2.screen("sample", prompt="P-ST2-SAMPLE", counting=True)
def ask_sample(ctx: Context) -> Facts:
    line = _line(ctx)
    sku = catalog.sku(ctx.tx, line.sku_id)
    cartons = [] if line.is_full_check else line.draw["cartons"]
    return Facts(
        big=f"{line.samples_done}/{line.samples_due}",
        name=sku.name_zh,
        spec=sku.spec,
        photo=sku.code,
        lines=[
            ("L-SAMPLE-UNIT", "内包" if line.draw["unit"] == "INNER" else sku.unit),
            ("L-OPEN-CARTONS", ", ".join(map(str, cartons))),
            ("L-EXPIRES", str(line.expires_on or "")),
        ],
        progress=(line.samples_done, line.samples_due),
        hint=f"SKU:{sku.code}",
    )


@stage2.on("sample", Kind.PRODUCT, to=("sample", "finish"))
def take_sample(ctx: Context, code: Code) -> Outcome:
    line = _line(ctx)
    if code.sku_id != line.sku_id:
        raise Refused("E-QC-01")
    if _dates_differ(code, line):
        raise Refused("E-QC-02")
    rules.sample_passed(ctx, line)
    return ctx.go(_next(ctx), "S-ST2-SAMPLE", n=line.samples_done, of=line.samples_due)


@stage2.command("sample", "CM-DAMAGE", to=("sample", "finish"), label="L-BAD-SAMPLE")
def bad_sample(ctx: Context) -> Outcome:
    line = _line(ctx)
    rules.sample_failed(ctx, _receipt(ctx), line)
    return ctx.go(_next(ctx), "W-ST2-FULL", n=line.samples_due)


@stage2.command("sample", "CM-CLOSE", to="finish", label="L-CLOSE")
def close_early(ctx: Context) -> Outcome:
    line = _line(ctx)
    raise Refused("E-QC-03", a=line.samples_done, b=line.samples_due)


@stage2.screen("finish", prompt="P-ST2-FINISH")
def ask_finish(ctx: Context) -> Facts:
    lines = rules.lines(ctx.tx, ctx.data["receipt"])
    return Facts(
        big=_receipt(ctx).receipt_no,
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
    return rules.receipt(ctx.tx, ctx.data["receipt"])


def _line(ctx: Context) -> ReceiptLine:
    line = rules.line_to_sample(ctx.tx, ctx.data["receipt"])
    if line is None:
        raise Refused("E-PAK-02")
    return line


def _dates_differ(code: Code, line: ReceiptLine) -> bool:
    day = timedelta(days=1)
    return bool(
        (code.expires_on and line.expires_on and abs(code.expires_on - line.expires_on) > day)
        or (code.produced_on and line.produced_on and code.produced_on != line.produced_on)
    )
