"""What was counted may lie in the carton that was counted before it."""

import sqlalchemy as sa
from alembic import op

from station.ground import db

revision = "0072"
down_revision = "0084"


def upgrade() -> None:
    op.add_column("receipt_line", sa.Column("is_mixed", db.Flag(), server_default="0", nullable=False))
