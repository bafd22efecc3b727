"""Releases of waves: who or what asked, how far they are, what they did."""

import sqlalchemy as sa
from alembic import op

from station.ground import db

revision = "0094"
down_revision = "0077"


def upgrade() -> None:
    counts = [
        sa.Column(name, db.Id, server_default="0", nullable=False)
        for name in ("planned", "done", "waves", "orders", "waiting", "unprinted")
    ]
    op.create_table(
        "wave_run",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("why", db.Str(10), nullable=False),
        sa.Column("asked_by", db.Str(80), nullable=False),
        sa.Column("workstation", db.Str(40), server_default="", nullable=False),
        sa.Column("asked_at", db.UtcDateTime(), nullable=False),
        sa.Column("finished_at", db.UtcDateTime(), nullable=True),
        *counts,
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wave_run")),
        sa.CheckConstraint("why IN ('BUTTON', 'COUNT', 'TIMER', 'CUT_OFF')", name=op.f("ck_wave_run_why")),
        sqlite_strict=True,
    )
    op.create_index("ix_wave_run_finished_at", "wave_run", ["finished_at"])
