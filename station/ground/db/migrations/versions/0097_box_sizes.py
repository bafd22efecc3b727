"""What fits into a box, and what it carries: 0 where nobody has said."""

import sqlalchemy as sa
from alembic import op

from station.ground import db

revision = "0097"
down_revision = "0088"


def upgrade() -> None:
    op.add_column("packaging", sa.Column("inner_cm3", db.Id, server_default="0", nullable=False))
    op.add_column("packaging", sa.Column("max_g", db.Id, server_default="0", nullable=False))
