"""A posted inbound slip can be taken back by another one."""

import sqlalchemy as sa
from alembic import op

from station.ground import db

revision = "0074"
down_revision = "0058"


def upgrade() -> None:
    op.create_table(
        "slip_reversal",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("grn_no", db.Str(30), nullable=False),
        sa.Column("reverses_no", db.Str(30), nullable=False),
        sa.Column("receipt_id", db.Id, nullable=False),
        sa.Column("reason", db.Str(60), nullable=False),
        sa.Column("at", db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slip_reversal")),
        sa.UniqueConstraint("grn_no", name=op.f("uq_slip_reversal_grn_no")),
        sa.UniqueConstraint("reverses_no", name=op.f("uq_slip_reversal_reverses_no")),
        sqlite_strict=True,
    )
    op.create_index("ix_slip_reversal_receipt_id", "slip_reversal", ["receipt_id"])
    dialect = op.get_bind().dialect.name
    for statement in (
        *db.append_only_ddl("slip_reversal", dialect),
        *db.unreplaceable_ddl("slip_reversal", ("id", "grn_no", "reverses_no"), dialect),
    ):
        op.execute(statement)
