"""到货登记 · arrival (P1).

The driver hands over the delivery note. Scan the purchase order's or notice's barcode; where there is none,
type a part of its number or of the supplier's name, or scan one of the articles, and choose from the list.
The order's supplier and what other trucks brought of it are shown: a note of another supplier is refused
(CM-DAMAGE). Enter the plate, the driver's name and the number of cartons on the note; where there are several
docks, scan the label of the one where it stands before that number. The station opens a
receipt and prints the draft of the acceptance sheet, which the driver takes along to the joint count (S-01),
and the label of the lane where the goods stand. A truck without an order (CM-SHORT) is let in by a
supervisor, who says whose it is; what it brings stays on hold until a clerk matches an order.
Until the last entry nothing is kept: whoever leaves leaves nothing behind. A truck that was registered by
mistake: scan its sheet here and say why; as long as nothing of it is counted, it is none.
"""

from __future__ import annotations

from station.ground.scan import inputs
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.kit import choice
from station.ground.scan.kit.choice import Reason
from station.ground.scan.workflow import Context, Facts, Outcome
from station.ground.words.messages import Refused, say
from station.inbound import rules as receipts
from station.inbound.arrive import documents, looking, rules, without_order
from station.inbound.arrive.flow import ALL, Arriving, arrive, truck_facts
from station.inbound.blind import rules as blind
from station.inbound.models import RECEIPT, Receipt
from station.paper.sending import print_

__all__ = ["arrive"]
PARTS = (looking, without_order)
"""Where the steps before a truck is known are declared."""
TRUCKS = 2
"""So many other trucks of an order are named on the screen, the latest ones."""

MISTAKES = (
    Reason("TRUCK", "L-ARR-TRUCK"),
    Reason("TWICE", "L-ARR-TWICE"),
    Reason("GONE", "L-ARR-GONE"),
    Reason("OTHER", "L-WHY-OTHER"),
)
"""Why a truck that was registered is none: 登错车/登了两次/车走了/其他."""


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


@arrive.screen("plate", prompt="P-ARR-PLATE")
def ask_plate(ctx: Context) -> Facts:
    """Whose goods these should be, and what other trucks brought of the order."""
    facts, at = truck_facts(ctx), ctx.at(Arriving)
    came = rules.came_already(ctx.tx, at.notice)
    facts.lines = [
        ("L-SUPPLIER", _supplier(ctx)),
        ("L-CAME", "; ".join(f"{no} {qty}" for no, qty in came[-TRUCKS:])),
    ]
    return facts


def _supplier(ctx: Context) -> str:
    at = ctx.at(Arriving)
    return blind.supplier_name(ctx.tx, at.supplier) if at.supplier else rules.supplier_of(ctx.tx, at.notice)


@arrive.command("plate", "CM-DAMAGE", to="notice", label="L-OTHER-SUPPLIER")
def other_supplier(ctx: Context) -> Outcome:
    """The delivery note is another supplier's: this truck does not come for this order."""
    raise Refused("E-RCV-02", supplier=_supplier(ctx)).back_to("notice", forget=ALL)


@arrive.on("plate", Kind.TEXT, to="driver")
def take_plate(ctx: Context, code: Code) -> Outcome:
    ctx.at(Arriving).plate = inputs.text(code, 20)
    return ctx.go("driver", "S-OK", undo=None)


@arrive.screen("driver", prompt="P-ARR-DRIVER")
def ask_driver(ctx: Context) -> Facts:
    return truck_facts(ctx)


@arrive.on("driver", Kind.TEXT, to="cartons")
def take_driver(ctx: Context, code: Code) -> Outcome:
    ctx.at(Arriving).driver = inputs.text(code, 60)
    return ctx.go("cartons", "S-OK", undo=None)


@arrive.screen("cartons", prompt="P-ARR-CARTONS")
def ask_cartons(ctx: Context) -> Facts:
    facts, at = truck_facts(ctx), ctx.at(Arriving)
    facts.pad = "qty"
    facts.lines.append(("L-DOCK", rules.place_code(ctx.tx, at.dock) if at.dock else ""))
    return facts


@arrive.on("cartons", Kind.LOCATION, to="cartons")
def take_dock(ctx: Context, code: Code) -> Outcome:
    """The label of the dock where the truck stands; without one it is the first."""
    ctx.at(Arriving).dock, name = rules.dock(ctx.tx, code.text)
    return ctx.go("cartons", "S-ARR-DOCK", undo=None, dock=name)


@arrive.on("cartons", Kind.QUANTITY, to="notice")
def take_cartons(ctx: Context, code: Code) -> Outcome:
    at, cartons = ctx.at(Arriving), inputs.quantity(code, 1, ctx.settings.rules.qty_max)
    try:
        receipt = _open(ctx, at, cartons)
    except Refused as gone:
        raise gone.back_to("notice", forget=ALL) from None
    print_(ctx, documents.draft(ctx.tx, ctx.settings, receipt), "AS", receipt.sheet_no, key="draft")
    _label_lane(ctx, receipt)
    return ctx.restart("S-ARR-DONE", no=receipt.receipt_no)


def _label_lane(ctx: Context, receipt: Receipt) -> None:
    """The label of the lane; without a printer for it one writes it by hand."""
    try:
        print_(ctx, documents.dock_label(ctx.tx, ctx.settings, receipt), "RC", receipt.receipt_no)
    except Refused:
        return


def _open(ctx: Context, at: Arriving, cartons: int) -> Receipt:
    if at.supplier:
        return rules.arrive_blind(ctx, at.supplier, at.plate, at.driver, cartons, at.leave, at.dock)
    return rules.arrive(ctx, at.notice, at.plate, at.driver, cartons, at.dock)
