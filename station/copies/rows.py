"""Rows from one database into an empty one of the same shape, whichever kinds the two are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import JSON, Connection, Table, delete, func, insert, select, text

from station.ground.db import Json
from station.wiring import tables

MANY = 1000


def all_tables() -> Iterator[Table]:
    """Every table of a station, each behind those it points to."""
    for metadata in tables.metadatas():
        yield from metadata.sorted_tables


def copy_all(source: Connection, target: Connection) -> None:
    """Copy every row. `source` must show one state throughout; the types of the columns translate.

    `target` is freshly migrated: what the migrations put into it gives way.
    """
    for one in reversed(list(all_tables())):
        if target.scalar(select(one.primary_key.columns[0]).limit(1)) is not None:
            target.execute(delete(one))
    for one in all_tables():
        query = select(one).order_by(*one.primary_key.columns)
        result = source.execution_options(yield_per=MANY).execute(query)
        for part in result.mappings().partitions():
            _insert(target, one, part)
    if target.dialect.name == "postgresql":
        _go_on_counting(target)


def _insert(target: Connection, one: Table, part: Any) -> None:
    """A JSON column without a value is left out: given as None it would become the JSON word null."""
    documents = {column.name for column in one.columns if isinstance(column.type, JSON | Json)}
    if not documents:
        target.execute(insert(one), [dict(row) for row in part])
        return
    alike: dict[frozenset[str], list[dict[str, Any]]] = defaultdict(list)
    for row in part:
        kept = {name: value for name, value in row.items() if value is not None or name not in documents}
        alike[frozenset(kept)].append(kept)
    for some in alike.values():
        target.execute(insert(one), some)


def _go_on_counting(target: Connection) -> None:
    for one in all_tables():
        (key,) = one.primary_key.columns
        target.execute(
            text(
                f"SELECT setval(pg_get_serial_sequence('{one.name}', '{key.name}'),"  # noqa: S608 — our names
                f' greatest(coalesce(max("{key.name}"), 1), 1), max("{key.name}") IS NOT NULL)'
                f' FROM "{one.name}"'
            )
        )


def count(connection: Connection) -> dict[str, int]:
    """How many rows each table has."""
    return {one.name: connection.scalar(select(func.count()).select_from(one)) or 0 for one in all_tables()}
