"""Each person's theme: bright or dark."""

import sqlalchemy as sa
from alembic import op

from station.ground import db

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("app_user", sa.Column("theme", db.Str(10), nullable=False, server_default="bright"))
