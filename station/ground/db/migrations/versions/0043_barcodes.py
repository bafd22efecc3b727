"""Barcodes that somebody bound at the desk, and the codes nobody knew."""

import sqlalchemy as sa
from alembic import op

from station.ground import db

revision = "0043"
down_revision = "0049"


def upgrade() -> None:
    op.add_column("sku_barcode", sa.Column("bound_by", db.Str(80), server_default="", nullable=False))
    op.create_table(
        "unknown_code",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("ub_no", db.Str(40), nullable=False),
        sa.Column("text", db.Str(80), nullable=False),
        sa.Column("state", db.Str(10), nullable=False),
        sa.Column("times", db.Id, nullable=False),
        sa.Column("workflow", db.Str(40), nullable=False),
        sa.Column("step", db.Str(40), nullable=False),
        sa.Column("wanted", db.Str(200), nullable=False),
        sa.Column("who", db.Str(80), nullable=False),
        sa.Column("device", db.Str(80), nullable=False),
        sa.Column("first_at", db.UtcDateTime(), nullable=False),
        sa.Column("last_at", db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("state IN ('OPEN', 'BOUND', 'DISMISSED')", name=op.f("ck_unknown_code_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unknown_code")),
        sa.UniqueConstraint("ub_no", name=op.f("uq_unknown_code_ub_no")),
        sa.UniqueConstraint("text", name=op.f("uq_unknown_code_text")),
        sqlite_strict=True,
    )
    op.create_index("ix_unknown_code_last_at", "unknown_code", ["last_at"])
