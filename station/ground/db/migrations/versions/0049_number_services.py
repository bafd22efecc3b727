"""Services that give waybill numbers, and what they were asked."""

import sqlalchemy as sa
from alembic import op

from station.ground import db

revision = "0049"
down_revision = "0044"

STATES = "'WAITING', 'ASKED', 'UNKNOWN', 'GIVEN', 'REFUSED', 'CANCELLING', 'CANCELLED', 'KEPT'"


def upgrade() -> None:
    op.create_table(
        "number_service",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("carrier_id", db.Id, nullable=False),
        sa.Column("url", db.Str(200), nullable=False),
        sa.Column("secrets", sa.Text(), nullable=False),
        sa.Column("trouble", db.Str(200), nullable=False),
        sa.ForeignKeyConstraint(["carrier_id"], ["carrier.id"], name=op.f("fk_number_service_carrier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_service")),
        sa.UniqueConstraint("carrier_id", name=op.f("uq_number_service_carrier_id")),
        sqlite_strict=True,
    )
    op.create_table(
        "number_request",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("request_key", db.Str(80), nullable=False),
        sa.Column("carrier_id", db.Id, nullable=False),
        sa.Column("order_id", db.Id, nullable=False),
        sa.Column("seq", db.Id, nullable=False),
        sa.Column("state", db.Str(16), nullable=False),
        sa.Column("body", db.Json(), nullable=True),
        sa.Column("tries", db.Id, nullable=False),
        sa.Column("next_at", db.UtcDateTime(), nullable=False),
        sa.Column("why", db.Str(200), nullable=False),
        sa.Column("waybill_no", db.Str(60), nullable=False),
        sa.Column("route_code", db.Str(40), nullable=False),
        sa.Column("sortation", db.Str(40), nullable=False),
        sa.Column("consolidation", db.Str(60), nullable=False),
        sa.Column("format", db.Str(10), nullable=False),
        sa.Column("dpi", db.Id, nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_number_request_state")),
        sa.ForeignKeyConstraint(["carrier_id"], ["carrier.id"], name=op.f("fk_number_request_carrier_id")),
        sa.ForeignKeyConstraint(["order_id"], ["delivery_order.id"], name=op.f("fk_number_request_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_request")),
        sa.UniqueConstraint("request_key", name=op.f("uq_number_request_request_key")),
        sqlite_strict=True,
    )
    op.create_index("ix_number_request_order_id", "number_request", ["order_id"])
    op.create_index("ix_number_request_state_next_at", "number_request", ["state", "next_at"])
