"""A gift knows the truck that brought it."""

import sqlalchemy as sa
from alembic import op

from station.ground import db

revision = "0077"
down_revision = "0097"


def upgrade() -> None:
    op.add_column("gift_entry", sa.Column("receipt_id", db.Id, nullable=True))
    op.create_index("ix_gift_entry_receipt_id", "gift_entry", ["receipt_id"])
