"""Opening stock is a document: what lay where before the station began to book."""

import sqlalchemy as sa
from alembic import op

from station.ground import db

revision = "0042"
down_revision = "0040"


def upgrade() -> None:
    op.create_table(
        "opening",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("os_no", db.Str(40), nullable=False),
        sa.Column("state", db.Str(10), nullable=False),
        sa.Column("source", db.Str(10), nullable=False),
        sa.Column("title", db.Str(80), nullable=False),
        sa.Column("reverses_id", db.Id, nullable=True),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.Column("created_by", db.Str(80), nullable=False),
        sa.Column("posted_at", db.UtcDateTime(), nullable=True),
        sa.CheckConstraint("state IN ('DRAFT', 'POSTED', 'DROPPED')", name=op.f("ck_opening_state")),
        sa.CheckConstraint("source IN ('FILE', 'SCAN', 'REVERSAL')", name=op.f("ck_opening_source")),
        sa.ForeignKeyConstraint(["reverses_id"], ["opening.id"], name=op.f("fk_opening_reverses_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening")),
        sa.UniqueConstraint("os_no", name=op.f("uq_opening_os_no")),
        sqlite_strict=True,
    )
    op.create_index("ix_opening_reverses_id", "opening", ["reverses_id"])
    op.create_index("ix_opening_created_at", "opening", ["created_at"])
    op.create_table(
        "opening_line",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("opening_id", db.Id, nullable=False),
        sa.Column("location_id", db.Id, nullable=False),
        sa.Column("sku_id", db.Id, nullable=True),
        sa.Column("supplier_lot", db.Str(40), nullable=False),
        sa.Column("produced_on", db.Day(), nullable=True),
        sa.Column("expires_on", db.Day(), nullable=True),
        sa.Column("qty", db.Id, nullable=False),
        sa.Column("counted_by", db.Id, nullable=True),
        sa.Column("counter", db.Str(80), nullable=False),
        sa.Column("counted_at", db.UtcDateTime(), nullable=False),
        sa.Column("lot_id", db.Id, nullable=True),
        sa.Column("removed_at", db.UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "(sku_id IS NULL AND qty = 0) OR (sku_id IS NOT NULL AND qty > 0)",
            name=op.f("ck_opening_line_something_or_empty"),
        ),
        sa.ForeignKeyConstraint(["opening_id"], ["opening.id"], name=op.f("fk_opening_line_opening_id")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_opening_line_location_id")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_opening_line_sku_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_line")),
        sqlite_strict=True,
    )
    op.create_index("ix_opening_line_opening_id", "opening_line", ["opening_id"])
    op.create_index("ix_opening_line_location_id", "opening_line", ["location_id"])
