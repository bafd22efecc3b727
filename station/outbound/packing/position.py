"""Where a packer stands: the tote, the order, what of it was seen, the parcel in hand."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.ground.scan import position
from station.ground.scan.models import Run


@dataclass
class Line:
    """What must still go into this parcel of one order line, in EACH, and how many were seen."""

    id: int
    sku: int
    code: str
    name: str
    qty: int
    is_gift: bool = False
    seen: int = 0
    is_serial: bool = False


@dataclass
class Numbered:
    """A piece that was seen by its serial number, for an order line."""

    line: int
    no: str


@dataclass
class Packing:
    """Ids are 0 while there is none; `fails` counts weighings that were off, `last` is the line last seen.

    `came_from`, `damaged` (a line) and `reason` tell why the order is being set aside; `surplus` (an article,
    and what its code said of its expiry) that there is one too many. `numbers` are the pieces seen by their
    serial numbers, `asked` the article of which a number is asked. `proven` is the basket that was verified
    unit by unit, and weighed, of those that are all alike.
    """

    pick_list: int = 0
    tote: int = 0
    tote_code: str = ""
    by_item: bool = False
    by_basket: bool = False
    order: int = 0
    parcel: int = 0
    lines: list[Line] = field(default_factory=list)
    last: int = 0
    fails: int = 0
    came_from: str = ""
    damaged: int = 0
    reason: str = ""
    surplus: int = 0
    expires: date | None = None
    numbers: list[Numbered] = field(default_factory=list)
    asked: int = 0
    proven: str = ""

    @property
    def missing(self) -> int:
        """Units that were not seen yet."""
        return sum(line.qty - line.seen for line in self.lines)

    @property
    def seen(self) -> int:
        """Units that were seen."""
        return sum(line.seen for line in self.lines)

    def numbers_of(self, line_id: int) -> list[str]:
        """The serial numbers that were seen for an order line."""
        return [one.no for one in self.numbers if one.line == line_id]


FIELDS = tuple(item.name for item in fields(Packing))


def in_hand(tx: Session, user_id: int) -> Packing:
    """What this packer works on at the moment, for the screen beside the bench."""
    kept = tx.scalar(select(Run.data).where(Run.user_id == user_id, Run.workflow == "pack"))
    return position.load(Packing, kept or {})
