"""The process of quarantine, and where its worker stands (P5)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from station.ground.scan.workflow import Context, Workflow
from station.ground.words.actor import Role
from station.inbound.quarantine.rules import Line
from station.stock import locations

SHOWN = 3
"""Rows of a handheld's screen."""
quarantine = Workflow(
    "quarantine",
    title="L-QUARANTINE",
    roles={Role.KEEPER, Role.INSPECTOR, Role.SUPERVISOR},
    start="place",
    shows_papers=True,
    photos="office.apart_photos_in_hand",
    shares="L-MORE",
)


@dataclass
class Sorting:
    """Where, which stock row, how many and why; or what leaves quarantine together, and with which truck."""

    slot: str = ""
    is_out: bool = False
    sku: int = 0
    stock: int = 0
    qty: int = 0
    reason: str = ""
    lines: list[Line] = field(default_factory=list)
    plate: str = ""
    driver: str = ""


def slot_of(ctx: Context) -> Any:
    """The place that was scanned."""
    return locations.find(ctx.tx, ctx.at(Sorting).slot)
