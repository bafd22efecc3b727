"""How each connection is, at a glance: whether station and ERP are in step."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from station.clock import age
from station.erp.compare.models import Difference, Reconciliation
from station.erp.models import ErpFeed, ErpMapping, InboxProblem, ProblemState
from station.erp.pages.queries import MOVING, WAITING, last_run
from station.exchange import freshness
from station.exchange.models import ErpConnection, MessageState, OutboxMessage

BEHIND = timedelta(minutes=5)
"""A confirmation that waits longer than this, though the ERP answers, means that we are behind."""


@dataclass
class Health:
    """One connection as the board shows it; `state` is one of `STATES`."""

    row: ErpConnection
    state: str
    waiting: int
    oldest: datetime | None
    dead: int
    problems: int
    differences: int
    unmapped: int
    cancels_stale: bool
    run: Reconciliation | None
    feeds: list[ErpFeed] = field(default_factory=list)

    @property
    def moves(self) -> bool:
        """Whether the next look will show something else."""
        is_running = self.run is not None and self.run.state in MOVING
        return self.row.is_active and bool(self.waiting or self.importing or is_running)

    @property
    def importing(self) -> bool:
        """Whether the first import is not finished yet."""
        return any(feed.finished_at is None for feed in self.feeds)

    @property
    def agrees(self) -> bool:
        """Whether nothing stands between station and ERP."""
        return self.state in {"IN_STEP", "PAUSED"} and not (self.dead or self.problems or self.differences)


STATES = {
    "IN_STEP": "In step",
    "IMPORTING": "First import",
    "BEHIND": "Behind",
    "SILENT": "Silent",
    "NO_ACCESS": "No access",
    "PAUSED": "Paused",
    "NEVER": "Never tried",
}


def board(tx: Session, now: datetime, cancel_stale_s: int) -> list[Health]:
    """Every connection, the main one first, with all that tells whether it is in step."""
    order = ErpConnection.is_main.desc(), ErpConnection.id
    rows = list(tx.scalars(select(ErpConnection).order_by(*order)))
    waiting = _waiting(tx)
    dead = _counts(tx, OutboxMessage.target, OutboxMessage.state == MessageState.DEAD)
    problems = _counts(tx, InboxProblem.source, InboxProblem.state == ProblemState.OPEN)
    differences = _counts(
        tx, Difference.connection_id, Difference.gone_at.is_(None), Difference.explained == ""
    )
    unmapped = _counts(tx, ErpMapping.connection_id, ErpMapping.ours == "")
    feeds: dict[int, list[ErpFeed]] = {}
    for feed in tx.scalars(select(ErpFeed).order_by(ErpFeed.id)):
        feeds.setdefault(feed.connection_id, []).append(feed)
    board_rows = []
    for row in rows:
        count, oldest = waiting.get(row.code, (0, None))
        stale = freshness.is_stale(row.cancels_at, is_active=True, now=now, stale_s=cancel_stale_s)
        health = Health(
            row,
            "",
            count,
            oldest,
            dead.get(row.code, 0),
            problems.get(row.code, 0),
            differences.get(row.id, 0),
            unmapped.get(row.id, 0),
            stale,
            last_run(tx, row.id),
            feeds.get(row.id, []),
        )
        health.state = _state(health, now)
        board_rows.append(health)
    return board_rows


def _state(health: Health, now: datetime) -> str:
    row = health.row
    if not row.is_active:
        return "PAUSED"
    if row.down_since is not None:
        return "NO_ACCESS" if row.last_error.startswith("NoAccess") else "SILENT"
    if health.oldest is not None and age(health.oldest, now) > BEHIND:
        return "BEHIND"
    if health.importing:
        return "IMPORTING"
    if row.ok_at is None and row.kind != "folder":
        return "NEVER"
    return "BEHIND" if health.cancels_stale else "IN_STEP"


def _waiting(tx: Session) -> dict[str, tuple[int, datetime]]:
    rows = tx.execute(
        select(OutboxMessage.target, func.count(), func.min(OutboxMessage.created_at))
        .where(OutboxMessage.state.in_(WAITING))
        .group_by(OutboxMessage.target)
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def _counts(tx: Session, by: Any, *where: Any) -> dict[Any, int]:
    return {row[0]: row[1] for row in tx.execute(select(by, func.count()).where(*where).group_by(by))}
