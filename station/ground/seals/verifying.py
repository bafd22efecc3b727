"""Looking whether the books are as they were sealed: every seal and every row once, in their order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Table, bindparam, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from station.ground.db import Database
from station.ground.seals import anchor
from station.ground.seals.chain import (
    FIRST,
    ON_PAPER,
    Head,
    digest_of,
    hasher,
    marked,
    rows_of,
    seal_hash,
    sealed_tables,
)
from station.ground.seals.models import Seal

AT_ONCE = 50
"""Seals of one look at the database, so that a long check holds no long transaction beside the floor."""

NAMED = 10
"""Rows named in one sentence."""

MOST = 2**63 - 1
"""The largest number that a database takes."""

UNREADABLE = (SQLAlchemyError, ValueError, TypeError, OverflowError)
"""What damaged rows raise when they are read: a text, a page, an instant that is none."""


@dataclass
class Verdict:
    """What was looked at: seals, rows they cover, rows that wait for one, and where the chain ends.

    `ends` is the last row under a seal, by table; `known` the head that lies beside the database.
    """

    seals: int = 0
    rows: int = 0
    waiting: int = 0
    head: Head | None = None
    ends: dict[str, int] = field(default_factory=dict)
    known: Head | None = None

    def __str__(self) -> str:
        head = f"; head {self.head}" if self.head else ""
        return f"{self.rows} rows under {self.seals} seals, {self.waiting} not yet sealed{head}"


def verify(
    db: Database, folder: Path | None, seen: Verdict, step: Callable[[str], object] = lambda _text: None
) -> Iterator[str]:
    """A sentence for each thing that is not as it was sealed; `seen` is filled on the way, `step` hears it.

    `folder` is where the head lies in a file; None when only the database is to be judged.
    """
    beside = anchor.read(folder) if folder is not None else anchor.Anchor()
    seen.known = beside.head
    if beside.is_unreadable:
        yield f"the head beside the database ({anchor.NAME}) cannot be read"
    try:
        with db.read() as tx:
            total = tx.scalar(select(func.count()).select_from(Seal)) or 0
        step(f"{total} seals")
        while True:
            with db.read() as tx:
                seals = tx.execute(_SEALS, {"after": seen.seals, "limit": AT_ONCE}).all()
                if not seals:
                    break
                for seal in seals:
                    yield from _judge(tx, seal, seen)
            step(f"{seen.seals} of {total} seals, {seen.rows} rows")
        with db.read() as tx:
            seen.waiting = sum(_waiting(tx, subject, seen) for subject in sealed_tables())
    except UNREADABLE as error:
        yield f"the seals cannot be read behind seal {seen.seals}: {_short(error)}"
    if seen.known is not None and seen.seals < seen.known.number:
        yield (
            f"the books end at seal {seen.seals}, and this station had put seal {seen.known.number}: "
            "the end was cut off, or an older copy was put back"
        )


_SEALS = (
    select(
        Seal.id,
        Seal.at,
        Seal.subject,
        Seal.after_id,
        Seal.last_id,
        Seal.row_count,
        Seal.covers,
        Seal.marks,
        Seal.digest,
        Seal.previous,
        Seal.hash,
    )
    .where(Seal.id > bindparam("after"))
    .order_by(Seal.id)
    .limit(bindparam("limit"))
)


def _judge(tx: Session, seal: Any, seen: Verdict) -> Iterator[str]:
    """One seal against the one before it, then the rows against it."""
    if seal.id != seen.seals + 1:
        yield f"seals {seen.seals + 1} to {seal.id - 1} are missing: they were deleted"
    elif seal.previous != (seen.head.hash if seen.head else FIRST):
        yield f"seal {seal.id} does not follow seal {seal.id - 1}: one of them was changed"
    if seal_hash(seal) != seal.hash:
        yield f"seal {seal.id} was changed"
    if seen.known is not None and seal.id == seen.known.number and seal.hash != seen.known.hash:
        yield f"seal {seal.id} is not the one that this station put: the chain was made anew"
    seen.seals, seen.head = seal.id, Head(seal.id, seal.hash)
    begins = seen.ends.get(seal.subject, 0)
    if seal.after_id != begins:
        yield f"seal {seal.id} begins at {seal.subject} {seal.after_id + 1}, not at {begins + 1}"
    seen.ends[seal.subject] = max(seal.last_id, begins)
    seen.rows += seal.row_count
    subject = next((one for one in sealed_tables() if one.name == seal.subject), None)
    columns = seal.covers.split(",")
    if subject is None or not set(columns) <= set(subject.columns.keys()):
        yield f"seal {seal.id} covers columns of {seal.subject} that this version does not have"
        return
    try:
        yield from _judge_rows(tx, subject, columns, seal)
    except UNREADABLE as error:
        where = f"{seal.subject} {seal.after_id + 1} to {seal.last_id}"
        yield f"{where} (seal {seal.id}, {seal.at:%Y-%m-%d}): rows cannot be read: {_short(error)}"


def _judge_rows(tx: Session, subject: Table, columns: Sequence[str], seal: Any) -> Iterator[str]:
    statement = rows_of(subject, columns)
    key = statement.selected_columns[0]
    statement = statement.where(key <= bindparam("last"))
    values = {"last": seal.last_id}
    if seal.after_id:  # ids begin at 1: whatever lies below the first piece was put there
        statement, values["after"] = statement.where(key > bindparam("after")), seal.after_id
    hashed = hasher(subject, columns)
    hashes = {row[0]: hashed(row) for row in tx.execute(statement, values)}
    if len(hashes) == seal.row_count and digest_of(hashes.values()) == seal.digest:
        return
    known = marked(seal.marks, seal.after_id)
    wrong = {
        "changed": [row for row in hashes if row in known and not hashes[row].startswith(known[row])],
        "missing": [row for row in known if row not in hashes],
        "put in afterwards": [row for row in hashes if row not in known],
    }
    said = [f"{_numbers(rows)} {what}" for what, rows in wrong.items() if rows]
    yield (
        f"{seal.subject} {', '.join(said) or f'{seal.after_id + 1} to {seal.last_id} changed'}"
        f" (seal {seal.id}, {seal.at:%Y-%m-%d})"
    )


def is_in_the_books(db: Database, paper: str) -> bool:
    """Whether a head as papers show it (``#1234 1f0c 93ab 5d21 77e0``) is a seal of this database."""
    number, _, digits = paper.strip().lstrip("#").partition(" ")
    digits = "".join(digits.split()).lower()
    if not (number.isascii() and number.isdecimal() and len(digits) >= ON_PAPER):
        return False
    with db.read() as tx:
        full_hash = tx.scalar(select(Seal.hash).where(Seal.id == min(int(number), MOST)))
    return full_hash is not None and full_hash.startswith(digits)


def _waiting(tx: Session, subject: Table, seen: Verdict) -> int:
    behind = select(func.count()).where(subject.c.id > seen.ends.get(subject.name, 0))
    return tx.scalar(behind.select_from(subject)) or 0


def _numbers(rows: Sequence[int]) -> str:
    shown = ", ".join(map(str, rows[:NAMED]))
    return f"{shown} and {len(rows) - NAMED} more" if len(rows) > NAMED else shown


def _short(error: Exception) -> str:
    cause = getattr(error, "orig", None) or error
    return str(cause).splitlines()[0][:120]
