"""Wrong PINs are counted in budgets of their own; a browser is known to the person who signed in on it."""

import sqlalchemy as sa
from alembic import op

from station.ground import db

revision = "0016"
down_revision = "0019"


def upgrade() -> None:
    op.create_table(
        "known_device",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("user_id", db.Id, nullable=False),
        sa.Column("device_hash", db.Str(64), nullable=False),
        sa.Column("seen_at", db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_device")),
        sa.UniqueConstraint("user_id", "device_hash", name=op.f("uq_known_device_user_id_device_hash")),
        sqlite_strict=True,
    )
    op.create_table(
        "pin_tally",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("line", db.Str(10), nullable=False),
        sa.Column("key", db.Str(160), nullable=False),
        sa.Column("user_id", db.Id, nullable=True),
        sa.Column("clear_at", db.UtcDateTime(), nullable=False),
        sa.Column("free_at", db.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "line IN ('OWN', 'STRANGER', 'ASKED', 'PLACE', 'ADDRESS', 'DEVICE', 'SESSION', 'ASKER', 'CROWD', "
            "'UNLOCK')",
            name=op.f("ck_pin_tally_line"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pin_tally")),
        sa.UniqueConstraint("line", "key", name=op.f("uq_pin_tally_line_key")),
        sqlite_strict=True,
    )
    op.create_index("ix_pin_tally_clear_at", "pin_tally", ["clear_at"])
    op.create_index("ix_pin_tally_user_id", "pin_tally", ["user_id"])
    op.add_column("device_session", sa.Column("device_hash", db.Str(64), nullable=False, server_default=""))
    op.create_index("ix_device_session_user_id", "device_session", ["user_id"])
    op.create_index("ix_audit_row_action_at", "audit_row", ["action", "at"])
    op.drop_column("app_user", "wrong_pins")
    op.drop_column("app_user", "locked_until")
