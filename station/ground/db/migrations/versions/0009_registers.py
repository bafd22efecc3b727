"""What the registers are ordered by and asked for by day."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_index("ix_delivery_order_created_at_id", "delivery_order", ["created_at", "id"])
    op.create_index("ix_receipt_arrived_at_id", "receipt", ["arrived_at", "id"])
    op.create_index("ix_wave_created_at_id", "wave", ["created_at", "id"])
