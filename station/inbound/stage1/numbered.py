"""A carton's own number at the count (P2): an SSCC, or a label of ours, scanned before its goods or after.

Where the order or an earlier day says what is in it, that article is counted next; else the number is kept
for the article that is scanned next. It never says how many there are.
"""

from __future__ import annotations

from station.catalog import rules as catalog
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.workflow import Context, Outcome
from station.ground.words.messages import Refused
from station.inbound import rules as receipts
from station.inbound.advised import rules as advised
from station.inbound.advised.rules import Known, Where
from station.inbound.models import Receipt
from station.inbound.stage1 import counting, rules
from station.inbound.stage1.flow import Counting, open_receipt, stage1

__all__ = ["counting"]


def take_number(ctx: Context, code: Code) -> Outcome:
    """E-RCV-18 for one of our cartons that holds goods in this house."""
    receipt, number = open_receipt(ctx), code.text
    known = advised.look_up(ctx.tx, receipt, number)
    mine = _ordered(ctx, receipt, known)
    if known.where in {Where.ADVISED, Where.BEFORE} and len(mine) == 1:
        (sku_id,) = mine
        ctx.begin(Counting(receipt.id, sku_id, number=number))
        name = catalog.sku(ctx.tx, sku_id).name_zh
        return ctx.go("cartons", "S-ST1-IN-CARTON", undo=None, name=name)
    ctx.begin(Counting(receipt.id, number=number))
    said, facts = _said(ctx, receipt, known, number)
    return ctx.go("product", said, undo=None, **facts)


def _ordered(ctx: Context, receipt: Receipt, known: Known) -> list[int]:
    """Which of the articles that are said to be in it are on this truck's order."""
    mine = []
    for sku_id in known.skus:
        try:
            rules.expected_line(ctx.tx, receipt, sku_id)
        except Refused:
            continue
        mine.append(sku_id)
    return mine


def _said(ctx: Context, receipt: Receipt, known: Known, number: str) -> tuple[str, dict[str, object]]:
    """What is told where the product must still be scanned."""
    if known.where is Where.COUNTED:
        lines = [line for line in receipts.lines(ctx.tx, receipt.id) if line.carton_code == number]
        name = " / ".join(advised.names(ctx.tx, known.skus))
        return "W-ST1-TWICE", {"name": name, "n": sum(line.qty_delivered for line in lines)}
    if known.where is Where.ELSEWHERE:
        return "W-ST1-OTHER-ORDER", {"no": known.order}
    names = advised.names(ctx.tx, known.skus)
    return ("S-ST1-SEVERAL", {"name": " / ".join(names)}) if names else ("S-ST1-NUMBER", {"no": number})


@stage1.on("cartons", Kind.SSCC, Kind.CARTON, to="cartons")
def add_number(ctx: Context, code: Code) -> Outcome:
    """The number of the carton whose product was scanned first."""
    advised.look_up(ctx.tx, open_receipt(ctx), code.text)
    ctx.at(Counting).number = code.text
    return ctx.go("cartons", "S-ST1-NUMBERED", undo=None, no=code.text)


def counted_twice(ctx: Context, receipt: Receipt, code: Code) -> tuple[str, dict[str, object]] | None:
    """What is told of a label whose carton was counted on this truck already; None of every other one."""
    known = advised.look_up(ctx.tx, receipt, code.sscc) if code.sscc else None
    return _said(ctx, receipt, known, code.sscc) if known and known.where is Where.COUNTED else None
