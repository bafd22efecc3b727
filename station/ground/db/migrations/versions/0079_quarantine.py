"""What is set apart in quarantine, and the signed papers by which it leaves."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from station.ground import db

revision = "0079"
down_revision = "0078"

_KEYS = {"set_apart": ["id", "entry_no"], "let_out": ["id", "exit_no"], "let_out_line": ["id"]}
"""What only one row may have, by append-only table."""


def _id(name: str, *, optional: bool = False) -> sa.Column[Any]:
    return sa.Column(name, db.Id, nullable=optional)


def _text(name: str, length: int) -> sa.Column[Any]:
    return sa.Column(name, db.Str(length), nullable=False)


def _at(name: str) -> sa.Column[Any]:
    return sa.Column(name, db.UtcDateTime(), nullable=False)


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def _make(table: str, *parts: Any, unique: tuple[str, ...] = ()) -> None:
    keys = [sa.UniqueConstraint(name, name=op.f(f"uq_{table}_{name}")) for name in unique]
    primary = sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))
    op.create_table(table, _id("id"), *parts, primary, *keys, sqlite_strict=True)


def upgrade() -> None:
    _make(
        "set_apart",
        _text("entry_no", 30), _id("sku_id"), _id("lot_id"), _id("qty"), _id("source_id"), _id("location_id"),
        _text("now_status", 10), _text("reason", 20), _at("at"), _text("by", 80),
        _check("set_apart", "qty", "qty > 0"), _to("set_apart", "sku_id", "sku"), _to("set_apart", "lot_id", "lot"),
        _to("set_apart", "source_id", "location"), _to("set_apart", "location_id", "location"),
        unique=("entry_no",),
    )  # fmt: skip
    op.create_index("ix_set_apart_lot_id", "set_apart", ["lot_id"])
    _make(
        "let_out",
        _text("exit_no", 30), _text("kind", 10), _id("supplier_id", optional=True), _text("plate", 20),
        _text("driver", 60), _text("first_name", 80), _text("second_name", 80), _at("at"),
        _check("let_out", "kind", "kind IN ('RELEASE', 'RETURN', 'SCRAP')"),
        _to("let_out", "supplier_id", "supplier"),
        unique=("exit_no",),
    )  # fmt: skip
    op.create_index("ix_let_out_at", "let_out", ["at"])
    _make(
        "let_out_line",
        _id("let_out_id"), _id("sku_id"), _id("lot_id"), _id("location_id"), _id("hu_id"), _text("was_status", 10),
        _id("qty"),
        _check("let_out_line", "qty", "qty > 0"), _to("let_out_line", "let_out_id", "let_out"),
        _to("let_out_line", "sku_id", "sku"), _to("let_out_line", "lot_id", "lot"),
        _to("let_out_line", "location_id", "location"),
    )  # fmt: skip
    op.create_index("ix_let_out_line_let_out_id", "let_out_line", ["let_out_id"])
    dialect = op.get_bind().dialect.name
    for table, keys in _KEYS.items():
        for statement in (*db.append_only_ddl(table, dialect), *db.unreplaceable_ddl(table, keys, dialect)):
            op.execute(statement)
