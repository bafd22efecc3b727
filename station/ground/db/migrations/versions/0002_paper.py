"""Printers say what they are, what they prove and why they wait; jobs know their batch and who answered."""

from typing import Any

import sqlalchemy as sa
from alembic import op

import printers.schema
from station.ground import db

revision = "0002"
down_revision = "0001"

_OLD = "id, code, name, language, address, media, dpi, options, is_active, state, last_error, seen_at"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _rebuild_printer()
    else:
        _alter_printer()
    op.add_column("print_job", sa.Column("cause", sa.String(20), server_default="", nullable=False))
    op.add_column("print_job", sa.Column("batch", sa.String(80), nullable=True))
    op.add_column("print_job", sa.Column("answered_by", sa.String(80), nullable=True))
    op.add_column("print_job", sa.Column("moved_from", db.Id, nullable=True))
    op.add_column("print_job", sa.Column("layout", sa.String(20), nullable=True))
    op.add_column("print_job", sa.Column("started_at", printers.schema.UtcDateTime(), nullable=True))
    op.create_index("ix_print_job_batch", "print_job", ["batch", "id"], unique=False)
    op.create_table(
        "supplied_label",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("order_id", db.Id, nullable=False),
        sa.Column("waybill_no", db.Str(60), nullable=False),
        sa.Column("route_code", db.Str(40), nullable=False),
        sa.Column("sortation", db.Str(40), nullable=False),
        sa.Column("format", db.Str(10), nullable=False),
        sa.Column("made_for_dpi", db.Id, nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("received_at", db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["delivery_order.id"], name=op.f("fk_supplied_label_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplied_label")),
        sa.UniqueConstraint("order_id", name=op.f("uq_supplied_label_order_id")),
        sa.UniqueConstraint("waybill_no", name=op.f("uq_supplied_label_waybill_no")),
        sqlite_strict=True,
    )


def _new_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("lang", sa.String(5), server_default="zh", nullable=False),
        sa.Column("proof", sa.String(10), server_default="none", nullable=False),
        sa.Column("answers", sa.Boolean(create_constraint=False), nullable=True),
        sa.Column("cause", sa.String(20), server_default="", nullable=False),
        sa.Column("is_low", sa.Boolean(create_constraint=False), server_default=sa.false(), nullable=False),
        sa.Column("found", sa.JSON(), nullable=True),
        sa.Column("probed_at", printers.schema.UtcDateTime(), nullable=True),
    ]


def _checks() -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint("language IN ('png', 'zpl', 'tspl', 'escpos', 'pdf')", name="ck_printer_language"),
        sa.CheckConstraint("lang IN ('zh', 'en')", name="ck_printer_lang"),
        sa.CheckConstraint("proof IN ('none', 'fence', 'echo', 'counter')", name="ck_printer_proof"),
    ]


def _alter_printer() -> None:
    for column in _new_columns():
        op.add_column("printer", column)
    op.drop_constraint("ck_printer_language", "printer")
    for check in _checks():
        op.create_check_constraint(str(check.name), "printer", check.sqltext)


def _rebuild_printer() -> None:
    """SQLite cannot change a CHECK in place; foreign keys are off while migrations run, and checked after."""
    op.create_table(
        "printer_new",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("address", sa.String(200), nullable=False),
        sa.Column("media", sa.String(40), nullable=False),
        sa.Column("dpi", sa.Integer(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("is_active", sa.Boolean(create_constraint=False), server_default=sa.true(), nullable=False),
        sa.Column("state", sa.String(10), server_default="UNTRIED", nullable=False),
        sa.Column("last_error", sa.String(500), nullable=True),
        sa.Column("seen_at", printers.schema.UtcDateTime(), nullable=True),
        *_new_columns(),
        *_checks(),
        sa.CheckConstraint("state IN ('UNTRIED', 'READY', 'FAILING')", name="ck_printer_state"),
        sa.CheckConstraint("dpi IN (203, 300)", name="ck_printer_dpi"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code", name="uq_printer_code"),
    )
    op.execute(f"INSERT INTO printer_new ({_OLD}) SELECT {_OLD} FROM printer")  # noqa: S608 - constants
    op.drop_table("printer")
    op.rename_table("printer_new", "printer")
