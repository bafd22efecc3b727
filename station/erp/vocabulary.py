"""The words of an ERP and ours for them: seen, mapped by a person, ready to use."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from station.catalog.models import Carrier
from station.erp import makeup
from station.erp.models import ErpMapping
from station.settings import Settings


def words(tx: Session, connection_id: int, settings: Settings) -> makeup.Words:
    """The mapping of a connection, ready to use."""
    rows = tx.execute(
        select(ErpMapping.kind, ErpMapping.theirs, ErpMapping.ours, ErpMapping.factor)
        .where(ErpMapping.connection_id == connection_id)
        .order_by(ErpMapping.id)
    )
    return makeup.Words(
        ours={(row.kind, row.theirs): (row.ours, row.factor) for row in rows},
        own_carriers=frozenset(tx.scalars(select(Carrier.code))),
        own_warehouse=settings.warehouse_code,
    )


def note_word(tx: Session, connection_id: int, kind: str, theirs: str, now: datetime) -> None:
    """The ERP used a word that nobody has translated: it appears on the mapping page."""
    exists = tx.scalar(
        select(ErpMapping.id).where(
            ErpMapping.connection_id == connection_id,
            ErpMapping.kind == kind,
            ErpMapping.theirs == theirs[:120],
        )
    )
    if exists is None:
        tx.add(ErpMapping(connection_id=connection_id, kind=kind, theirs=theirs[:120], ours="", seen_at=now))
        tx.flush()


def map_word(
    tx: Session, connection_id: int, kind: str, theirs: str, ours: str, factor: int, who: str, now: datetime
) -> None:
    """A person says what a word of the ERP means here."""
    note_word(tx, connection_id, kind, theirs, now)
    tx.execute(
        update(ErpMapping)
        .where(
            ErpMapping.connection_id == connection_id, ErpMapping.kind == kind, ErpMapping.theirs == theirs
        )
        .values(ours=ours, factor=factor, changed_by=who)
    )
