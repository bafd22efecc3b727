"""Stage 2 itself: who may inspect, where the inspector stands, what the screens of a sample show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from station.catalog import rules as catalog
from station.ground.scan.workflow import Context, Facts, Workflow
from station.ground.words.actor import Role
from station.ground.words.messages import Refused
from station.inbound import rules as receipts
from station.inbound.models import Receipt, ReceiptLine, ReceiptState
from station.inbound.stage2 import opening_cartons, rules, sharing

stage2 = Workflow(
    "stage2",
    title="L-STAGE2",
    roles={Role.INSPECTOR},
    start="receipt",
    waiting=receipts.waiting_in(ReceiptState.STAGE2),
    photos="office.photos_in_hand",
)


@dataclass
class Inspecting:
    """The receipt under inspection and the line in hand (ids); while they are asked about, the dates on an
    inner pack that are not the carton's, and the badge of the supervisor who was called. `carton` is the
    number of the open carton, where it was said. `fault` is what is wrong with the sample in hand, `photos`
    how many photos the receipt had before it.
    """

    receipt: int = 0
    line: int = 0
    carton: int = 0
    produced: date | None = None
    expires: date | None = None
    boss: str = ""
    fault: str = ""
    photos: int = 0


def next_step(ctx: Context) -> str:
    """The next sample of the line in hand, else of a line that nobody holds, which is held from now on.

    "finish" when nothing is left to inspect, "others" while the rest is in colleagues' hands.
    """
    at, receipt = ctx.at(Inspecting), open_receipt(ctx)
    shares = sharing.shares(ctx.tx, receipt, ctx.actor.user_id)
    line = next((one for one in shares.free if one.id == at.line), None) or next(iter(shares.free), None)
    if line is None:
        at.line, at.carton, ctx.run.subject = 0, 0, None
        if shares.others or shares.is_ending:
            return "others"
        ctx.claim(sharing.subject(receipt))
        return "finish"
    if line.id != at.line:
        at.line, at.carton = line.id, 0
    ctx.claim(sharing.subject(receipt, line))
    return "sample"


def open_receipt(ctx: Context) -> Receipt:
    """The receipt that is inspected; E-RCV-07 once it is elsewhere. A line that was parted from it meanwhile
    takes whoever inspects it along.
    """
    at = ctx.at(Inspecting)
    line = ctx.tx.get(ReceiptLine, at.line) if at.line else None
    at.receipt = line.receipt_id if line is not None else at.receipt
    return receipts.receipt_in(ctx.tx, at.receipt, ReceiptState.STAGE2)


def line_in_hand(ctx: Context) -> ReceiptLine:
    """The line whose samples are looked at; E-PAK-02 when none is left."""
    at = ctx.at(Inspecting)
    line = ctx.tx.get(ReceiptLine, at.line) if at.line else rules.line_to_sample(ctx.tx, at.receipt)
    if line is None or line.samples_done >= line.samples_due:
        raise Refused("E-PAK-02")
    return line


def sample_facts(ctx: Context) -> Facts:
    """The line, how many samples of which cartons, and what was found."""
    line = line_in_hand(ctx)
    sku = catalog.sku(ctx.tx, line.sku_id)
    at = ctx.at(Inspecting)
    numbers = [] if line.is_full_check else opening_cartons.left(line)
    opened = opening_cartons.progress(line, at.carton) if at.carton else ("", "")
    unit = "内包" if line.draw["unit"] == "INNER" else sku.unit
    return Facts(
        big=f"{line.samples_done}/{line.samples_due}",
        name=sku.name_zh,
        spec=sku.spec,
        photo=sku.code,
        lines=[
            ("L-SAMPLE-UNIT", unit),
            ("L-OPEN-CARTONS", ", ".join(map(str, numbers))),
            ("L-CARTON-OPEN", opened[0]),
            ("L-OF-CARTON", opened[1]),
            ("L-EXPIRES", str(line.expires_on or "")),
            ("L-DEFECTS", str(line.defects or "")),
        ],
        progress=(line.samples_done, line.samples_due),
        hint=f"SKU:{sku.code}",
    )


def in_short(ctx: Context) -> Facts:
    """The same where many answers need the room of the smallest screen: how many, and what was bad."""
    facts = sample_facts(ctx)
    facts.progress = None
    facts.lines = [(label, text) for label, text in facts.lines if label == "L-DEFECTS"]
    return facts
