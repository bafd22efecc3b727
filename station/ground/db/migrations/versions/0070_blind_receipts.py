"""A truck may come without an order, and more than was ordered may be taken on hold."""

import sqlalchemy as sa
from alembic import op

from station.ground import db

revision = "0070"
down_revision = "0082"


def upgrade() -> None:
    op.add_column("inbound_notice", sa.Column("is_blind", db.Flag(), server_default="0", nullable=False))
    op.add_column("receipt_line", sa.Column("held", db.Str(10), server_default="", nullable=False))
