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
from station.inbound.stage2 import opening_cartons, rules

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
    """The receipt under inspection (id); while they are asked about, the dates on an inner pack that are not
    the carton's, and the badge of the supervisor who was called. `carton` is the number of the open carton of
    `line` (id), where it was said. `fault` is what is wrong with the sample in hand, `photos` how many photos
    the receipt had before it.
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
    """The next sample, or the end."""
    return "sample" if rules.line_to_sample(ctx.tx, ctx.at(Inspecting).receipt) else "finish"


def open_receipt(ctx: Context) -> Receipt:
    """The receipt that is inspected; E-RCV-07 once it is elsewhere."""
    return receipts.receipt_in(ctx.tx, ctx.at(Inspecting).receipt, ReceiptState.STAGE2)


def line_in_hand(ctx: Context) -> ReceiptLine:
    """The line whose samples are looked at; E-PAK-02 when none is left."""
    line = rules.line_to_sample(ctx.tx, ctx.at(Inspecting).receipt)
    if line is None:
        raise Refused("E-PAK-02")
    return line


def sample_facts(ctx: Context) -> Facts:
    """The line, how many samples of which cartons, and what was found."""
    line = line_in_hand(ctx)
    sku = catalog.sku(ctx.tx, line.sku_id)
    at = ctx.at(Inspecting)
    numbers = [] if line.is_full_check else opening_cartons.left(line)
    opened = opening_cartons.progress(line, at.carton) if at.line == line.id else ("", "")
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
