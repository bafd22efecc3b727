"""A pick list may have several totes; short picks are rows."""

import sqlalchemy as sa
from alembic import op

from station.ground import db

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "pick_list_tote",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("pick_list_id", db.Id, nullable=False),
        sa.Column("tote_id", db.Id, nullable=False),
        sa.Column("cell", db.Id, nullable=False),
        sa.Column("state", db.Str(10), nullable=False),
        sa.CheckConstraint("state IN ('IN_USE', 'EMPTY')", name="ck_pick_list_tote_state"),
        sa.ForeignKeyConstraint(["pick_list_id"], ["pick_list.id"], name="fk_pick_list_tote_pick_list_id"),
        sa.ForeignKeyConstraint(["tote_id"], ["location.id"], name="fk_pick_list_tote_tote_id"),
        sa.PrimaryKeyConstraint("id", name="pk_pick_list_tote"),
        sqlite_strict=True,
    )
    op.create_index("ix_pick_list_tote_pick_list_id", "pick_list_tote", ["pick_list_id"])
    op.create_index("ix_pick_list_tote_tote_id", "pick_list_tote", ["tote_id"])
    op.execute(
        "INSERT INTO pick_list_tote (pick_list_id, tote_id, cell, state) SELECT id, tote_id, 0,"
        " CASE WHEN state IN ('TAKEN', 'DONE') THEN 'IN_USE' ELSE 'EMPTY' END"
        " FROM pick_list WHERE tote_id IS NOT NULL ORDER BY id"
    )
    op.drop_column("pick_list", "tote_id")
    op.create_table(
        "short_pick",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("task_id", db.Id, nullable=False),
        sa.Column("stock_id", db.Id, nullable=False),
        sa.Column("location_id", db.Id, nullable=False),
        sa.Column("sku_id", db.Id, nullable=False),
        sa.Column("lot_id", db.Id, nullable=False),
        sa.Column("wanted", db.Id, nullable=False),
        sa.Column("found", db.Id, nullable=False),
        sa.Column("qty_kept", db.Id, nullable=False),
        sa.Column("reason", db.Str(20), nullable=False),
        sa.Column("by", db.Str(80), nullable=False),
        sa.Column("at", db.UtcDateTime(), nullable=False),
        sa.Column("closed_at", db.UtcDateTime(), nullable=True),
        sa.Column("closed_by", db.Str(80), nullable=False),
        sa.CheckConstraint("found >= 0 AND found < wanted", name="ck_short_pick_found"),
        sa.ForeignKeyConstraint(["task_id"], ["pick_task.id"], name="fk_short_pick_task_id"),
        sa.ForeignKeyConstraint(["stock_id"], ["stock.id"], name="fk_short_pick_stock_id"),
        sa.PrimaryKeyConstraint("id", name="pk_short_pick"),
        sqlite_strict=True,
    )
    op.create_index("ix_short_pick_stock_id", "short_pick", ["stock_id"])
