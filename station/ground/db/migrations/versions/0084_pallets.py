"""Cartons stand on pallets."""

import sqlalchemy as sa
from alembic import op

from station.ground import db

revision = "0084"
down_revision = "0083"


def upgrade() -> None:
    op.add_column("handling_unit", sa.Column("parent_id", db.Id, nullable=True))
    op.create_index("ix_handling_unit_parent_id", "handling_unit", ["parent_id"])
