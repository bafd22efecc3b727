"""What the desk looks up about the ERPs: health, what waits, what is set aside, where both differ."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from station.catalog.models import Carrier, Sku
from station.erp.models import (
    Difference,
    DifferenceSeen,
    ErpFeed,
    ErpFile,
    ErpMapping,
    InboxProblem,
    Reconciliation,
)
from station.exchange import freshness
from station.exchange.models import ErpConnection, OutboxMessage
from station.ground.db import table
from station.ground.web.sheets import PAGE
from station.people.models import AuditRow
from station.stock.models import Location, Movement

BEHIND = timedelta(minutes=5)
"""A confirmation that waits longer than this, though the ERP answers, means that we are behind."""

WAITING = ("PENDING", "LEASED")
MOVING = ("ASKED", "RUNNING")


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
    dead = _counts(tx, OutboxMessage.target, OutboxMessage.state == "DEAD")
    problems = _counts(tx, InboxProblem.source, InboxProblem.state == "OPEN")
    differences = _counts(
        tx, Difference.connection_id, Difference.gone_at.is_(None), Difference.explained == ""
    )
    unmapped = _counts(tx, ErpMapping.connection_id, ErpMapping.ours == "")
    feeds: dict[int, list[ErpFeed]] = {}
    for feed in tx.scalars(select(ErpFeed).order_by(ErpFeed.id)):
        feeds.setdefault(feed.connection_id, []).append(feed)
    found = []
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
        found.append(health)
    return found


def _state(health: Health, now: datetime) -> str:
    row = health.row
    if not row.is_active:
        return "PAUSED"
    if row.down_since is not None:
        return "NO_ACCESS" if row.last_error.startswith("NoAccess") else "SILENT"
    if health.oldest is not None and now - health.oldest > BEHIND:
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


def last_run(tx: Session, connection_id: int) -> Reconciliation | None:
    """The newest comparison with a connection."""
    query = select(Reconciliation).where(Reconciliation.connection_id == connection_id)
    return tx.scalars(query.order_by(Reconciliation.id.desc()).limit(1)).first()


def _page(query: Any, page: int) -> Any:
    return query.offset(page * PAGE).limit(PAGE + 1)


def connections(tx: Session) -> list[ErpConnection]:
    """Every connection, the main one first."""
    return list(tx.scalars(select(ErpConnection).order_by(ErpConnection.is_main.desc(), ErpConnection.id)))


def connection(tx: Session, code: str) -> ErpConnection | None:
    """One connection by its code."""
    return tx.scalars(select(ErpConnection).where(ErpConnection.code == code)).first()


# --- messages out -----------------------------------------------------------------------------


def messages(tx: Session, page: int, *, state: str = "", target: str = "", doc_no: str = "") -> list[Any]:
    """Confirmations, newest first."""
    query = select(OutboxMessage)
    if state:
        query = query.where(OutboxMessage.state == state)
    if target:
        query = query.where(OutboxMessage.target == target)
    if doc_no:
        query = query.where(OutboxMessage.doc_no == doc_no)
    return list(tx.scalars(_page(query.order_by(OutboxMessage.id.desc()), page)))


def message(tx: Session, message_id: int) -> OutboxMessage | None:
    """One confirmation."""
    return tx.get(OutboxMessage, message_id)


def behind(tx: Session, row: OutboxMessage) -> list[OutboxMessage]:
    """What cannot go out before this one does: later messages of its document."""
    query = select(OutboxMessage).where(
        OutboxMessage.doc_no == row.doc_no,
        OutboxMessage.id > row.id,
        OutboxMessage.state.in_((*WAITING, "DEAD")),
    )
    return list(tx.scalars(query.order_by(OutboxMessage.id).limit(PAGE)))


def audits(tx: Session, subject: str) -> list[AuditRow]:
    """What people decided about one thing."""
    query = select(AuditRow).where(AuditRow.subject == subject[:80]).order_by(AuditRow.id)
    return list(tx.scalars(query.limit(PAGE)))


# --- documents in -----------------------------------------------------------------------------


def problems(tx: Session, page: int, *, state: str, source: str = "") -> list[InboxProblem]:
    """Documents that could not be taken over, newest first."""
    query = select(InboxProblem).where(InboxProblem.state == state)
    if source:
        query = query.where(InboxProblem.source == source)
    return list(tx.scalars(_page(query.order_by(InboxProblem.id.desc()), page)))


def problem(tx: Session, problem_id: int) -> InboxProblem | None:
    """One document that could not be taken over."""
    return tx.get(InboxProblem, problem_id)


def files(tx: Session, limit: int = 30) -> list[ErpFile]:
    """The last files of the folder."""
    return list(tx.scalars(select(ErpFile).order_by(ErpFile.id.desc()).limit(limit)))


# --- words ------------------------------------------------------------------------------------


def words(tx: Session, connection_id: int) -> dict[str, list[ErpMapping]]:
    """The words of a connection by kind, those that nobody translated first."""
    query = (
        select(ErpMapping)
        .where(ErpMapping.connection_id == connection_id)
        .order_by(ErpMapping.ours != "", ErpMapping.theirs)
    )
    found: dict[str, list[ErpMapping]] = {}
    for row in tx.scalars(query):
        found.setdefault(row.kind, []).append(row)
    return found


def word(tx: Session, connection_id: int, word_id: int) -> ErpMapping | None:
    """One word of a connection."""
    found = tx.get(ErpMapping, word_id)
    return found if found is not None and found.connection_id == connection_id else None


def carriers(tx: Session) -> list[tuple[str, str]]:
    """Code and name of every carrier."""
    return [(row[0], row[1]) for row in tx.execute(select(Carrier.code, Carrier.name).order_by(Carrier.code))]


# --- differences ------------------------------------------------------------------------------


def runs(tx: Session, limit: int = 10) -> list[tuple[Reconciliation, str]]:
    """The last comparisons with the code of their connection."""
    query = (
        select(Reconciliation, ErpConnection.code)
        .join(ErpConnection, ErpConnection.id == Reconciliation.connection_id)
        .order_by(Reconciliation.id.desc())
        .limit(limit)
    )
    return [(row[0], row[1]) for row in tx.execute(query)]


def differences(
    tx: Session, page: int, *, connection_id: int | None = None, gone: bool = False
) -> list[tuple[Difference, str]]:
    """What differs, unexplained and newest first; or what did once."""
    query = select(Difference, ErpConnection.code).join(
        ErpConnection, ErpConnection.id == Difference.connection_id
    )
    query = query.where(Difference.gone_at.is_not(None) if gone else Difference.gone_at.is_(None))
    if connection_id is not None:
        query = query.where(Difference.connection_id == connection_id)
    query = query.order_by(Difference.explained != "", Difference.id.desc())
    return [(row[0], row[1]) for row in tx.execute(_page(query, page))]


def difference(tx: Session, difference_id: int) -> tuple[Difference, str] | None:
    """One difference with the code of its connection."""
    query = select(Difference, ErpConnection.code).join(
        ErpConnection, ErpConnection.id == Difference.connection_id
    )
    row = tx.execute(query.where(Difference.id == difference_id)).first()
    return (row[0], row[1]) if row else None


def seen(tx: Session, difference_id: int) -> list[DifferenceSeen]:
    """What each comparison found of a difference, newest first."""
    query = select(DifferenceSeen).where(DifferenceSeen.difference_id == difference_id)
    return list(tx.scalars(query.order_by(DifferenceSeen.id.desc()).limit(PAGE)))


def movements(tx: Session, sku_code: str) -> list[Any]:
    """The last stock movements of an article, newest first."""
    source, target = table(Location).alias("source"), table(Location).alias("target")
    query = (
        select(
            Movement.at,
            Movement.type,
            Movement.doc_no,
            Movement.qty,
            source.c.code.label("source"),
            target.c.code.label("target"),
        )
        .join(Sku, Sku.id == Movement.sku_id)
        .join(source, source.c.id == Movement.from_location_id)
        .join(target, target.c.id == Movement.to_location_id)
        .where(Sku.code == sku_code)
    )
    return list(tx.execute(query.order_by(Movement.id.desc()).limit(PAGE)))
