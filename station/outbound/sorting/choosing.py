"""Which cell a unit goes into, and what a wall's cells are called (P16). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

_NEVER = datetime.max.replace(tzinfo=UTC)
_CELL = re.compile(r"(?P<wall>.+)-(?P<row>[0-9]+)-(?P<column>[0-9]{2})")


@dataclass(frozen=True, slots=True)
class Want:
    """`qty` EACH of one article and lot that an order still waits for; `left` are all EACH it waits for.

    `is_in_hand`: somebody else at the wall holds the last of them already.
    """

    order_id: int
    order_no: str
    state: str
    due: datetime | None
    sku_id: int
    lot_id: int
    status: str
    qty: int
    left: int
    is_in_hand: bool = False


def choose(wants: Iterable[Want]) -> Want | None:
    """The want of the order closest to complete, then with the earliest deadline, then the oldest (T46).

    What another sorter holds already comes last: two at one wall do not run for the same cell.
    """
    return min(wants, key=_rank, default=None)


def _rank(want: Want) -> tuple[bool, int, datetime, int, int]:
    return (want.is_in_hand, want.left, want.due or _NEVER, want.order_id, want.lot_id)


def wall_of(code: str) -> str:
    """The wall that a cell is part of: ``W1`` for ``W1-2-05``; a cell with a name of its own is one."""
    found = _CELL.fullmatch(code)
    return found["wall"] if found else code


def name_of(code: str) -> str:
    """What a cell is called at its wall, as its label ends: ``2-05`` for ``W1-2-05``."""
    found = _CELL.fullmatch(code)
    return f"{found['row']}-{found['column']}" if found else code
