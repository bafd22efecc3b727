"""The process of registering gifts, and where its keeper stands (P7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from station.ground.scan.workflow import Workflow
from station.ground.words.actor import Role
from station.inbound.gifts import rules
from station.inbound.gifts.models import EntryState, GiftEntry
from station.inbound.stage1.flow import ALLOWED

gift_in = Workflow(
    "gift_in",
    title="L-GIFT-IN",
    roles={Role.GIFT_KEEPER},
    start="goods",
    waiting=rules.count_open,
    shows_papers=True,
    shares="L-MORE",
    reasons={"E-EXP-": ALLOWED, "W-EXP-": ALLOWED},
)


@dataclass
class Registering:
    """What is being written down; then the entry it became."""

    sku: int = 0
    supplier: int = 0
    receipt: int = 0
    qty: int = 0
    produced: date | None = None
    entry: int = 0


def next_step(entry: GiftEntry) -> str:
    """Where the keeper goes on with an entry: its labels, or the gift area."""
    return "labels" if entry.state == EntryState.LABELLING else "area"
