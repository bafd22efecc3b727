"""An order waits at its bench for a unit that somebody brings from another slot."""

import sqlalchemy as sa
from alembic import op

from station.ground import db

revision = "0051"
down_revision = "0057"


def upgrade() -> None:
    op.create_table(
        "replacement",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("pick_list_id", db.Id, nullable=False),
        sa.Column("order_id", db.Id, nullable=False),
        sa.Column("bench_id", db.Id, nullable=False),
        sa.Column("qty", db.Id, nullable=False),
        sa.Column("parcels", db.Id, nullable=False),
        sa.Column("seen", db.Json(), nullable=False),
        sa.Column("reason", db.Str(20), nullable=False),
        sa.Column("by", db.Str(80), nullable=False),
        sa.Column("at", db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["pick_list_id"], ["pick_list.id"], name=op.f("fk_replacement_pick_list_id")),
        sa.ForeignKeyConstraint(["order_id"], ["delivery_order.id"], name=op.f("fk_replacement_order_id")),
        sa.ForeignKeyConstraint(["bench_id"], ["location.id"], name=op.f("fk_replacement_bench_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replacement")),
        sqlite_strict=True,
    )
    for name in ("pick_list_id", "order_id"):
        op.create_index(f"ix_replacement_{name}", "replacement", [name])
