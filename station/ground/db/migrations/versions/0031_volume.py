"""An article has a volume, so that a place's limit can be kept."""

import sqlalchemy as sa
from alembic import op

from station.ground import db

revision = "0031"
down_revision = "0022"


def upgrade() -> None:
    op.add_column("sku", sa.Column("volume_cm3", db.Id, nullable=False, server_default="0"))
