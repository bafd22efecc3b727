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


OF_LINE = ("line", "carton", "produced", "expires", "boss", "fault", "photos")
"""What of a position belongs to the line in hand."""


def next_step(ctx: Context) -> str:
    """The next sample of the line in hand, else of a line that nobody holds, which is held from now on.

    "finish" when nothing is left to inspect, "others" while the rest is in colleagues' hands.
    """
    at, receipt = ctx.at(Inspecting), open_receipt(ctx)
    shares = sharing.shares(ctx.tx, receipt, ctx.actor.user_id)
    with_others = [line for line, _who in shares.others if sharing.is_of(ctx.run.subject, receipt, line)]
    if any(line.id == at.line for line in with_others):
        return "sample"
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
    """The line whose samples are looked at; E-QC-08 once colleagues have finished it: on to the rest."""
    line = line_shown(ctx)
    if line is None or line.samples_done >= line.samples_due:
        raise Refused("E-QC-08").back_to("others", forget=OF_LINE)
    return line


def line_shown(ctx: Context) -> ReceiptLine | None:
    """The same as it stands, be it finished or not; as it is now that the receipt is locked."""
    at = ctx.at(Inspecting)
    if not at.line:
        return rules.line_to_sample(ctx.tx, at.receipt)
    return ctx.tx.get(ReceiptLine, at.line, populate_existing=True)


def join(ctx: Context, line: ReceiptLine) -> None:
    """The line is this person's too from now on; the count of everybody adds up on it."""
    hold(ctx, line)
    at = ctx.at(Inspecting)
    at.line, at.carton = line.id, 0


def hold(ctx: Context, line: ReceiptLine) -> None:
    """The task of inspecting this line, alone or with whoever is at it."""
    receipt = receipts.receipt(ctx.tx, line.receipt_id)
    divided = sharing.shares(ctx.tx, receipt, ctx.actor.user_id)
    is_alone = line.id in {one.id for one in divided.free}
    ctx.claim(sharing.subject(receipt, line, 0 if is_alone else ctx.actor.user_id or 0))


def sample_facts(ctx: Context) -> Facts:
    """The line, how many samples of which cartons, what was found, and who else is at it."""
    line = line_shown(ctx)
    if line is None:
        return Facts(hint="CM-MENU")
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
            ("L-WITH", _with(ctx, line)),
            ("L-CARTON-OPEN", opened[0]),
            ("L-OF-CARTON", opened[1]),
            ("L-EXPIRES", str(line.expires_on or "")),
            ("L-DEFECTS", str(line.defects or "")),
        ],
        progress=(line.samples_done, line.samples_due),
        hint=f"SKU:{sku.code}",
    )


def _with(ctx: Context, line: ReceiptLine) -> str:
    """Who else is at the line, each with the carton that is open there."""
    receipt = receipts.receipt(ctx.tx, line.receipt_id)
    found = sharing.colleagues(ctx.tx, receipt, line, ctx.actor.user_id or 0)
    named = [(ctx.services.people.name_of(ctx.tx, who), number) for who, number in found.items()]
    return ", ".join(f"{name} {number or ''}".strip() for name, number in named)


def in_short(ctx: Context) -> Facts:
    """The same where many answers need the room of the smallest screen: how many, and what was bad."""
    facts = sample_facts(ctx)
    facts.progress = None
    facts.lines = [(label, text) for label, text in facts.lines if label == "L-DEFECTS"]
    return facts
