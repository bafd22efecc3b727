"""到货登记 · arrival (P1).

The driver hands over the delivery note. Scan the purchase order's or notice's barcode, enter the
plate, the driver's name and the number of cartons on the note. The station opens a receipt and
prints the draft of the acceptance sheet, which the driver takes along to the joint count (S-01).
Until the last entry nothing is kept: whoever leaves leaves nothing behind. A truck that was registered by
mistake: scan its sheet here and say why; as long as nothing of it is counted, it is none.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from station.ground.scan import inputs
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.kit import choice
from station.ground.scan.kit.choice import Reason
from station.ground.scan.workflow import Context, Facts, Outcome, Workflow
from station.ground.words.actor import Role
from station.ground.words.messages import Refused, say
from station.inbound import rules as receipts
from station.inbound.arrive import documents, rules
from station.inbound.models import RECEIPT
from station.paper.sending import print_

arrive = Workflow(
    "arrive",
    title="L-ARRIVE",
    roles={Role.RECEIVER, Role.CLERK, Role.SUPERVISOR},
    start="notice",
    waiting=rules.count_notices,
)


MISTAKES = (
    Reason("TRUCK", "L-ARR-TRUCK"),
    Reason("TWICE", "L-ARR-TWICE"),
    Reason("GONE", "L-ARR-GONE"),
    Reason("OTHER", "L-WHY-OTHER"),
)
"""Why a truck that was registered is none: 登错车/登了两次/车走了/其他."""


@dataclass
class Arriving:
    """The notice (id and number) and what the driver says; or the receipt (id) that was a mistake."""

    notice: int = 0
    asn: str = ""
    plate: str = ""
    driver: str = ""
    receipt: int = 0


@arrive.screen("notice", prompt="P-ARR-NOTICE")
def ask_notice(ctx: Context) -> Facts:
    waiting = rules.open_notices(ctx.tx, ctx.settings.warehouse_code, limit=4)
    return Facts(
        table=[(row.asn_no, row.name, str(row.expected_on or "")) for row in waiting],
        hint=waiting[0].asn_no if waiting else "",
    )


@arrive.on("notice", Kind.NOTICE, to="plate")
def take_notice(ctx: Context, code: Code) -> Outcome:
    notice = rules.notice(ctx.tx, code.text, ctx.settings.warehouse_code)
    ctx.begin(Arriving(notice=notice.id, asn=notice.asn_no))
    late = rules.is_late(notice, ctx.today, ctx.rules.po_late_days)
    return ctx.go("plate", "W-RCV-03" if late else "S-ARR-NOTICE", undo=None, asn=notice.asn_no)


@arrive.on("notice", Kind.RECEIPT, Kind.SHEET, to="wrong")
def take_receipt(ctx: Context, code: Code) -> Outcome:
    receipt = receipts.receipt_by_code(ctx.tx, code.text)
    if not RECEIPT.may(receipt.state, "cancel"):
        raise Refused("E-RCV-07", st=receipt.state)
    ctx.begin(Arriving(receipt=receipt.id))
    return ctx.go("wrong", "W-ARR-WRONG", undo=None, no=receipt.receipt_no)


def _head(ctx: Context) -> Facts:
    receipt = receipts.receipt(ctx.tx, ctx.at(Arriving).receipt)
    return Facts(big=receipt.receipt_no, lines=[("L-PLATE", receipt.plate), ("L-DRIVER", receipt.driver)])


def _cancel(ctx: Context, reason: Reason) -> Outcome:
    receipt = receipts.receipt_by_code(ctx.tx, receipts.receipt(ctx.tx, ctx.at(Arriving).receipt).receipt_no)
    rules.cancel(ctx, receipt, say(reason.label)["zh"])
    return ctx.restart("W-ARR-CANCELLED", no=receipt.receipt_no)


choice.add_step(
    arrive,
    "wrong",
    prompt="P-ARR-WRONG",
    reasons=MISTAKES,
    then=_cancel,
    to="notice",
    show=_head,
    back="notice",
)


@arrive.on("notice", Kind.UNKNOWN, Kind.TEXT, to="notice")
def unknown_notice(_ctx: Context, _code: Code) -> Outcome:
    raise Refused("E-RCV-01")


@arrive.screen("plate", prompt="P-ARR-PLATE")
def ask_plate(ctx: Context) -> Facts:
    return _facts(ctx, pad="text")


@arrive.on("plate", Kind.TEXT, to="driver")
def take_plate(ctx: Context, code: Code) -> Outcome:
    ctx.at(Arriving).plate = inputs.text(code, 20)
    return ctx.go("driver", "S-OK", undo=None)


@arrive.screen("driver", prompt="P-ARR-DRIVER")
def ask_driver(ctx: Context) -> Facts:
    return _facts(ctx, pad="text")


@arrive.on("driver", Kind.TEXT, to="cartons")
def take_driver(ctx: Context, code: Code) -> Outcome:
    ctx.at(Arriving).driver = inputs.text(code, 60)
    return ctx.go("cartons", "S-OK", undo=None)


@arrive.screen("cartons", prompt="P-ARR-CARTONS")
def ask_cartons(ctx: Context) -> Facts:
    return _facts(ctx, pad="qty")


@arrive.on("cartons", Kind.QUANTITY, to="notice")
def take_cartons(ctx: Context, code: Code) -> Outcome:
    at, cartons = ctx.at(Arriving), inputs.quantity(code, 1, ctx.settings.rules.qty_max)
    try:
        receipt = rules.arrive(ctx, at.notice, at.plate, at.driver, cartons)
    except Refused as gone:
        raise gone.back_to("notice", forget=tuple(field.name for field in fields(Arriving))) from None
    print_(ctx, documents.draft(ctx.tx, ctx.settings, receipt), "AS", receipt.sheet_no, key="draft")
    return ctx.restart("S-ARR-DONE", no=receipt.receipt_no)


def _facts(ctx: Context, pad: str) -> Facts:
    at = ctx.at(Arriving)
    return Facts(big=at.asn, pad=pad, lines=[("L-PLATE", at.plate), ("L-DRIVER", at.driver)])
