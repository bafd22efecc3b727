"""A receipt's line keeps each thing that a supervisor allowed."""

import sqlalchemy as sa
from alembic import op

from station.ground import db

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """SQLite keeps texts of any length already."""
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column("receipt_line", "override", existing_type=sa.String(100), type_=db.Str(400))
