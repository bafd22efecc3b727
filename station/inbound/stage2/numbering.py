"""Goods with serial numbers: each sample, and that is each piece, is read by its number too (P3, T12).

A code that says the article and the number (AI 21) needs one scan. CM-SKIP leads back; a piece without a
readable number is bad (CM-DAMAGE), or its number is typed as it is printed.
"""

from __future__ import annotations

from station.catalog import rules as catalog
from station.ground.scan import inputs
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.workflow import Context, Facts, Outcome
from station.ground.words.messages import Refused
from station.inbound.models import ReceiptLine
from station.inbound.stage2 import failing, rules
from station.inbound.stage2.flow import (
    Inspecting,
    line_in_hand,
    next_step,
    open_receipt,
    sample_facts,
    stage2,
)
from station.stock import serials

AFTER = ("sample", "others", "finish")


def wants_number(ctx: Context, line: ReceiptLine, code: Code) -> bool:
    """Whether the sample's own number must still be scanned."""
    return catalog.sku(ctx.tx, line.sku_id).is_serial and not code.serial


def passed(ctx: Context, line: ReceiptLine, serial_no: str = "") -> Outcome:
    """One more sample is fine, and this is its number."""
    at = ctx.at(Inspecting)
    before = rules.sample_passed(ctx, line, at.carton)
    if serial_no:
        assert line.lot_id is not None
        serials.read(ctx, line.sku_id, line.lot_id, serial_no, at.carton)
        before |= {"serial": serial_no}
    good = line.samples_done - line.defects
    return ctx.go(next_step(ctx), "S-ST2-SAMPLE", undo=before, n=good, of=line.samples_due)


@stage2.screen("serial", prompt="P-ST2-SERIAL")
def ask_serial(ctx: Context) -> Facts:
    facts = sample_facts(ctx)
    facts.hint = "CM-SKIP"
    return facts


@stage2.on("serial", Kind.TEXT, to=AFTER)
def take_number(ctx: Context, code: Code) -> Outcome:
    open_receipt(ctx)
    return passed(ctx, line_in_hand(ctx), inputs.text(code, serials.LONGEST))


@stage2.on("serial", Kind.PRODUCT, Kind.LABEL, to=AFTER)
def take_label(ctx: Context, code: Code) -> Outcome:
    """A GS1 code with the number in it; E-SN-05 for another article's, E-SN-06 without a number."""
    open_receipt(ctx)
    line = line_in_hand(ctx)
    if code.kind is Kind.PRODUCT and code.sku_id != line.sku_id:
        raise Refused("E-SN-05")
    if not code.serial:
        raise Refused("E-SN-06")
    return passed(ctx, line, code.serial)


stage2.command("serial", "CM-DAMAGE", to="defect", label="L-BAD-SAMPLE")(failing.ask_what)


@stage2.command("serial", "CM-SKIP", to="sample", label="L-BACK")
def no_number(ctx: Context) -> Outcome:
    return ctx.go("sample", "S-OK")
