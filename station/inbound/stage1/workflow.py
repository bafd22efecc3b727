"""初验 · stage 1: the receiver counts with the driver (P2, S-02, S-04, S-06).

Scan the acceptance sheet. Then for each article, date and outer condition: scan the carton's own number where
it has one (an SSCC, or a label of ours: what the order or an earlier day says is in it is counted next, else
the number is kept with the count) or the product, count cartons, units per carton and loose units (what was
ordered stays hidden), read the production date, compare the derived expiry with the print, enter the lot
where the article has one, judge the outer packing; what is spoilt is refused. Loose units in the carton that
was counted last say so (CM-QTY). Full cartons as they always are, every one intact, are one card (CM-FULL
where the units of a carton are asked): only what no code has told is asked after it. What a label says of it
(dates, lot, how many) is shown where it is asked, and can be changed there and at the end of the line. What
is too much goes back with the driver, or a supervisor takes it in on hold (CM-SHORT). A count far beyond the
order is asked twice. Dated goods that show no date are refused, or a supervisor sets them aside (CM-SHORT):
they go the way of all goods, but on hold, until somebody finds their date out. CM-UNDO takes the last line
back, CM-SKIP corrects an earlier one.
CM-CLOSE names what was not counted, asks once more, ends the count and draws the samples for stage 2;
until the sheet is signed, the sheet scanned here again re-opens the count. CM-REPRINT prints temporary labels
for cartons that have none, with the numbers that are chalked on otherwise. An article that is not on the
order is written on the sheet as refused; CM-DAMAGE before an article refuses the whole truck.

Every line is kept when it is written. Whoever leaves gives the receipt back with its lines; a line that
was not finished is nothing yet.
"""

from __future__ import annotations

from station.catalog import rules as catalog
from station.ground.scan import doubts
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.workflow import Context, Facts, Outcome
from station.ground.words.messages import Refused, say
from station.inbound import cartons
from station.inbound import refusing as refusals
from station.inbound import rules as receipts
from station.inbound.models import RECEIPT, ReceiptState
from station.inbound.screens import waiting_receipts
from station.inbound.stage1 import (
    amending,
    closing,
    correcting,
    counting,
    dating,
    numbered,
    recording,
    refusing,
    rules,
    unlabelled,
)
from station.inbound.stage1.flow import Counting, open_receipt, stage1

__all__ = ["stage1"]
PARTS = (counting, dating, recording, amending, correcting, refusing, numbered)
"""Where the steps of a line are declared."""
SHOWN = 5


@stage1.screen("receipt", prompt="P-ST1-RECEIPT")
def ask_receipt(ctx: Context) -> Facts:
    return waiting_receipts(ctx, ReceiptState.ARRIVED, ReceiptState.STAGE1)


@stage1.on("receipt", Kind.RECEIPT, Kind.SHEET, to=("product", "reopen"))
def take_receipt(ctx: Context, code: Code) -> Outcome:
    receipt = receipts.receipt_by_code(ctx.tx, code.text)
    closed = closing.may_reopen(ctx.tx, receipt)
    if not closed and receipt.state not in {ReceiptState.ARRIVED, ReceiptState.STAGE1}:
        raise Refused("E-RCV-07", st=receipt.state)
    if ctx.claim(f"RC1:{receipt.receipt_no}"):
        return ctx.resumed("S-ST1-OPEN", no=receipt.receipt_no)
    ctx.begin(Counting(receipt.id))
    if closed:
        return ctx.go("reopen", "W-ST1-CLOSED", no=receipt.receipt_no)
    if receipt.state == ReceiptState.ARRIVED:
        RECEIPT.move(ctx, receipt, "begin_stage1")
    return ctx.go("product", "S-ST1-OPEN", no=receipt.receipt_no)


@stage1.screen("reopen", prompt="P-ST1-REOPEN")
def ask_reopen(ctx: Context) -> Facts:
    receipt = receipts.receipt(ctx.tx, ctx.at(Counting).receipt)
    lines = receipts.lines(ctx.tx, receipt.id)
    table = [correcting.row(ctx, line) for line in lines[-SHOWN:]]
    return Facts(big=receipt.receipt_no, table=table, lines=[("L-COUNTED", str(len(lines)))], hint="CM-SKIP")


@stage1.command("reopen", "CM-OK", to="product", label="L-COUNT-ON")
def reopen(ctx: Context) -> Outcome:
    receipt = receipts.receipt_in(ctx.tx, ctx.at(Counting).receipt, *closing.REOPENED)
    closing.reopen(ctx, receipt)
    return ctx.go("product", "S-ST1-OPEN", no=receipt.receipt_no)


@stage1.command("reopen", "CM-SKIP", to="receipt", label="L-BACK")
def stay_closed(ctx: Context) -> Outcome:
    return ctx.restart("S-OK")


