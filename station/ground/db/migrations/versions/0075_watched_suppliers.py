"""A supplier may be watched: everything it brings is inspected."""

import sqlalchemy as sa
from alembic import op

from station.ground import db

revision = "0075"
down_revision = "0074"


def upgrade() -> None:
    op.add_column("supplier", sa.Column("is_watched", db.Flag(), server_default="0", nullable=False))
