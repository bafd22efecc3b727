"""Cartons have numbers from the moment they are counted."""

import sqlalchemy as sa
from alembic import op

from station.ground import db

revision = "0076"
down_revision = "0075"


def upgrade() -> None:
    op.add_column("receipt_line", sa.Column("first_carton", db.Id, server_default="0", nullable=False))
