"""The list of differences: what a comparison found is kept, what it found no more is let go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from station.clock import Clock
from station.erp import connections
from station.erp.compare import comparison
from station.erp.compare.comparison import Found
from station.erp.compare.models import RECONCILIATION, Difference, DifferenceSeen, Reconciliation, RunState
from station.ground.db import BULK, Database
from station.ground.work import SYSTEM

CHUNK = 25
"""Differences written in one unit of work, with a row of history each."""

NO_STOCK, NOT_MAIN, NO_ORDERS, NO_SHIPPED = "NO_STOCK", "NOT_MAIN", "NO_ORDERS", "NO_SHIPPED"
MOVING, EXPLAINED = "MOVING", "EXPLAINED"
"""Remarks of a comparison that is DONE, kept in `error`: ``NO_STOCK MOVING=3``."""


@dataclass
class Outcome:
    """What a comparison came to. `judged` are the kinds of thing that were compared, `shipments` the orders
    of which shipments were; things in `moving` were not, and stay as they were.
    """

    differences: list[Found] = field(default_factory=list)
    moving: set[tuple[str, str]] = field(default_factory=set)
    judged: set[str] = field(default_factory=set)
    shipments: set[str] = field(default_factory=set)
    compared: int = 0
    remarks: list[str] = field(default_factory=list)


def keep(db: Database, clock: Clock, code: str, run_id: int, outcome: Outcome) -> None:
    """Write in short units of work, so that scans get in between; the last one says DONE."""
    now = clock.now()
    with db.read() as tx:
        connection_id = connections.known(tx, code).id
        gone = _gone(tx, connection_id, outcome)
    for start in range(0, len(outcome.differences), CHUNK):
        part = outcome.differences[start : start + CHUNK]
        db.write(partial(_write, run_id=run_id, connection_id=connection_id, part=part, now=now), BULK)
    for start in range(0, len(gone), 2 * CHUNK):
        db.write(partial(_let_go, run_id=run_id, ids=gone[start : start + 2 * CHUNK], now=now), BULK)
    explained = sum(bool(item.explained) for item in outcome.differences)
    counts = {MOVING: len(outcome.moving), EXPLAINED: explained}
    remarks = [*outcome.remarks, *(f"{name}={count}" for name, count in counts.items() if count)]
    values = {
        "compared": outcome.compared,
        "differences": len(outcome.differences),
        "error": " ".join(remarks),
    }
    db.write(
        lambda tx: end(tx, run_id, "finish", now=clock.now(), **values),
        BULK,
    )


def _gone(tx: Session, connection_id: int, outcome: Outcome) -> list[int]:
    """Open differences that were looked at again and are none any more."""
    rows = tx.execute(
        select(Difference.id, Difference.what, Difference.key, Difference.theirs).where(
            Difference.connection_id == connection_id, Difference.gone_at.is_(None)
        )
    )
    kept = {(item.what, item.key) for item in outcome.differences} | outcome.moving
    return [row.id for row in rows if (row.what, row.key) not in kept and _was_judged(row, outcome)]


def _was_judged(row: Any, outcome: Outcome) -> bool:
    if row.what == "shipment":  # further back than the comparison went, or told by nobody this time
        known = row.key in outcome.shipments and "shipment" in outcome.judged
        return known or row.theirs == comparison.UNKNOWN
    return row.what in outcome.judged


def _is_running(tx: Session, run_id: int) -> bool:
    return tx.scalar(select(Reconciliation.state).where(Reconciliation.id == run_id)) == RunState.RUNNING


def _write(tx: Session, run_id: int, connection_id: int, part: Sequence[Found], now: datetime) -> None:
    """Open differences are seen once more, new ones begin; each leaves a row of history."""
    if not _is_running(tx, run_id):
        return
    rows = tx.scalars(
        select(Difference).where(
            Difference.connection_id == connection_id,
            Difference.key.in_([item.key for item in part]),
            Difference.gone_at.is_(None),
        )
    )
    known = {(row.what, row.key): row for row in rows}
    for item in part:
        row = known.get((item.what, item.key))
        if row is None:
            row = Difference(
                connection_id=connection_id, what=item.what, key=item.key, first_at=now, times=0, last_at=now
            )
            tx.add(row)
        row.ours, row.theirs, row.explained = item.ours, item.theirs, item.explained
        row.last_at, row.times = now, row.times + 1
        tx.flush()
        seen = {"difference_id": row.id, "reconciliation_id": run_id}
        tx.add(DifferenceSeen(**seen, ours=item.ours, theirs=item.theirs, at=now))
    tx.flush()


def _let_go(tx: Session, run_id: int, ids: Sequence[int], now: datetime) -> None:
    if _is_running(tx, run_id):
        gone = update(Difference).where(Difference.id.in_(ids), Difference.gone_at.is_(None))
        tx.execute(gone.values(gone_at=now).execution_options(synchronize_session=False))


def end(tx: Session, run_id: int, event: str, *, now: datetime, **values: Any) -> None:
    """It is over by this event, unless somebody took it for left over meanwhile."""
    is_it = Reconciliation.id == run_id
    RECONCILIATION.move_where(tx, is_it, event, now=now, who=SYSTEM.name, finished_at=now, **values)


def note(tx: Session, difference_id: int, text: str, who: str) -> None:
    """What a person knows of a difference; its figures stay as they are."""
    tx.execute(update(Difference).where(Difference.id == difference_id).values(note=text, noted_by=who))
