"""Oldest first (I7): which lots an order gets. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


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


def _age(row: Candidate) -> tuple[date, date, int, bool, int, int]:
    """What is taken before what: the older lot, and of one lot the pick slot before reserve."""
    return (
        row.expires_on or row.received_on,
        row.received_on,
        row.lot_id,
        row.kind != "PICK",
        row.pick_seq,
        row.stock_id,
    )


@dataclass(slots=True)
class _Shelf:
    """The rows of one account, oldest first; `left` EACH of each are free, none before `first`."""

    rows: list[Candidate]
    left: list[int]
    first: int = 0

    def take(self, qty: int, limit: date) -> list[tuple[int, int]] | None:
        """Which rows give `qty` EACH that keep until `limit`: (row, EACH); None when they cannot."""
        parts: list[tuple[int, int]] = []
        for nth in range(self.first, len(self.rows)):
            left, expires_on = self.left[nth], self.rows[nth].expires_on
            if not left or (expires_on is not None and expires_on < limit):
                continue
            part = min(qty, left)
            parts.append((nth, part))
            qty -= part
            if not qty:
                break
        if qty:
            return None
        for nth, part in parts:
            self.left[nth] -= part
        while self.first < len(self.left) and not self.left[self.first]:
            self.first += 1
        return parts

    def give_back(self, parts: Sequence[tuple[int, int]]) -> None:
        """`parts` were taken in vain."""
        for nth, part in parts:
            self.left[nth] += part
            self.first = min(self.first, nth)


class Pool(Generic[K]):
    """What is free of many accounts (an article, or gifts of it), handed out oldest first (I7).

    What is taken is gone for whoever comes after; a want of several accounts gets all of it or nothing.
    Whole in memory: a hundred thousand wants against as many rows take less than a second.
    """

    def __init__(self, rows: Mapping[K, Iterable[Candidate]], today: date) -> None:
        self._rows = rows
        self._today = today
        self._shelves: dict[K, _Shelf] = {}

    def take(self, wants: Sequence[tuple[K, int]], min_left_days: int = 0) -> list[list[Pick]] | None:
        """Where each of the `wants` (account, EACH) is taken from; None, and nothing taken, when one of them
        has not enough. `min_left_days` drops dated lots a customer would not take *before* the oldest is
        chosen (T37).
        """
        limit = self._today + timedelta(days=min_left_days)
        taken: list[tuple[_Shelf, list[tuple[int, int]]]] = []
        for account, qty in wants:
            shelf = self._shelf(account)
            parts = shelf.take(qty, limit)
            if parts is None:
                for other, given in taken:
                    other.give_back(given)
                return None
            taken.append((shelf, parts))
        return [[_pick(shelf.rows[nth], part) for nth, part in parts] for shelf, parts in taken]

    def _shelf(self, account: K) -> _Shelf:
        shelf = self._shelves.get(account)
        if shelf is None:
            rows = sorted((row for row in self._rows.get(account, ()) if self._may_go(row)), key=_age)
            shelf = self._shelves[account] = _Shelf(rows, [row.available for row in rows])
        return shelf

    def _may_go(self, row: Candidate) -> bool:
        return row.available > 0 and (row.expires_on is None or row.expires_on >= self._today)


def _pick(row: Candidate, qty: int) -> Pick:
    return Pick(row.stock_id, row.lot_id, row.location_id, qty)


def plan(qty: int, candidates: Sequence[Candidate], today: date, min_left_days: int = 0) -> list[Pick] | None:
    """How to gather `qty` of one article, oldest lot first; None when there is not enough (T33, T36, T37)."""
    found = Pool({0: candidates}, today).take([(0, qty)], min_left_days)
    return None if found is None else found[0]
