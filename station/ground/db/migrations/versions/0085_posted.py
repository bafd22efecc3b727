"""Inbound slips are listed by the moment they were posted."""

from alembic import op

revision = "0085"
down_revision = "0072"


def upgrade() -> None:
    op.create_index("ix_receipt_posted_at", "receipt", ["posted_at"])
