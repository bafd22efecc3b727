"""Thresholds that are changed at the desk, with every change."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from station.ground import db

revision = "0082"
down_revision = "0091"


def _id() -> sa.Column[Any]:
    return sa.Column("id", db.Id, nullable=False)


def _text(name: str, length: int) -> sa.Column[Any]:
    return sa.Column(name, db.Str(length), nullable=False)


def upgrade() -> None:
    op.create_table(
        "setting_value",
        _id(), _text("name", 40), _text("value", 400),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setting_value")),
        sa.UniqueConstraint("name", name=op.f("uq_setting_value_name")),
        sqlite_strict=True,
    )  # fmt: skip
    op.create_table(
        "setting_change",
        _id(), sa.Column("at", db.UtcDateTime(), nullable=False), _text("name", 40), _text("old", 400),
        _text("new", 400), _text("actor", 80), _text("device", 80), _text("reason", 60),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setting_change")),
        sqlite_strict=True,
    )  # fmt: skip
    op.create_index("ix_setting_change_at", "setting_change", ["at"])
    op.create_index("ix_setting_change_name", "setting_change", ["name"])
    dialect = op.get_bind().dialect.name
    for statement in (
        *db.append_only_ddl("setting_change", dialect),
        *db.unreplaceable_ddl("setting_change", ["id"], dialect),
    ):
        op.execute(statement)
