"""到货登记 · arrival (P1).

The driver hands over the delivery note. Scan the purchase order's or notice's barcode, enter the
plate, the driver's name and the number of cartons on the note. The station opens a receipt and
prints the draft of the acceptance sheet, which the driver takes along to the joint count (S-01).
"""

from __future__ import annotations

from station.ground.scan import inputs
from station.ground.scan.codes import Code, Kind
from station.ground.scan.workflow import Context, Facts, Outcome, Workflow
from station.ground.words.actor import Role
from station.ground.words.messages import Refused
from station.inbound import documents, rules
from station.inbound.models import InboundNotice
from station.paper.sending import print_

arrive = Workflow(
    "arrive",
    title="L-ARRIVE",
    roles={Role.RECEIVER, Role.CLERK, Role.SUPERVISOR},
    start="notice",
    waiting=documents.count_notices,
)


@arrive.screen("notice", prompt="P-ARR-NOTICE")
def ask_notice(ctx: Context) -> Facts:
    waiting = documents.open_notices(ctx.tx, ctx.settings.warehouse_code, limit=4)
    return Facts(
        table=[(row.asn_no, row.name, str(row.expected_on or "")) for row in waiting],
        hint=waiting[0].asn_no if waiting else "",
    )


@arrive.on("notice", Kind.NOTICE, to="plate")
def take_notice(ctx: Context, code: Code) -> Outcome:
    found = rules.notice(ctx.tx, code.text, ctx.settings.warehouse_code)
    ctx.run.data = {"notice": found.id, "asn": found.asn_no}
    late = rules.is_late(found, ctx.today, ctx.settings.rules.po_late_days)
    return ctx.go("plate", "W-RCV-03" if late else "S-ARR-NOTICE", undo=None, asn=found.asn_no)


@arrive.on("notice", Kind.UNKNOWN, Kind.TEXT, to="notice")
def unknown_notice(_ctx: Context, _code: Code) -> Outcome:
    raise Refused("E-RCV-01")


@arrive.screen("plate", prompt="P-ARR-PLATE")
def ask_plate(ctx: Context) -> Facts:
    return _facts(ctx, pad="text")


@arrive.on("plate", Kind.TEXT, to="driver")
def take_plate(ctx: Context, code: Code) -> Outcome:
    ctx.data["plate"] = inputs.text(code, 20)
    return ctx.go("driver", "S-OK", undo=None)


@arrive.screen("driver", prompt="P-ARR-DRIVER")
def ask_driver(ctx: Context) -> Facts:
    return _facts(ctx, pad="text")


@arrive.on("driver", Kind.TEXT, to="cartons")
def take_driver(ctx: Context, code: Code) -> Outcome:
    ctx.data["driver"] = inputs.text(code, 60)
    return ctx.go("cartons", "S-OK", undo=None)


@arrive.screen("cartons", prompt="P-ARR-CARTONS")
def ask_cartons(ctx: Context) -> Facts:
    return _facts(ctx, pad="qty")


@arrive.on("cartons", Kind.QUANTITY, to="notice")
def take_cartons(ctx: Context, code: Code) -> Outcome:
    cartons = inputs.quantity(code, 1, ctx.settings.rules.qty_max)
    receipt = rules.arrive(ctx, ctx.data["notice"], ctx.data["plate"], ctx.data["driver"], cartons)
    print_(
        ctx, documents.acceptance_sheet(ctx.tx, receipt, is_draft=True), "AS", receipt.sheet_no, key="draft"
    )
    return ctx.restart("S-ARR-DONE", no=receipt.receipt_no)


def _facts(ctx: Context, pad: str) -> Facts:
    notice = ctx.tx.get_one(InboundNotice, ctx.data["notice"])
    return Facts(
        big=notice.asn_no,
        pad=pad,
        lines=[("L-PLATE", ctx.data.get("plate", "")), ("L-DRIVER", ctx.data.get("driver", ""))],
    )
