"""Adding CHECKs to a table that holds data, on both databases."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from alembic import op


def add_checks(table: str, checks: Mapping[str, str]) -> None:
    """Let the database keep `checks` (constraint name → condition) from now on; rows that break one stop it.

    SQLite cannot add a constraint: the table is made anew beside the old one with its indexes and triggers,
    which a migration of a whole file runs with foreign keys off.
    """
    if op.get_bind().dialect.name != "sqlite":
        for name, condition in checks.items():
            op.create_check_constraint(name, table, condition)
        return
    bind = op.get_bind()
    parts = bind.execute(
        sa.text("SELECT type, name, sql FROM sqlite_master WHERE tbl_name = :t AND sql IS NOT NULL"),
        {"t": table},
    ).all()
    made = next(part.sql for part in parts if part.type == "table")
    body, end = made.rsplit(")", 1)
    added = "".join(f", CONSTRAINT {name} CHECK ({condition})" for name, condition in checks.items())
    head = body.split("(", 1)[1]
    op.execute(f"CREATE TABLE {table}_new ({head}{added}){end}")
    op.execute(f"INSERT INTO {table}_new SELECT * FROM {table}")  # noqa: S608 — our own names
    op.execute(f"DROP TABLE {table}")
    op.execute(f"ALTER TABLE {table}_new RENAME TO {table}")
    for part in parts:
        if part.type != "table":
            op.execute(part.sql)
