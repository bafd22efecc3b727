"""Articles with serial numbers: each piece that was read at the inspection."""

import sqlalchemy as sa
from alembic import op

from station.ground import db

revision = "0086"
down_revision = "0080"


def upgrade() -> None:
    op.create_table(
        "serial",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("serial_no", db.Str(30), nullable=False),
        sa.Column("sku_id", db.Id, nullable=False),
        sa.Column("lot_id", db.Id, nullable=False),
        sa.Column("carton", db.Id, nullable=False),
        sa.Column("state", db.Str(10), nullable=False),
        sa.Column("read_at", db.UtcDateTime(), nullable=False),
        sa.Column("read_by", db.Str(80), nullable=False),
        sa.CheckConstraint("state IN ('EXPECTED', 'IN_STOCK', 'WITHDRAWN')", name=op.f("ck_serial_state")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_serial_sku_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_serial_lot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_serial")),
        sa.UniqueConstraint("serial_no", name=op.f("uq_serial_serial_no")),
        sqlite_strict=True,
    )
    op.create_index("ix_serial_lot_id", "serial", ["lot_id"])
    op.create_index("ix_serial_read_at", "serial", ["read_at"])
