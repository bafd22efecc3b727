"""A carrier's label that cannot be printed is remembered: its order waits for another one."""

import sqlalchemy as sa
from alembic import op

from station.ground import db

revision = "0061"
down_revision = "0051"


def upgrade() -> None:
    op.create_table(
        "label_refusal",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("order_id", db.Id, nullable=False),
        sa.Column("order_no", db.Str(30), nullable=False),
        sa.Column("state", db.Str(16), nullable=False),
        sa.Column("waybill_no", db.Str(60), nullable=False),
        sa.Column("format", db.Str(10), nullable=False),
        sa.Column("why", db.Str(200), nullable=False),
        sa.Column("refused_at", db.UtcDateTime(), nullable=False),
        sa.CheckConstraint("state IN ('OPEN', 'REPLACED', 'OVERRULED')", name=op.f("ck_label_refusal_state")),
        sa.ForeignKeyConstraint(["order_id"], ["delivery_order.id"], name=op.f("fk_label_refusal_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_refusal")),
        sa.UniqueConstraint("order_id", name=op.f("uq_label_refusal_order_id")),
        sqlite_strict=True,
    )
