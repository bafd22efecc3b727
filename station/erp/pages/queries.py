"""What the desk looks up about the ERPs: health, what waits, what is set aside, where both differ."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.catalog.models import Carrier, Sku
from station.erp.compare.models import Difference, DifferenceSeen, Reconciliation, RunState
from station.erp.models import ErpFile, ErpIntake, ErpMapping, InboxProblem
from station.exchange.models import ErpConnection, MessageState, OutboxMessage
from station.ground.db import table
from station.ground.web.sheets import PAGE
from station.people.models import AuditRow
from station.stock.models import Location, Movement

WAITING = (MessageState.PENDING, MessageState.LEASED)
MOVING = (RunState.ASKED, RunState.RUNNING)


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
        OutboxMessage.state.in_((*WAITING, MessageState.DEAD)),
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


def intakes(tx: Session) -> list[ErpIntake]:
    """Files that are being taken at this moment."""
    return list(tx.scalars(select(ErpIntake).order_by(ErpIntake.id)))


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
    by_kind: dict[str, list[ErpMapping]] = {}
    for row in tx.scalars(query):
        by_kind.setdefault(row.kind, []).append(row)
    return by_kind


def word(tx: Session, connection_id: int, word_id: int) -> ErpMapping | None:
    """One word of a connection."""
    row = tx.get(ErpMapping, word_id)
    return row if row is not None and row.connection_id == connection_id else None


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
