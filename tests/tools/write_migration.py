"""A developer's tool: print the first migration from the declared tables.

    python -m tests.tools.write_migration > station/migrations/versions/0001_first.py

Later migrations are written by hand; the schema test says whether they arrive where the models are.
"""

from __future__ import annotations

from typing import Any

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine

from station.ground import db
from station.wiring import tables

HEAD = '''"""The first tables, the append-only triggers, and the rows that always exist."""

import sqlalchemy as sa
from alembic import op

import printers.schema
from station import db

revision = "0001"
down_revision = None


def upgrade() -> None:
'''

TAIL = """
    dialect = op.get_bind().dialect.name
    for table in ({tables}):
        for statement in db.append_only_ddl(table, dialect):
            op.execute(statement)
    op.execute(
        "INSERT INTO location (id, code, barcode, kind, zone, pick_seq, state, label_version) VALUES "
        "(1, 'SUPPLIER', 'V-SUPPLIER', 'SUPPLIER', '', 0, 'OPEN', 1), "
        "(2, 'CUSTOMER', 'V-CUSTOMER', 'CUSTOMER', '', 0, 'OPEN', 1), "
        "(3, 'ADJUST', 'V-ADJUST', 'ADJUST', '', 0, 'OPEN', 1), "
        "(4, 'SCRAP', 'V-SCRAP', 'SCRAP', '', 0, 'OPEN', 1)"
    )
    op.execute(
        "INSERT INTO handling_unit (id, lpn, kind, state, seq, qty) VALUES (0, '', 'NONE', 'NONE', 1, 0)"
    )
    if dialect == "postgresql":
        op.execute("SELECT setval(pg_get_serial_sequence('location', 'id'), 10)")
"""


def render_item(kind: str, item: Any, _context: Any) -> Any:
    """Our column types by name, so that the migration reads like the models."""
    if kind != "type":
        return False
    module = type(item).__module__
    if module == "station.ground.db":
        length = getattr(item, "length", None) if isinstance(item, db.Str) else None
        return f"db.{type(item).__name__}({length or ''})"
    if module.startswith("printers."):
        return f"printers.schema.{type(item).__name__}()"
    return False


def main() -> None:
    """Print the migration."""
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"target_metadata": tables.metadatas()})
        script = produce_migrations(context, tables.metadatas())  # type: ignore[arg-type]
        assert script.upgrade_ops is not None
        body = render_python_code(script.upgrade_ops, render_item=render_item, migration_context=context)
    append_only = sorted(
        table.name
        for part in tables.metadatas()
        for table in part.tables.values()
        if table.info.get("append_only")
    )
    lines = [line for line in body.splitlines() if not line.strip().startswith("#")]
    text = "\n".join(lines).replace("sa.BigInteger().with_variant(sa.Integer(), 'sqlite')", "db.Id")
    text = text.replace("sa.Boolean(), server_default=sa.text('1')", "sa.Boolean(), server_default=sa.true()")
    print(HEAD + "    " + text.strip(), end="")
    print(TAIL.format(tables=", ".join(f'"{name}"' for name in append_only)), end="")


if __name__ == "__main__":
    main()
