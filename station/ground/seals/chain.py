"""What a seal is computed from: rows in one spelling, their digest, and the hash that goes on to the next."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Select, Table, Text, cast, column, select, table
from sqlalchemy.orm import Session

from station.ground.db import Base, Flag, Json
from station.ground.seals.models import Seal

MARK = 8
"""Digits of a row's hash that are kept to name the row; the digest, not they, is the proof."""

FIRST = "0" * 64
"""What stands for the seal before the first."""

ON_PAPER = 16
"""Digits of the head on a paper: enough that nobody can make another chain that ends in them."""


@dataclass(frozen=True, slots=True)
class Head:
    """The newest seal: its number and its hash."""

    number: int
    hash: str

    def __str__(self) -> str:
        digits = self.hash[:ON_PAPER]
        return f"#{self.number} " + " ".join(digits[i : i + 4] for i in range(0, ON_PAPER, 4))


def head(tx: Session) -> Head | None:
    """The newest seal of this database; None when nothing has been sealed yet."""
    row = tx.execute(select(Seal.id, Seal.hash).order_by(Seal.id.desc()).limit(1)).first()
    return None if row is None else Head(row.id, row.hash)


def head_on_paper(tx: Session) -> str:
    """The head as papers show it, ``#1234 1f0c 93ab 5d21 77e0``; empty when nothing has been sealed yet."""
    seal = head(tx)
    return str(seal) if seal else ""


def sealed_tables() -> list[Table]:
    """Every append-only table but the seals themselves, by name."""
    tables = (one for one in Base.metadata.tables.values() if one.info.get("append_only"))
    return sorted((one for one in tables if one.name != Seal.__tablename__), key=lambda one: one.name)


def columns_of(subject: Table) -> list[str]:
    """All columns, the key first: the others in the order of their declaration."""
    return ["id", *(name for name in subject.columns.keys() if name != "id")]  # noqa: SIM118


def rows_of(subject: Table, columns: Sequence[str]) -> Select[Any]:
    """The rows of a table as the database gives them: JSON as its text, nothing else interpreted."""
    bare: Any = table(subject.name, *(column(name) for name in columns))
    picked = [
        cast(bare.c[name], Text) if isinstance(subject.columns[name].type, Json) else bare.c[name]
        for name in columns
    ]
    return select(*picked).order_by(bare.c.id)


def hasher(subject: Table, columns: Sequence[str]) -> Callable[[Sequence[Any]], str]:
    """What gives the SHA-256 over a row of `rows_of` as a JSON array: ASCII, no blanks, instants in UTC with
    microseconds, yes and no as 1 and 0, JSON within it as what it says.

    Both databases give the same: a copy from one in the other keeps its seals.
    """
    kinds = [subject.columns[name].type for name in columns]
    special = [
        (place, json.loads if isinstance(kind, Json) else int)
        for place, kind in enumerate(kinds)
        if isinstance(kind, Json | Flag)
    ]

    def hashed(row: Sequence[Any]) -> str:
        values = list(row)
        for place, spell in special:
            if values[place] is not None:
                values[place] = spell(values[place])
        return hashlib.sha256(_encode(values).encode()).hexdigest()

    return hashed


def digest_of(hashes: Iterable[str]) -> str:
    """SHA-256 over the hashes of the rows, in the order of their ids."""
    return hashlib.sha256("".join(hashes).encode()).hexdigest()


def seal_hash(values: Any) -> str:
    """SHA-256 over all of a seal but its own hash; `values` has them as attributes."""
    parts = [
        values.id,
        values.at,
        values.subject,
        values.after_id,
        values.last_id,
        values.row_count,
        values.covers,
        values.marks,
        values.digest,
        values.previous,
    ]
    return hashlib.sha256(_encode(parts).encode()).hexdigest()


def mark_rows(hashes: Iterable[tuple[int, str]], after_id: int) -> str:
    """Ids, counted from `after_id`, with the first digits of their rows' hashes."""
    return " ".join(f"{row_id - after_id}:{whole[:MARK]}" for row_id, whole in hashes)


def marked(marks: str, after_id: int) -> dict[int, str]:
    """`mark_rows` read back: id → digits."""
    pairs = (mark.split(":") for mark in marks.split())
    return {after_id + int(offset): digits for offset, digits in pairs}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):  # only where somebody put them: no column holds any
        return value.hex()
    raise TypeError(f"{type(value)} is in no sealed table")


_encode = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), default=_plain).encode
