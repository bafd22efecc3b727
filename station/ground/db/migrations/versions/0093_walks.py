"""How far a pick list leads, how far the fixed sequence would, and when its first order must leave."""

import sqlalchemy as sa
from alembic import op

from station.ground import db

revision = "0093"
down_revision = "0085"


def upgrade() -> None:
    for name in ("walk_cm", "fixed_cm"):
        op.add_column("pick_list", sa.Column(name, db.Id, server_default="0", nullable=False))
    op.add_column("pick_list", sa.Column("due_at", db.UtcDateTime(), nullable=True))
    op.create_index("ix_pick_list_user_id", "pick_list", ["user_id"])
