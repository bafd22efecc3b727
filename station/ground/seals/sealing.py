"""Putting seals: in pieces of some milliseconds, behind the floor, from wherever the last one ended."""

from __future__ import annotations

import logging
import time
from datetime import datetime
from functools import partial
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Table, bindparam, func, insert, select
from sqlalchemy.orm import Session

from station.ground.db import BULK, Database, quiesce, table
from station.ground.seals import anchor
from station.ground.seals.chain import (
    FIRST,
    columns_of,
    digest_of,
    hasher,
    head,
    mark_rows,
    rows_of,
    seal_hash,
    sealed_tables,
)
from station.ground.seals.models import Seal
from station.ground.work import Works

log = logging.getLogger(__name__)

PIECE = 200
"""Rows of a seal at most: some milliseconds of work."""


def turn(works: Works) -> bool:
    """Seal a piece of each table; whether there is more at once. The head goes into the file beside it."""
    busy = False
    for subject in sealed_tables():
        began = time.monotonic()
        busy |= seal_next(works.db, subject, works.clock.now())
        works.db.give_way(time.monotonic() - began)
    if not busy and not anchor.keep(works.db, works.settings.data):
        log.error("the books end before the head in %s: run `station check`", works.settings.data)
    return busy


def seal_all(works: Works) -> None:
    """Seal everything there is."""
    while turn(works):
        pass


def seal_next(db: Database, subject: Table, now: datetime, piece: int = PIECE) -> bool:
    """Seal the next rows of one table, if there are any; whether a whole piece was sealed."""
    with db.read() as tx:
        after_id, newest = _sealed_to(tx, subject), _newest(tx, subject)
    if newest <= after_id:
        return False
    upto = newest if db.is_sqlite else db.write(partial(_settled_to, subject=subject), BULK)
    if upto <= after_id:
        return False
    hashes = _hashes(db, subject, after_id, upto, piece)
    if not hashes:
        return False
    db.write(partial(_append, subject=subject, after_id=after_id, hashes=hashes, now=now), BULK)
    return len(hashes) == piece


def _hashes(db: Database, subject: Table, after_id: int, upto: int, piece: int) -> list[tuple[int, str]]:
    columns = columns_of(subject)
    statement = rows_of(subject, columns)
    key = statement.selected_columns[0]
    statement = statement.where(key > bindparam("after"), key <= bindparam("upto")).limit(piece)
    hashed = hasher(subject, columns)
    with db.read() as tx:
        return [(row[0], hashed(row)) for row in tx.execute(statement, {"after": after_id, "upto": upto})]


def _append(
    tx: Session, *, subject: Table, after_id: int, hashes: list[tuple[int, str]], now: datetime
) -> None:
    """Put the seal behind the newest one; nothing when another process sealed these rows meanwhile."""
    if _sealed_to(tx, subject) != after_id:
        return
    before = head(tx)
    values: dict[str, Any] = {
        "id": before.number + 1 if before else 1,
        "at": now,
        "subject": subject.name,
        "after_id": after_id,
        "last_id": hashes[-1][0],
        "row_count": len(hashes),
        "covers": ",".join(columns_of(subject)),
        "marks": mark_rows(hashes, after_id),
        "digest": digest_of(whole for _id, whole in hashes),
        "previous": before.hash if before else FIRST,
    }
    values["hash"] = seal_hash(SimpleNamespace(**values))
    tx.execute(insert(table(Seal)), values)


def _sealed_to(tx: Session, subject: Table) -> int:
    """The last row that a seal covers; ids begin at 1."""
    return tx.scalar(select(func.max(Seal.last_id)).where(Seal.subject == subject.name)) or 0


def _newest(tx: Session, subject: Table) -> int:
    return tx.scalar(select(func.max(subject.c.id))) or 0


def _settled_to(tx: Session, subject: Table) -> int:
    """The newest row below which none can appear any more; 0 while somebody takes long to commit one."""
    return _newest(tx, subject) if quiesce(tx, subject) else 0
