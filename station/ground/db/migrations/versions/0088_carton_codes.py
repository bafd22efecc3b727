"""Cartons are known by their own numbers: from the notice, and beside what was counted."""

import sqlalchemy as sa
from alembic import op

from station.ground import db

revision = "0088"
down_revision = "0096"


def upgrade() -> None:
    op.create_table(
        "advised_carton",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("line_id", db.Id, nullable=False),
        sa.Column("sscc", db.Str(18), nullable=False),
        sa.ForeignKeyConstraint(["line_id"], ["inbound_line.id"], name=op.f("fk_advised_carton_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_advised_carton")),
        sa.UniqueConstraint("line_id", "sscc", name=op.f("uq_advised_carton_line_id_sscc")),
        sqlite_strict=True,
    )
    op.create_index("ix_advised_carton_sscc", "advised_carton", ["sscc"])
    op.add_column("receipt_line", sa.Column("carton_code", db.Str(40), server_default="", nullable=False))
    op.create_index("ix_receipt_line_carton_code", "receipt_line", ["carton_code"])
