"""The signatures themselves: who may open a sheet, where they stand, what their screens share."""

from __future__ import annotations

from dataclasses import dataclass

from station.ground.scan.workflow import Context, Facts, Workflow
from station.ground.words.actor import Role
from station.inbound import rules as receipts
from station.inbound.gifts import arrivals
from station.inbound.models import Receipt, ReceiptState
from station.inbound.sign import labels

WAITING = (ReceiptState.AWAIT_SIGN, ReceiptState.SUSPENDED, ReceiptState.SIGNED)

sign_off = Workflow(
    "sign",
    title="L-SIGN",
    roles={Role.RECEIVER, Role.CLERK, Role.SUPERVISOR},
    start="sheet",
    waiting=receipts.waiting_in(*WAITING),
    prints=True,
    pen="office.pen_in_hand",
)


@dataclass
class Signing:
    """The receipt (id), the receiver's badge until the driver has signed too, and why the driver does not;
    `version` is what the driver says of the goods.
    """

    receipt: int = 0
    receiver: str = ""
    reason: str = ""
    version: str = ""


def receipt_in_hand(ctx: Context) -> Receipt:
    """The receipt whose sheet lies here."""
    return receipts.receipt(ctx.tx, ctx.at(Signing).receipt)


def totals(ctx: Context) -> Facts:
    """What was delivered, accepted, refused and given as gifts (EACH)."""
    receipt = receipt_in_hand(ctx)
    lines = receipts.lines(ctx.tx, receipt.id)
    given = sum(one.qty for one in arrivals.of(ctx.tx, receipt.id))
    return Facts(
        big=receipt.sheet_no,
        lines=[
            ("L-DELIVERED", str(sum(line.qty_delivered for line in lines) + given)),
            ("L-SHEET-GIFTS", str(given or "")),
            ("L-ACCEPTED", str(sum(line.qty_accepted for line in lines))),
            ("L-REJECTED", str(sum(line.qty_rejected for line in lines))),
        ],
    )


def after_sign(ctx: Context) -> str:
    """Where a signed sheet goes on: a clerk keys it in, its labels are stuck, or the slip is signed."""
    left, total, _first = labels.left(ctx, receipt_in_hand(ctx))
    if not total:
        return "entry"
    return "labels" if left else "supervisor"
