"""An order brings the routing that its carrier told the office; a carrier's label names where it is gathered."""

import sqlalchemy as sa
from alembic import op

from station.ground import db

revision = "0048"
down_revision = "0042"

ROUTING = (("route_code", 40), ("sortation", 40), ("consolidation", 60))


def upgrade() -> None:
    for name, length in ROUTING:
        op.add_column("delivery_order", sa.Column(name, db.Str(length), server_default="", nullable=False))
    op.add_column("supplied_label", sa.Column("consolidation", db.Str(60), server_default="", nullable=False))
