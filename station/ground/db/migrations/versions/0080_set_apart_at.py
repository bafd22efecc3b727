"""What was set apart is listed newest first."""

from alembic import op

revision = "0080"
down_revision = "0070"


def upgrade() -> None:
    op.create_index("ix_set_apart_at", "set_apart", ["at"])
