"""Goods are moved from slot to slot: who carries what from where."""

import sqlalchemy as sa
from alembic import op

from station.ground import db

revision = "0040"
down_revision = "0046"


def upgrade() -> None:
    op.create_table(
        "move_task",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("state", db.Str(10), nullable=False),
        sa.Column("priority", db.Id, nullable=False),
        sa.Column("origin_type", db.Str(10), nullable=False),
        sa.Column("origin_no", db.Str(40), nullable=False),
        sa.Column("taken_by", db.Id, nullable=True),
        sa.Column("taken_at", db.UtcDateTime(), nullable=True),
        sa.Column("done_at", db.UtcDateTime(), nullable=True),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.Column("hu_id", db.Id, nullable=True),
        sa.Column("sku_id", db.Id, nullable=False),
        sa.Column("lot_id", db.Id, nullable=False),
        sa.Column("qty", db.Id, nullable=False),
        sa.Column("source_id", db.Id, nullable=False),
        sa.Column("status", db.Str(10), nullable=False),
        sa.Column("location_id", db.Id, nullable=True),
        sa.CheckConstraint(
            "state IN ('OPEN', 'TAKEN', 'DONE', 'CANCELLED')", name=op.f("ck_move_task_state")
        ),
        sa.CheckConstraint("state <> 'TAKEN' OR taken_by IS NOT NULL", name=op.f("ck_move_task_taken")),
        sa.CheckConstraint("state <> 'DONE' OR done_at IS NOT NULL", name=op.f("ck_move_task_done")),
        sa.CheckConstraint("qty > 0", name=op.f("ck_move_task_qty")),
        sa.ForeignKeyConstraint(["hu_id"], ["handling_unit.id"], name=op.f("fk_move_task_hu_id")),
        sa.ForeignKeyConstraint(["source_id"], ["location.id"], name=op.f("fk_move_task_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_move_task")),
        sqlite_strict=True,
    )
    op.create_index("ix_move_task_state_priority", "move_task", ["state", "priority"])
    op.create_index("ix_move_task_origin", "move_task", ["origin_type", "origin_no"])
    op.create_index("ix_move_task_source_id_state", "move_task", ["source_id", "state"])
