"""Which scans were made at a receipt: told by the sheets that people scanned. Pure but for `of`."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.ground.scan.models import Scan
from station.people.models import User

FLOWS = ("arrive", "stage1", "stage2", "sign")
LEAVE = "CM-MENU"
MOST = 20_000
"""So many scans at the dock are looked through; they are those of some days."""


class Made(Protocol):
    """One scan: of which run, what was scanned, whether it was taken."""

    @property
    def run_id(self) -> int: ...
    @property
    def raw(self) -> str: ...
    @property
    def step(self) -> str: ...
    @property
    def is_accepted(self) -> bool: ...


T = TypeVar("T", bound=Made)
FIRST = frozenset({"receipt", "notice", "sheet"})
"""Steps at which a receipt is chosen: whatever is taken there begins another one."""


def at_it(scans: Iterable[T], numbers: Collection[str]) -> list[T]:
    """Those from where a person scans one of the receipt's numbers to where they leave or begin another."""
    busy: set[int] = set()
    found: list[T] = []
    for scan in scans:
        raw = scan.raw.strip().upper()
        if scan.is_accepted and (scan.step in FIRST or raw in numbers):
            (busy.add if raw in numbers else busy.discard)(scan.run_id)
        if scan.run_id in busy:
            found.append(scan)
        if raw == LEAVE and scan.is_accepted:
            busy.discard(scan.run_id)
    return found


def of(tx: Session, numbers: Collection[str], since: datetime, until: datetime, limit: int) -> list[Any]:
    """The first `limit` scans at a receipt, in their order: when, who, where, what, and what was answered."""
    columns = (Scan.id, Scan.at, Scan.run_id, Scan.step, Scan.raw, Scan.is_accepted)
    window = (Scan.at >= since, Scan.at <= until, Scan.workflow.in_(FLOWS))
    scans = tx.execute(select(*columns).where(*window).order_by(Scan.at, Scan.id).limit(MOST))
    ids = [scan.id for scan in at_it(scans, {number.upper() for number in numbers})[:limit]]
    query = select(
        Scan.at, Scan.workflow, Scan.step, Scan.raw, Scan.is_accepted, Scan.reply, Scan.device, User.name
    ).outerjoin(User, User.id == Scan.user_id)
    return list(tx.execute(query.where(Scan.id.in_(ids)).order_by(Scan.at, Scan.id)))
