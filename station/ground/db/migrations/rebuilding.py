"""Adding CHECKs to a table that holds data, and changing one, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Mapping

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
    added = "".join(f", CONSTRAINT {name} CHECK ({condition})" for name, condition in checks.items())

    def with_more(made: str) -> str:
        body, end = made.rsplit(")", 1)
        return f"{body}{added}){end}"

    _made_anew(table, with_more)


def change_check(table: str, name: str, old: str, new: str) -> None:
    """The constraint `name` says the condition `new` instead of `old`; rows that break it stop it."""
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(name, table, type_="check")
        op.create_check_constraint(name, table, new)
        return

    def changed(made: str) -> str:
        if made.count(f"CHECK ({old})") != 1:
            raise ValueError(f"{table} has no CHECK ({old})")
        return made.replace(f"CHECK ({old})", f"CHECK ({new})")

    _made_anew(table, changed)


def _made_anew(table: str, other: Callable[[str], str]) -> None:
    """The table by the other words that `other` makes of its own, with its rows, indexes and triggers."""
    bind = op.get_bind()
    parts = bind.execute(
        sa.text("SELECT type, name, sql FROM sqlite_master WHERE tbl_name = :t AND sql IS NOT NULL"),
        {"t": table},
    ).all()
    made = other(next(part.sql for part in parts if part.type == "table"))
    op.execute(f"CREATE TABLE {table}_new ({made.split('(', 1)[1]}")
    op.execute(f"INSERT INTO {table}_new SELECT * FROM {table}")  # noqa: S608 — our own names
    op.execute(f"DROP TABLE {table}")
    op.execute(f"ALTER TABLE {table}_new RENAME TO {table}")
    for part in parts:
        if part.type != "table":
            op.execute(part.sql)
