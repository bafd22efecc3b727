"""Waves at a sort wall, and the cells of their orders."""

import sqlalchemy as sa
from alembic import op

from station.ground import db

revision = "0096"
down_revision = "0093"


def upgrade() -> None:
    op.create_table(
        "sorting",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("wave_id", db.Id, nullable=False),
        sa.Column("wave_no", db.Str(30), nullable=False),
        sa.Column("wall", db.Str(40), nullable=False),
        sa.Column("state", db.Str(10), nullable=False),
        sa.Column("begun_at", db.UtcDateTime(), nullable=False),
        sa.Column("begun_by", db.Str(80), nullable=False),
        sa.Column("closed_at", db.UtcDateTime(), nullable=True),
        sa.Column("closed_by", db.Str(80), server_default="", nullable=False),
        sa.CheckConstraint("state IN ('OPEN', 'CLOSED')", name=op.f("ck_sorting_state")),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_sorting_wave_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sorting")),
        sa.UniqueConstraint("wave_id", name=op.f("uq_sorting_wave_id")),
        sqlite_strict=True,
    )
    op.create_index("ix_sorting_state", "sorting", ["state"])
    op.create_table(
        "sort_cell",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("sorting_id", db.Id, nullable=False),
        sa.Column("order_id", db.Id, nullable=False),
        sa.Column("location_id", db.Id, nullable=False),
        sa.Column("state", db.Str(10), nullable=False),
        sa.CheckConstraint("state IN ('BOUND', 'FREE')", name=op.f("ck_sort_cell_state")),
        sa.ForeignKeyConstraint(["sorting_id"], ["sorting.id"], name=op.f("fk_sort_cell_sorting_id")),
        sa.ForeignKeyConstraint(["order_id"], ["delivery_order.id"], name=op.f("fk_sort_cell_order_id")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_sort_cell_location_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sort_cell")),
        sqlite_strict=True,
    )
    op.create_index("ix_sort_cell_order_id", "sort_cell", ["order_id"])
    op.create_index("ix_sort_cell_sorting_id", "sort_cell", ["sorting_id"])
    bound = sa.text("state = 'BOUND'")
    op.create_index(
        "uq_sort_cell_bound",
        "sort_cell",
        ["location_id"],
        unique=True,
        sqlite_where=bound,
        postgresql_where=bound,
    )
