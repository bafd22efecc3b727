"""Pieces with serial numbers are picked, packed and shipped by their numbers."""

import sqlalchemy as sa
from alembic import op

from station.ground import db
from station.ground.db.migrations.rebuilding import change_check

revision = "0089"
down_revision = "0085"


def upgrade() -> None:
    change_check(
        "serial",
        "ck_serial_state",
        "state IN ('EXPECTED', 'IN_STOCK', 'WITHDRAWN')",
        "state IN ('EXPECTED', 'IN_STOCK', 'PICKED', 'PACKED', 'SHIPPED', 'WITHDRAWN')",
    )
    op.add_column(
        "parcel_line", sa.Column("is_numbered", db.Flag(), server_default=sa.false(), nullable=False)
    )
    op.create_table(
        "order_serial",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("serial_id", db.Id, nullable=False),
        sa.Column("order_line_id", db.Id, nullable=False),
        sa.Column("parcel_id", db.Id, nullable=True),
        sa.ForeignKeyConstraint(["serial_id"], ["serial.id"], name=op.f("fk_order_serial_serial_id")),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_line.id"], name=op.f("fk_order_serial_order_line_id")
        ),
        sa.ForeignKeyConstraint(["parcel_id"], ["parcel.id"], name=op.f("fk_order_serial_parcel_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_serial")),
        sqlite_strict=True,
    )
    for column in ("order_line_id", "parcel_id", "serial_id"):
        op.create_index(f"ix_order_serial_{column}", "order_serial", [column])
