"""Dated goods that came without a date are marked so, whatever somebody finds out later."""

import sqlalchemy as sa
from alembic import op

from station.ground import db

revision = "0050"
down_revision = "0041"


def upgrade() -> None:
    op.add_column("lot", sa.Column("is_undated", db.Flag(), server_default="0", nullable=False))
