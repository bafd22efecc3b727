"""A counted line was wrong: choose it, see it, take it out; then count the article again (P2)."""

from __future__ import annotations

from station.catalog import rules as catalog
from station.ground.scan import inputs
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.workflow import Context, Facts, Outcome
from station.ground.words.messages import Refused
from station.inbound import rules as receipts
from station.inbound.models import ReceiptLine
from station.inbound.stage1 import rules
from station.inbound.stage1.flow import Counting, open_receipt, stage1

SHOWN = 5


def row(ctx: Context, line: ReceiptLine) -> tuple[str, str, str]:
    """A counted line in a list: article, quantity, expiry or what was refused."""
    refused = f"−{line.qty_rejected}" if line.qty_rejected else str(line.expires_on or "")
    return catalog.sku(ctx.tx, line.sku_id).name_zh, f"{line.cartons}×{line.case_qty}+{line.loose}", refused


@stage1.screen("lines", prompt="P-ST1-LINES")
def ask_line(ctx: Context) -> Facts:
    """The newest lines; scanning an article shows only its own."""
    at = ctx.at(Counting)
    shown = [
        (str(number), *row(ctx, line)[:2])
        for number, line in enumerate(receipts.lines(ctx.tx, at.receipt), 1)
        if at.sku in {0, line.sku_id}
    ]
    return Facts(pad="choice", table=shown[-SHOWN:], hint="CM-SKIP")


@stage1.on("lines", Kind.PRODUCT, to="lines")
def only_this(ctx: Context, code: Code) -> Outcome:
    at = ctx.at(Counting)
    if code.sku_id not in {line.sku_id for line in receipts.lines(ctx.tx, at.receipt)}:
        raise Refused("E-RCV-09")
    at.sku = code.sku_id or 0
    return ctx.go("lines", "S-OK", undo=None)


@stage1.on("lines", Kind.QUANTITY, to="remove")
def choose_line(ctx: Context, code: Code) -> Outcome:
    at = ctx.at(Counting)
    counted = receipts.lines(ctx.tx, at.receipt)
    at.line = counted[inputs.quantity(code, 1, len(counted)) - 1].id
    return ctx.go("remove", "S-OK", undo=None)


@stage1.command("lines", "CM-SKIP", to="product", label="L-BACK")
def nothing_wrong(ctx: Context) -> Outcome:
    return _back(ctx, "S-OK")


@stage1.screen("remove", prompt="P-ST1-REMOVE")
def ask_remove(ctx: Context) -> Facts:
    line = ctx.tx.get_one(ReceiptLine, ctx.at(Counting).line)
    name, count, refused = row(ctx, line)
    lines = [("L-PRODUCED", str(line.produced_on or "")), ("L-EXPIRES", str(line.expires_on or ""))]
    if line.qty_rejected:
        lines.append(("L-REJECTED", refused))
    return Facts(big=count, name=name, lines=lines, hint="CM-SKIP")


@stage1.command("remove", "CM-OK", to="product", label="L-REMOVE-LINE")
def remove_line(ctx: Context) -> Outcome:
    receipt = open_receipt(ctx)
    rules.remove(ctx, receipt, rules.counted_line(ctx.tx, receipt, ctx.at(Counting).line))
    return _back(ctx, "S-ST1-REMOVED")


@stage1.command("remove", "CM-SKIP", to="product", label="L-KEEP-LINE")
def keep_line(ctx: Context) -> Outcome:
    return _back(ctx, "S-OK")


def _back(ctx: Context, said: str) -> Outcome:
    ctx.begin(Counting(ctx.at(Counting).receipt))
    return ctx.go("product", said)
