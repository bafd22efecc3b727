"""Oldest first (I7): which lots an order gets. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stock row goods could come from; `available` in EACH, `kind` of its place (PICK, RSV, …)."""

    stock_id: int
    lot_id: int
    sku_id: int
    expires_on: date | None
    received_on: date
    location_id: int
    kind: str
    pick_seq: int
    available: int


@dataclass(frozen=True, slots=True)
class Pick:
    """Take `qty` EACH from one stock row."""

    stock_id: int
    lot_id: int
    location_id: int
    qty: int


def lot_key(expires_on: date | None, received_on: date, lot_id: int) -> tuple[date, date, int]:
    """The age of a lot: FEFO (expiry, receipt, id) when dated, FIFO (receipt, id) when not."""
    return (expires_on or received_on, received_on, lot_id)


def plan(qty: int, candidates: Sequence[Candidate], today: date, min_left_days: int = 0) -> list[Pick] | None:
    """How to gather `qty`, oldest lot first; None when there is not enough (T33, T36, T37).

    Inside a lot the pick slot comes before reserve. `min_left_days` drops dated lots a customer would
    not take *before* the oldest is chosen.
    """
    limit = today + timedelta(days=min_left_days)
    eligible = [c for c in candidates if c.available > 0 and (c.expires_on is None or c.expires_on >= limit)]
    eligible.sort(
        key=lambda c: (
            lot_key(c.expires_on, c.received_on, c.lot_id),
            c.kind != "PICK",
            c.pick_seq,
            c.stock_id,
        )
    )
    picks: list[Pick] = []
    for candidate in eligible:
        if not qty:
            break
        part = min(qty, candidate.available)
        picks.append(Pick(candidate.stock_id, candidate.lot_id, candidate.location_id, part))
        qty -= part
    return None if qty else picks
