"""States are kept by the database; anybody may own a promise; months can be closed."""

import sqlalchemy as sa
from alembic import op

from station.ground import db
from station.ground.db.migrations.rebuilding import add_checks

revision = "0008"
down_revision = "0007"

STATES = {
    "delivery_order": "'NEW', 'AUDITED', 'ALLOCATED', 'WAVED', 'PICKING', 'PICKED', 'CHECKED', 'PACKED', 'WEIGHED', "
    "'STAGED', 'SHIPPED', 'HOLD', 'SHORT', 'INTERCEPTING', 'INTERCEPTED', 'CANCELLED'",
    "receipt": "'ARRIVED', 'STAGE1', 'STAGE2', 'AWAIT_SIGN', 'SIGNED', 'POSTED', 'PUTAWAY_DONE', 'CLOSED', "
    "'REJECTED_ALL', 'SUSPENDED', 'CANCELLED'",
    "waybill": "'NONE', 'REQUESTED', 'REQ_UNKNOWN', 'ACQUIRED', 'PRINTED', 'BOUND', 'HANDED', 'CANCELLED', 'VOID'",
    "manifest": "'OPEN', 'CLOSED', 'SIGNED', 'REPORTED'",
    "wave": "'RELEASED', 'PICKING', 'DONE', 'CANCELLED'",
    "pick_list": "'OPEN', 'TAKEN', 'DONE', 'EMPTY', 'CANCELLED'",
    "pick_task": "'OPEN', 'DONE', 'SHORT', 'CANCELLED'",
    "parcel": "'OPEN', 'LABELLED', 'PACKED', 'STAGED', 'SHIPPED', 'VOID'",
    "putaway_task": "'OPEN', 'DONE', 'CANCELLED'",
    "handling_unit": "'PRINTED', 'APPLIED', 'STORED', 'EMPTY'",
}


def upgrade() -> None:
    op.execute("UPDATE handling_unit SET state = 'EMPTY' WHERE id = 0")
    for table, words in STATES.items():
        add_checks(table, {f"ck_{table}_state": f"state IN ({words})"})
    add_checks("wave_order", {"ck_wave_order_flag": "flag IN ('IN', 'DONE', 'KICKED')"})
    _promises()
    op.create_table(
        "closed_month",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("month", db.Str(7), nullable=False),
        sa.Column("closed_at", db.UtcDateTime(), nullable=False),
        sa.Column("closed_by", db.Str(80), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_closed_month"),
        sa.UniqueConstraint("month", name="uq_closed_month_month"),
        sqlite_strict=True,
    )


def _promises() -> None:
    """What was promised to order lines becomes what anybody may promise to anything."""
    op.create_table(
        "promise",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("owner_type", db.Str(10), nullable=False),
        sa.Column("owner_id", db.Id, nullable=False),
        sa.Column("stock_id", db.Id, nullable=False),
        sa.Column("lot_id", db.Id, nullable=False),
        sa.Column("task_id", db.Id, nullable=True),
        sa.Column("qty", db.Id, nullable=False),
        sa.Column("qty_taken", db.Id, nullable=False),
        sa.Column("state", db.Str(10), nullable=False),
        sa.Column("age_override", db.Str(60), nullable=False),
        sa.Column("made_at", db.UtcDateTime(), nullable=False),
        sa.Column("ended_at", db.UtcDateTime(), nullable=True),
        sa.CheckConstraint("qty > 0", name="ck_promise_qty"),
        sa.CheckConstraint("qty_taken >= 0 AND qty_taken <= qty", name="ck_promise_taken"),
        sa.CheckConstraint("state IN ('OPEN', 'PICKED', 'RELEASED')", name="ck_promise_state"),
        sa.ForeignKeyConstraint(["stock_id"], ["stock.id"], name="fk_promise_stock_id"),
        sa.PrimaryKeyConstraint("id", name="pk_promise"),
        sqlite_strict=True,
    )
    op.execute(
        "INSERT INTO promise (id, owner_type, owner_id, stock_id, lot_id, task_id, qty, qty_taken, state, age_override,"
        " made_at, ended_at) SELECT id, 'LINE', order_line_id, stock_id, lot_id, pick_task_id, qty, qty_picked, state,"
        " age_override, made_at, ended_at FROM allocation"
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "SELECT setval(pg_get_serial_sequence('promise', 'id'), (SELECT coalesce(max(id), 0) + 1 FROM promise),"
            " false)"
        )
    op.drop_table("allocation")
    op.create_index("ix_promise_owner", "promise", ["owner_type", "owner_id"])
    op.create_index("ix_promise_stock_id_state", "promise", ["stock_id", "state"])
    op.create_index("ix_promise_task_id", "promise", ["task_id"])
