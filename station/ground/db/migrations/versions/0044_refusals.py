"""What a truck brought and took away again uncounted."""

import sqlalchemy as sa
from alembic import op

from station.ground import db

revision = "0044"
down_revision = "0048"


def upgrade() -> None:
    op.create_table(
        "receipt_refusal",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("receipt_id", db.Id, nullable=False),
        sa.Column("sku_id", db.Id, nullable=True),
        sa.Column("qty", db.Id, nullable=False),
        sa.Column("reason", db.Str(20), nullable=False),
        sa.Column("at", db.UtcDateTime(), nullable=False),
        sa.Column("by", db.Str(80), nullable=False),
        sa.CheckConstraint("qty >= 0", name="ck_receipt_refusal_qty"),
        sa.ForeignKeyConstraint(["receipt_id"], ["receipt.id"], name="fk_receipt_refusal_receipt_id"),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name="fk_receipt_refusal_sku_id"),
        sa.PrimaryKeyConstraint("id", name="pk_receipt_refusal"),
        sqlite_strict=True,
    )
    op.create_index("ix_receipt_refusal_receipt_id", "receipt_refusal", ["receipt_id"])
