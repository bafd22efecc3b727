"""Whether each person wants to be read to."""

import sqlalchemy as sa
from alembic import op

from station.ground import db

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("app_user", sa.Column("is_spoken", db.Flag(), nullable=False, server_default="0"))
