"""How a database means to answer: the statements of a piece of work, and what their plans read in full."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, event

from station.ground.db import Database


@dataclass
class Statement:
    """A statement with its parameters, as the driver got it."""

    sql: str
    parameters: Any


@contextmanager
def statements() -> Iterator[list[Statement]]:
    """Everything SQLAlchemy sends meanwhile, whichever engine it goes through."""
    seen: list[Statement] = []

    def note(_connection: Any, _cursor: Any, sql: str, parameters: Any, _context: Any, _many: bool) -> None:
        if sql.lstrip().startswith("SELECT"):
            seen.append(Statement(sql, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def nested_scans(db: Database, statement: Statement) -> list[str]:
    """Tables that are read in full again and again: inside a loop, or for each row of a subquery."""
    if db.is_sqlite:
        return _nested_lite(_lite(db, statement))
    scans = _nested_pg(_pg(db, statement))
    with db.engine.connect() as connection:  # of an empty table PostgreSQL reads all, whatever indexes it has
        return [
            f"Seq Scan {name}"
            for name in scans
            if connection.exec_driver_sql(f"SELECT 1 FROM {name} LIMIT 1").first()
        ]


def full_scans(db: Database, statement: Statement) -> set[str]:
    """Tables that are read from end to end."""
    if db.is_sqlite:
        return {found[1] for row in _lite(db, statement) if (found := re.match(r"SCAN (\w+)", row[2]))}
    return {node["Relation Name"] for node in _nodes(_pg(db, statement)) if node["Node Type"] == "Seq Scan"}


def steps(db: Database, statement: Statement) -> list[str]:
    """The plan in SQLite's words."""
    return [text for _number, _parent, text in _lite(db, statement)]


# --- SQLite --------------------------------------------------------------------------------------

Row = tuple[int, int, str]
"""Its number, its parent's, and what it says."""


def _lite(db: Database, statement: Statement) -> list[Row]:
    with db.engine.connect() as connection:
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement.sql}", statement.parameters)
        return [(row[0], row[1], row[3]) for row in rows]


def _nested_lite(rows: list[Row]) -> list[str]:
    texts = {number: (parent, text) for number, parent, text in rows}
    nested: list[str] = []
    loops: set[int] = set()
    for _number, parent, text in rows:
        is_repeated, above = parent in loops, parent
        while above in texts:
            is_repeated |= texts[above][1].startswith("CORRELATED")
            above = texts[above][0]
        if text.startswith("SCAN ") and is_repeated:
            nested.append(text)
        if text.startswith(("SCAN ", "SEARCH ")):
            loops.add(parent)
    return nested


# --- PostgreSQL ----------------------------------------------------------------------------------


def _pg(db: Database, statement: Statement) -> Mapping[str, Any]:
    with db.engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement.sql}", statement.parameters)
        found: Mapping[str, Any] = plan.scalar_one()[0]["Plan"]
        return found


def _nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from _nodes(child)


def _nested_pg(plan: Mapping[str, Any]) -> list[str]:
    nested: list[str] = []
    for node in _nodes(plan):
        inner = [child for child in node.get("Plans", ()) if child["Parent Relationship"] == "Inner"]
        again = inner if node["Node Type"] == "Nested Loop" else []
        hashed = "hashed SubPlan" in node.get("Filter", "")
        again += [c for c in node.get("Plans", ()) if c["Parent Relationship"] == "SubPlan" and not hashed]
        nested += [
            str(below["Relation Name"])
            for child in again
            for below in _nodes(child)
            if below["Node Type"] == "Seq Scan"
        ]
    return nested
