"""Putaway tasks come from any document and are taken, given back and handed over; goods may be loose."""

import sqlalchemy as sa
from alembic import op

from station.ground import db

revision = "0013"
down_revision = "0012"

_LIVE = sa.text("state IN ('OPEN', 'TAKEN')")
_NEW = (
    "id, state, priority, origin_type, origin_no, taken_by, taken_at, done_at, created_at, hu_id, sku_id, lot_id,"
    " qty, source_id, status, is_new_sku, proposed_id, location_id, off_reason"
)
_OLD = (
    "t.id, t.state, 0, 'RC', r.receipt_no, t.user_id, t.done_at, t.done_at, t.created_at, t.hu_id, t.sku_id,"
    " t.lot_id, t.qty, r.dock_id, 'GOOD', t.is_new_sku, t.proposed_id, t.location_id, t.off_reason"
)


def upgrade() -> None:
    """Neither database can turn one table into the other in place: the rows wait beside the new one."""
    op.execute("CREATE TABLE putaway_task_old AS SELECT * FROM putaway_task")
    op.drop_table("putaway_task")
    op.create_table(
        "putaway_task",
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
        sa.Column("is_new_sku", db.Flag(), nullable=False),
        sa.Column("proposed_id", db.Id, nullable=True),
        sa.Column("location_id", db.Id, nullable=True),
        sa.Column("off_reason", db.Str(40), nullable=False),
        sa.CheckConstraint(
            "state IN ('OPEN', 'TAKEN', 'DONE', 'CANCELLED')", name=op.f("ck_putaway_task_state")
        ),
        sa.CheckConstraint("state <> 'TAKEN' OR taken_by IS NOT NULL", name=op.f("ck_putaway_task_taken")),
        sa.CheckConstraint("state <> 'DONE' OR done_at IS NOT NULL", name=op.f("ck_putaway_task_done")),
        sa.CheckConstraint("qty > 0", name=op.f("ck_putaway_task_qty")),
        sa.ForeignKeyConstraint(["hu_id"], ["handling_unit.id"], name=op.f("fk_putaway_task_hu_id")),
        sa.ForeignKeyConstraint(["source_id"], ["location.id"], name=op.f("fk_putaway_task_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_putaway_task")),
        sqlite_strict=True,
    )
    op.execute(
        f"INSERT INTO putaway_task ({_NEW}) SELECT {_OLD} FROM putaway_task_old t"  # noqa: S608 - constants
        " JOIN receipt r ON r.id = t.receipt_id"
    )
    op.drop_table("putaway_task_old")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "SELECT setval(pg_get_serial_sequence('putaway_task', 'id'),"
            " (SELECT coalesce(max(id), 0) + 1 FROM putaway_task), false)"
        )
    op.create_index("ix_putaway_task_state_priority", "putaway_task", ["state", "priority"])
    op.create_index("ix_putaway_task_origin", "putaway_task", ["origin_type", "origin_no"])
    op.create_index("ix_putaway_task_proposed_id_state", "putaway_task", ["proposed_id", "state"])
    op.create_index("ix_putaway_task_hu_id", "putaway_task", ["hu_id"])
    op.create_index(
        "uq_putaway_task_live_hu_id",
        "putaway_task",
        ["hu_id"],
        unique=True,
        sqlite_where=_LIVE,
        postgresql_where=_LIVE,
    )
