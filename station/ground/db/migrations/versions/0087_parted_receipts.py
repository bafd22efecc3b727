"""What is ready of a truck is released while the rest is inspected: the rest is a receipt of its own."""

import sqlalchemy as sa
from alembic import op

from station.ground import db

revision = "0087"
down_revision = "0086"


def upgrade() -> None:
    op.add_column("receipt", sa.Column("part_of", db.Id, nullable=True))
    op.create_index("ix_receipt_part_of", "receipt", ["part_of"])
