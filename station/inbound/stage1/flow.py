"""Stage 1 itself: who may count, where the receiver stands, what the screens of one line show."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from station.catalog import rules as catalog
from station.ground.scan import position
from station.ground.scan.workflow import Context, Facts, Workflow
from station.ground.words.actor import Role
from station.inbound import rules as receipts
from station.inbound.arrive.flow import NO_ORDER
from station.inbound.models import Receipt, ReceiptState
from station.inbound.stage1 import rules

ALLOWED = {
    "1": "L-REASON-BUYER",
    "2": "L-REASON-WANTED",
    "3": "L-REASON-PROMOTION",
    "4": "L-REASON-DISCOUNT",
    "5": "L-REASON-OTHER",
}
"""Why a supervisor takes in goods that are too old."""

UNDATED = {
    "1": "L-REASON-DATE-COMES",
    "2": "L-REASON-BUYER",
    "3": "L-REASON-WANTED",
    "4": "L-REASON-OTHER",
}
"""Why a supervisor sets aside dated goods that show no date."""

EXCESS = {"1": "L-REASON-BUYER", "2": "L-REASON-WANTED", "3": "L-REASON-OTHER"}
"""Why a supervisor takes in more than was ordered."""

stage1 = Workflow(
    "stage1",
    title="L-STAGE1",
    roles={Role.RECEIVER, Role.SUPERVISOR},
    start="receipt",
    waiting=receipts.waiting_in(ReceiptState.ARRIVED, ReceiptState.STAGE1),
    photos="office.photos_in_hand",
    reasons={
        "E-EXP-08": UNDATED,
        "E-EXP-": ALLOWED,
        "W-EXP-": ALLOWED,
        "E-RCV-16": EXCESS,
        "E-RCV-12": NO_ORDER,
    },
)


@dataclass
class Counting:
    """A receipt (id) and, while one is entered, its next line: article (id), EACH per carton, dates as read,
    what of it is refused because there is too much (EACH), what a supervisor allowed, whether it is set
    aside without a date.

    `printed` is the expiry that a code carried, `unsure_lot` a lot that may have swallowed its neighbour,
    `reason` why the whole truck is refused. `derived` is the production that follows from an expiry; `packs`
    cartons of `pack` EACH are what the code says there are (0: it says nothing of it); of one that
    `is_inner` packs inside a carton are counted, as loose pieces. `parked` EACH are too
    many and taken in on hold, with a supervisor's `leave`. `number` is what the carton or pallet itself says
    that it is called (SSCC, or a label of ours).
    """

    receipt: int = 0
    sku: int = 0
    cartons: int | None = None
    case: int | None = None
    loose: int | None = None
    refused: int = 0
    is_inner: bool = False
    is_mixed: bool = False
    parked: int = 0
    leave: str = ""
    packs: int = 0
    pack: int = 0
    produced: date | None = None
    derived: date | None = None
    printed: date | None = None
    expires: date | None = None
    lot: str = ""
    unsure_lot: str = ""
    override: str = ""
    is_undated: bool = False
    outer: str = ""
    line: int = 0
    reason: str = ""
    number: str = ""

    @property
    def qty(self) -> int:
        """EACH counted so far."""
        return (self.cartons or 0) * (self.case or 0) + (self.loose or 0)

    def recount(self) -> Counting:
        """The same article and what its code said, but no quantity yet."""
        return replace(
            self, cartons=None, case=None, loose=None, refused=0, parked=0, leave="", outer="", is_mixed=False
        )


def kept(ctx: Context, **more: Any) -> dict[str, Any]:
    """The line as it is entered, for a refusal that leads on to another step, with `more` of it."""
    return position.dump(replace(ctx.at(Counting), **more))


def open_receipt(ctx: Context) -> Receipt:
    """The receipt that is counted; E-RCV-07 once its count was closed."""
    return receipts.receipt_in(ctx.tx, ctx.at(Counting).receipt, ReceiptState.STAGE1)


def line_facts(ctx: Context, *, pad: str = "", default: str = "") -> Facts:
    """What every screen of a line shows; what was ordered only where the count is not blind."""
    at = ctx.at(Counting)
    sku = catalog.sku(ctx.tx, at.sku)
    known = ["?" if number is None else str(number) for number in (at.cartons, at.case, at.loose)]
    count = "" if at.cartons is None else f"{known[0]}×{known[1]}+{known[2]}"
    return Facts(
        name=sku.name_zh,
        spec=sku.spec,
        photo=sku.code,
        pad=pad,
        default=default,
        lines=[
            ("L-ORDERED", _ordered(ctx)),
            ("L-COUNT", count),
            ("L-PRODUCED", str(at.produced or (f"≈ {at.derived}" if at.derived else ""))),
            ("L-EXPIRES", str(at.expires or at.printed or "")),
            ("L-LOT", at.lot or at.unsure_lot),
            ("L-CARTON-CODE", at.number),
        ],
        hint="CM-OK" if default else "",
    )


def _ordered(ctx: Context) -> str:
    if ctx.rules.blind_receive:
        return ""
    at = ctx.at(Counting)
    expected = rules.expected_line(ctx.tx, receipts.receipt(ctx.tx, at.receipt), at.sku)
    return str(rules.still_expected(ctx.tx, expected))