@stage1.screen("product", prompt="P-ST1-PRODUCT")
def ask_product(ctx: Context) -> Facts:
    receipt = receipts.receipt(ctx.tx, ctx.at(Counting).receipt)
    counted = receipts.lines(ctx.tx, receipt.id)
    return Facts(
        big=receipt.receipt_no,
        table=[correcting.row(ctx, line) for line in counted[-3:]],
        lines=[
            ("L-COUNTED", str(len(counted))),
            ("L-CARTON-NOS", cartons.span(counted[-1]) if counted else ""),
            ("L-REFUSED", str(len(refusals.of(ctx.tx, receipt.id)) or "")),
            ("L-CARTON-CODE", ctx.at(Counting).number),
        ],
        progress=closing.articles(ctx.tx, receipt, counted),
        hint="CM-CLOSE" if counted else "",
    )


@stage1.on("product", Kind.PRODUCT, to=("cartons", "foreign"))
@stage1.on("foreign", Kind.PRODUCT, to=("cartons", "foreign"))
def take_product(ctx: Context, code: Code) -> Outcome:
    """What nobody ordered (E-RCV-04) may be written on the sheet as refused."""
    assert code.sku_id is not None
    receipt = open_receipt(ctx)
    try:
        rules.expected_line(ctx.tx, receipt, code.sku_id)
    except Refused as refusal:
        raise refusal.back_to("foreign", keep={"sku": code.sku_id}) from None
    packs, pack = _said_count(code)
    twice = numbered.counted_twice(ctx, receipt, code)
    is_made = code.produced_on is None or code.produced_on <= ctx.today
    ctx.begin(
        Counting(
            receipt.id,
            code.sku_id,
            packs=packs,
            pack=pack,
            is_inner=code.level == "INNER",
            produced=code.produced_on if is_made else None,
            printed=code.expires_on,
            lot="" if code.lot_unsure else code.lot or "",
            unsure_lot=code.lot or "" if code.lot_unsure else "",
            number=code.sscc or ctx.at(Counting).number,
        )
    )
    if twice is not None:
        return ctx.go("cartons", twice[0], undo=None, **twice[1])
    if not is_made:
        return ctx.go("cartons", "W-LBL-FUTURE", undo=None, day=str(code.produced_on))
    said, facts = doubts.told(code, "S-ST1-PRODUCT", name=catalog.sku(ctx.tx, code.sku_id).name_zh)
    return ctx.go("cartons", said, undo=None, **facts)


def _said_count(code: Code) -> tuple[int, int]:
    """(cartons, EACH in one) as the code says, 0 where it does not: a pack's code says what a carton holds
    and its label how many there are; a piece's label says how many are in this carton.
    """
    if code.level == "EACH":
        return 0, code.count or 0
    return code.count or 0, code.pack_qty


@stage1.command("product", "CM-CLOSE", to=("receipt", "missing"), label="L-CLOSE-COUNT")
def close(ctx: Context) -> Outcome:
    receipt = open_receipt(ctx)
    if not receipts.lines(ctx.tx, receipt.id):
        raise Refused("E-RCV-08")
    lacking = closing.missing(ctx, receipt)
    if lacking:
        return ctx.go("missing", "W-ST1-MISSING", undo=None, n=len(lacking))
    if closing.lacks_photo(ctx.tx, receipt):
        return ctx.go("missing", "W-ST1-PHOTO", undo=None)
    return _close(ctx)


@stage1.command("product", "CM-SKIP", to="lines", label="L-CORRECT")
def correct(ctx: Context) -> Outcome:
    if not receipts.lines(ctx.tx, ctx.at(Counting).receipt):
        raise Refused("E-RCV-08")
    return ctx.go("lines", "S-OK", undo=None)


stage1.on("product", Kind.SSCC, Kind.CARTON, to=("product", "cartons"))(numbered.take_number)
stage1.command("product", "CM-DAMAGE", to="refuse", label="L-REFUSE-TRUCK")(refusing.ask_why)
stage1.command("product", "CM-REPRINT", to="temp", label="L-TEMP-LABELS")(unlabelled.want)


@stage1.screen("missing", prompt="P-ST1-MISSING")
def ask_missing(ctx: Context) -> Facts:
    """What was not counted, by name; how much of what was counted is short, only where that is no secret; the
    photo of what was spoilt.
    """
    receipt = receipts.receipt(ctx.tx, ctx.at(Counting).receipt)
    lacking = closing.missing(ctx, receipt)
    nothing = say("L-NOT-COUNTED")
    table = [
        (item.name, nothing["zh"], nothing["en"])
        if item.counted is None
        else (item.name, f"{item.counted}/{item.expected}", "")
        for item in lacking[:SHOWN]
    ]
    if closing.lacks_photo(ctx.tx, receipt):
        photo = say("L-NO-PHOTO")
        table.append((photo["zh"], photo["en"], "📸"))
    return Facts(big=str(len(lacking) or ""), table=table, hint="CM-SKIP")


@stage1.command("missing", "CM-OK", to="receipt", label="L-CLOSE-ALL-THE-SAME")
def close_short(ctx: Context) -> Outcome:
    return _close(ctx)


@stage1.command("missing", "CM-SKIP", to="product", label="L-COUNT-ON")
def count_on(ctx: Context) -> Outcome:
    return ctx.go("product", "S-OK")


def _close(ctx: Context) -> Outcome:
    receipt = open_receipt(ctx)
    differs = closing.close_count(ctx, receipt)
    return ctx.restart("W-RCV-06" if differs else "S-ST1-DONE", no=receipt.receipt_no)
