"""A platform's number finds its orders."""

from alembic import op

revision = "0091"
down_revision = "0079"


def upgrade() -> None:
    op.create_index("ix_delivery_order_platform_no", "delivery_order", ["platform_no"])
